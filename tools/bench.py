"""Ratios, each measured against its own yardstick in this one run: python -m tools.bench.

Seconds differ from machine to machine and from hour to hour; a ratio within one run does not.
"""

import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import duckdb
import pandas as pd
import pyarrow as pa
from sqlalchemy import Engine

import cities
from data_access.cases.engine import connect
from data_access.published import Release, Scope, describe, read
from metrics import registry
from pipeline import count, protect, release, sources
from pipeline.engines.duckdb import Counter
from pipeline.ingest import ingest
from pipeline.sources import Rows
from pipeline.sources.demo import COMPLETE_UNTIL, SEED
from pipeline.verify import verify

SMALL, LARGE = 40_000, 400_000
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


def generated(cases: int) -> list[Rows]:
    """The demo city, made before any clock starts."""
    return list(sources.load("demo").read(None, CITY, cases=cases, seed=SEED))


def ingested(engine: Engine, runs: list[Rows]) -> float:
    """Seconds that ingest takes for rows that are there already."""
    ready = SimpleNamespace(
        SYNTHETIC=True, COMPLETE_UNTIL=COMPLETE_UNTIL, read=lambda *_, **__: iter(runs)
    )
    with mock.patch.object(sources, "load", return_value=ready):
        return seconds(lambda: ingest(engine, "demo", None, CITY))


def plain_load(folder: Path, rows: list[tuple[str, ...]]) -> None:
    """The yardstick of ingest: ready text into one table with a key, asking nothing about it."""
    columns = ", ".join(f"c{place}" for place in range(len(rows[0])))
    with closing(sqlite3.connect(folder / "plain.sqlite")) as database, database:
        database.execute(f"CREATE TABLE plain ({columns}, UNIQUE (c1))")
        marks = ", ".join("?" * len(rows[0]))
        database.executemany(f"INSERT INTO plain VALUES ({marks})", rows)  # noqa: S608


def by_hand(facts: pa.Table) -> None:
    with duckdb.connect() as database:
        database.register("facts", facts)
        database.sql(BY_HAND).to_arrow_table()


def by_metric(facts: pa.Table) -> None:
    with Counter(facts) as counter:
        counter.count(registry.get("on_time_rate"), ("unit",))


def published(facts: pa.Table) -> Release:
    cells = protect.protect(count.cells(facts, CITY, COMPLETE_UNTIL))
    contents = release.Contents(CITY.id, COMPLETE_UNTIL, True, facts.num_rows, cells)
    return describe(release.publish(contents, verify))


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
            runs = generated(cases)
            spent = ingested(engine, runs)
            facts = count.facts(engine, CITY, COMPLETE_UNTIL)
            reads[cases] = seconds(partial(page_read, published(facts)), 50)
            engine.dispose()
        table = pd.concat([run.records for run in runs]).astype(str)
        rows = list(table.itertuples(index=False, name=None))
        plain = seconds(lambda: plain_load(folder, rows))
        say(f"ingest of {LARGE:,} cases / plain load", spent / plain, spent, plain)
        ours, hand = (seconds(partial(way, facts), 5) for way in (by_metric, by_hand))
        say("counting a metric by unit and month / hand-written SQL", ours / hand, ours, hand)
        small, large = reads[SMALL], reads[LARGE]
        say(f"a page's read at {LARGE:,} cases / at {SMALL:,}", large / small, large, small)


if __name__ == "__main__":
    main()
