"""The lattice on a Spark cluster, on PostgreSQL and on DuckDB: the same cells to the last digit."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from sqlalchemy import Engine

from cities import City
from data_access.cases.engine import connect
from pipeline import cells, facts
from pipeline.engines import Counter, duckdb, postgres
from pipeline.engines.folder import Facts
from pipeline.ingest import ingest
from pipeline.sources.demo import COMPLETE_UNTIL
from tests.conftest import DEMO_CASES

if TYPE_CHECKING:  # an extra: where it is missing, only its tests fail
    from tests.spark_cluster import Cluster

Count = Callable[[Facts], Counter]


@pytest.fixture
def on_server(on_postgres: None, ankang: City) -> Iterator[Engine]:
    """The same cases in PostgreSQL."""
    opened = connect()
    ingest(opened, "demo", None, ankang, cases=DEMO_CASES, seed=7)
    yield opened
    opened.dispose()


@pytest.mark.thorough  # every metric of it is counted on each of them by test_engines.py
@pytest.mark.spark
@pytest.mark.postgres
def test_the_whole_lattice_on_three_engines(
    facts_folder: Path, demo_cases: Engine, on_server: Engine, ankang: City,
    demo_cells: pd.DataFrame, counts_on_spark: Count,
) -> None:  # fmt: skip
    """On PostgreSQL from cases that lie there; on the other two from partitioned Parquet."""
    on_postgres = partial(postgres.Counter, engine=on_server)
    ways: list[tuple[str, Engine, Count, Path | None]] = [
        ("duckdb", demo_cases, duckdb.Counter, facts_folder),
        ("postgres", on_server, on_postgres, None),
        ("spark", demo_cases, counts_on_spark, facts_folder),
    ]
    assert len(demo_cells) > 10_000
    for name, engine, counting, source in ways:
        found = cells.cells(engine, ankang, COMPLETE_UNTIL, counting, folder=source)
        pd.testing.assert_frame_equal(found, demo_cells, check_exact=True, obj=name)


@pytest.mark.spark
def test_a_worker_that_dies_changes_nothing(
    facts_folder: Path, spark_cluster: "Cluster", counts_on_spark: Count
) -> None:
    """Both workers count; with one killed the other goes on, and a new one may join."""
    calls = facts.metrics()["calls"]
    expected = cells.by_month(facts_folder / "calls", calls, duckdb.Counter)
    with counts_on_spark(facts_folder / "calls") as counter:
        assert executors(counter) == 2
        spark_cluster.kill("worker-2")
        for (by, name), rows in expected.items():
            found = counter.count(calls[name], by)
            assert found.sort_by("month") == rows.sort_by("month")
    spark_cluster.worker("worker-3")


def executors(counter: Counter) -> int:
    context = counter._session.sparkContext._jsc.sc()  # type: ignore[attr-defined]
    return int(context.getExecutorMemoryStatus().size()) - 1  # the driver is among them
