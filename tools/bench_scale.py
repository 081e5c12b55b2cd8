"""Counting and page reads at several sizes, in one run: python -m tools.bench_scale --sizes 4,20.

For each size, facts of so many million cases are made of a demo city's (tools.bench_facts). What is
timed runs in processes of its own, so that the most memory each held can be told:
  - all counts of the lattice, from Parquet on DuckDB, and made into cells;
  - the same counts by hand-written SQL (bench_by_hand.sql), which must come out the same;
  - one page's read of the published cells, in turn at all sizes.
Ends with status 1 if the counts differ. 20 million cases need 2 GB of disk.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import cities
from data_access.cases.engine import connect
from pipeline import facts
from pipeline.ingest import ingest
from pipeline.sources.demo import COMPLETE_UNTIL, SEED
from tools import bench_by_hand, bench_facts, bench_pages
from tools.bench_cost import Cost, Stopwatch, fresh, least

CITY = cities.profile("ankang")
BASE = 100_000  # cases of the demo city of which larger ones are made
RUNS = 3


def base(folder: Path, cases: int) -> Path:
    """The facts of a demo city, written from its case database."""
    engine = connect(f"sqlite:///{folder / 'cases.sqlite'}")
    ingest(engine, "demo", None, CITY, cases=cases, seed=SEED)
    engine.dispose()
    cost = fresh(write, folder / "cases.sqlite", folder / "base")
    say(f"facts of {cases:,} cases written from SQLite", cost, cases)
    return folder / "base"


def write(database: Path, target: Path) -> Stopwatch:
    """What `python -m pipeline facts` does."""
    engine = connect(f"sqlite:///{database}")
    with Stopwatch() as watch:
        facts.write(engine, CITY, COMPLETE_UNTIL, target)
    engine.dispose()
    return watch


def say(what: str, cost: Cost, cases: int) -> None:
    wall, processor = (seconds * 1e6 / cases for seconds in (cost.seconds, cost.processor))
    sys.stdout.write(
        f"{what:<52}{wall:7.2f} s per million cases (processor time {processor:.2f} s), "
        f"{cost.seconds:.1f} s in all, {cost.megabytes:,.0f} MB at most\n"
    )
    sys.stdout.flush()


def at(folder: Path, made_of: Path, cases: int, as_of: date) -> bool:
    """The lines of one size; whether both ways count the same."""
    grown, release = folder / f"facts-{cases}", folder / f"release-{cases}"
    fresh(bench_facts.grow, made_of, grown, cases, CITY)
    ours, hand = bench_by_hand.both(grown, RUNS)
    say(f"lattice counted at {cases:,} cases", least(ours), cases)
    say(f"  by hand-written SQL at {cases:,} cases", least(hand), cases)
    ratios = (min(c.seconds for c in ours) / min(c.seconds for c in hand),
              min(c.processor for c in ours) / min(c.processor for c in hand))  # fmt: skip
    same = bench_by_hand.same(grown)
    sys.stdout.write(
        f"  ours / by hand: {ratios[0]:.2f} x (processor time {ratios[1]:.2f} x); "
        f"counts {'identical' if same else 'DIFFERENT'}\n"
    )
    say(f"  counted and made into cells at {cases:,} cases",
        fresh(bench_pages.make, grown, release, CITY, as_of), cases)  # fmt: skip
    shutil.rmtree(grown)
    return same


def run(millions: Sequence[float], of: int = BASE) -> bool:
    """Print all lines; whether both ways count the same at every size."""
    sizes = [round(size * 1e6) for size in millions]
    with tempfile.TemporaryDirectory(prefix="sunline-bench-") as name:
        folder = Path(name)
        made_of = base(folder, of)
        same = [at(folder, made_of, size, COMPLETE_UNTIL) for size in sizes]
        releases = {size: folder / f"release-{size}" for size in sizes}
        for line in bench_pages.read_in_turn(COMPLETE_UNTIL, releases):
            sys.stdout.write(line)
    return all(same)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sizes, and of how many cases of a demo city they are made."""
    parser.add_argument(
        "--sizes", type=lambda text: [float(size) for size in text.split(",")], default=[0.4, 4.0],
        metavar="MILLIONS", help="of cases, such as 0.4,4,20",
    )  # fmt: skip
    parser.add_argument("--base", type=int, default=BASE, metavar="CASES")


def main() -> int:
    """Print all lines; 1 if the counts differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    given = parser.parse_args()
    return 0 if run(given.sizes, given.base) else 1


if __name__ == "__main__":
    sys.exit(main())
