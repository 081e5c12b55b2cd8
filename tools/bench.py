"""Ratios, each measured against its own yardstick in this one run: python -m tools.bench.

Seconds differ from machine to machine and from hour to hour; a ratio within one run does not.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa
from sqlalchemy import Engine

import cities
from data_access.cases.engine import connect
from data_access.published import Release, Scope, describe, read
from metrics import registry
from pipeline import count
from pipeline.engines.duckdb import Counter
from pipeline.ingest import ingest
from pipeline.publish import publish
from pipeline.sources.demo import COMPLETE_UNTIL, SEED
from tools import bench_ingest

SMALL, LARGE = 40_000, 400_000
INGEST_SMALL, INGEST_LARGE = 110_000, 1_100_000  # cases: 0.4 and 4 million rows
CITY = cities.profile("ankang")
BY_HAND = """
    SELECT due_at_month, unit, count(*) FILTER (WHERE closed_at <= due_at), count(*)
    FROM facts WHERE due_at <= as_of GROUP BY ALL
"""


def seconds(work: Callable[[], object], times: int = 1) -> float:
    """The fastest of some runs."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return min(found)


def say(what: str, ratio: float, ours: float, yardstick: float) -> None:
    sys.stdout.write(f"{what:<58}{ratio:7.2f} x  ({ours:.4f} s against {yardstick:.4f} s)\n")


def by_hand(facts: pa.Table) -> None:
    with duckdb.connect() as database:
        database.register("facts", facts)
        database.sql(BY_HAND).to_arrow_table()


def by_metric(facts: pa.Table) -> None:
    with Counter(facts) as counter:
        counter.count(registry.get("on_time_rate"), ("unit",))


def published(engine: Engine) -> Release:
    return describe(publish(engine, CITY, COMPLETE_UNTIL))


def page_read(found: Release) -> None:
    read(found, "on_time_rate", Scope(grain="quarter", period="2026-Q3"), by="unit")


def main() -> None:
    """Print one line a ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["SUNLINE_DATA"] = name  # its releases are thrown away too
        reads: dict[int, float] = {}
        for cases in (SMALL, LARGE):
            engine = connect(f"sqlite:///{folder / f'{cases}.sqlite'}")
            ingest(engine, "demo", None, CITY, cases=cases, seed=SEED)
            facts = count.facts(engine, CITY, COMPLETE_UNTIL, [registry.get("on_time_rate")])
            reads[cases] = seconds(partial(page_read, published(engine)), 50)
            engine.dispose()
        ours, hand = (seconds(partial(way, facts), 5) for way in (by_metric, by_hand))
        say("counting a metric by unit and month / hand-written SQL", ours / hand, ours, hand)
        small, large = reads[SMALL], reads[LARGE]
        say(f"a page's read at {LARGE:,} cases / at {SMALL:,}", large / small, large, small)
        bench_ingest.compare(folder, (INGEST_SMALL, INGEST_LARGE))


if __name__ == "__main__":
    main()
