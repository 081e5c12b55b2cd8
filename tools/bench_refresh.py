"""An incremental count against a full build in the same run: python -m tools.bench_refresh.

A demo city is built, or with `--database FILE` a copy of a ready case database is used (then the
ingest of its cases is not counted as part of the full build). After each change both ways must give
the same cells to the last digit, or this ends with status 1.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

from sqlalchemy import Engine

import cities
from data_access.cases import internal
from data_access.cases.engine import connect
from data_access.cases.kinds import CALLS
from pipeline import lookup, sources
from pipeline.ingest import ingest
from pipeline.internal import Updated, update
from pipeline.refresh import refresh
from pipeline.refresh.monitoring import Log
from pipeline.sources.demo import CASES, COMPLETE_UNTIL, SEED
from tools.bench_cost import Stopwatch

SHARE = 100  # one in so many cases is new or changed
CITY = cities.profile("ankang")
LATER = COMPLETE_UNTIL + timedelta(days=1)
DATABASE = "cases.sqlite"


def take_in(engine: Engine, cases: int, mark: str, until: date) -> float:
    """Ingest cases of another demo city, spread over all its months; the seconds it took.

    With a mark they are new; without one they have numbers that are there, and change those cases.
    """
    made = sources.load("demo").read(None, CITY, cases=cases, seed=SEED + 1)
    rows = [
        replace(some, records=some.records.assign(number=mark + some.records["number"]))
        for some in made
        if some.kind is not CALLS
    ]
    ready = SimpleNamespace(SYNTHETIC=True, COMPLETE_UNTIL=until, read=lambda *_, **__: iter(rows))
    start = time.perf_counter()
    with mock.patch.object(sources, "load", return_value=ready):
        ingest(engine, "demo", None, CITY)
    return time.perf_counter() - start


def timed(engine: Engine, as_of: date, folder: Path, full: bool) -> tuple[Stopwatch, Updated]:
    """The cells of a data folder brought up to date, and the time it took."""
    os.environ["SUNLINE_DATA"] = str(folder)
    with Stopwatch() as watch:
        done = update(engine, CITY, as_of, full)
    return watch, done


def compare(what: str, engine: Engine, as_of: date, folder: Path, taken_in: float) -> bool:
    """One line; whether the cells are the same."""
    ours, step = timed(engine, as_of, folder / "steps", False)
    whole, full = timed(engine, as_of, folder / "full", True)
    same = step.cells.digest == full.cells.digest and not step.anew
    say(f"counting {what}", ours.seconds, whole.seconds)
    sys.stdout.write(
        f"  processor time {ours.processor / whole.processor:.2f} x; {step.read:,} rows read, "
        f"{len(step.months)} months counted; ingest before it {taken_in:.1f} s; "
        f"cells {'identical' if same else 'DIFFERENT'}\n"
    )
    sys.stdout.flush()
    return same


def command(engine: Engine, folder: Path, some: int, all_in: float) -> bool:
    """The whole command after so many new cases, against building everything; a line a stage.

    `all_in` is what the ingest of all older cases took. Nothing is published: no month has ended.
    Everything is built from a copy that no early warning has looked at yet.
    """
    shutil.copy(folder / DATABASE, folder / f"anew-{DATABASE}")
    anew = connect(f"sqlite:///{folder / f'anew-{DATABASE}'}")
    os.environ["SUNLINE_DATA"] = str(folder / "steps")
    fill_lookup(engine, folder / "codes-steps.csv")
    stages(engine, full=False)  # as the timer left it before the new cases came
    one_in = take_in(engine, some, "D", COMPLETE_UNTIL)
    ours = stages(engine, full=False) | {"ingest": one_in}
    cells = identity()
    os.environ["SUNLINE_DATA"] = str(folder / "command")
    take_in(anew, some, "D", COMPLETE_UNTIL)
    filling = fill_lookup(anew, folder / "codes-command.csv")
    whole = stages(anew, full=True) | {"ingest": all_in + one_in, "lookup": filling}
    anew.dispose()
    same = cells == identity()
    for stage in ours:
        say(f"  {stage}", ours[stage], whole[stage])
    say("refresh, the whole command", sum(ours.values()), sum(whole.values()))
    sys.stdout.write(f"  after {some:,} new cases; cells {'identical' if same else 'DIFFERENT'}\n")
    return same


def identity() -> str:
    """What tells the cells in force: equal ids are equal cells."""
    found = internal.current(CITY.id)
    return found.id if found else "none"


def stages(engine: Engine, full: bool) -> dict[str, float]:
    """The seconds of each stage of a refresh without publishing."""
    log = Log(CITY.id, write=lambda line: None)
    refresh(engine, CITY, COMPLETE_UNTIL, publishing=False, full=full, log=log)
    return log.seconds


def fill_lookup(engine: Engine, codes: Path) -> float:
    """Open the look-up, with a code for every case; the seconds it took."""
    start = time.perf_counter()
    lookup.fill(engine, CITY, datetime.now(CITY.zone), codes)
    return time.perf_counter() - start


def say(what: str, ours: float, whole: float) -> None:
    sys.stdout.write(f"{what:<58}{ours / whole:7.2f} x  ({ours:.1f} s against {whole:.1f} s)\n")


def run(cases: int, database: Path | None = None) -> bool:
    """Print a line a kind of change; whether all cells were the same."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if database:
            shutil.copy(database, folder / DATABASE)
        engine = connect(f"sqlite:///{folder / DATABASE}")
        start = time.perf_counter()
        if not database:
            ingest(engine, "demo", None, CITY, cases=cases, seed=SEED)
        all_in = time.perf_counter() - start
        some = cases // SHARE
        timed(engine, COMPLETE_UNTIL, folder / "steps", False)
        same = [
            compare("without any change", engine, COMPLETE_UNTIL, folder, 0.0),
            compare(f"after {some:,} new cases of {cases:,}", engine, COMPLETE_UNTIL, folder,
                    take_in(engine, some, "B", COMPLETE_UNTIL)),
            compare(f"after {some:,} cases changed late", engine, COMPLETE_UNTIL, folder,
                    take_in(engine, some, "", COMPLETE_UNTIL)),
            command(engine, folder, some, all_in),
            compare("a day later, after as many new cases", engine, LATER, folder,
                    take_in(engine, some, "C", LATER)),
        ]  # fmt: skip
        engine.dispose()
    return all(same)


def main() -> int:
    """Print one line a kind of change."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES, metavar="N")
    parser.add_argument("--database", type=Path, metavar="FILE", help="a ready cases.sqlite")
    given = parser.parse_args()
    return 0 if run(given.cases, given.database) else 1


if __name__ == "__main__":
    sys.exit(main())
