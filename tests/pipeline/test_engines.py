"""Every engine counts the same, to the last digit: each is held against one naive reading."""

import importlib
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

import cities
from data_access.cases.engine import connect
from data_access.facts import SUBJECTS
from metrics import registry
from metrics.model import Metric
from pipeline import count
from pipeline.engines import Counter, duckdb, folder, postgres
from pipeline.engines.folder import Facts
from pipeline.engines.statement import BIN, By, counted
from pipeline.sources.demo import COMPLETE_UNTIL
from tests import made_up_doubts, oracle
from tests.at_random import COUNT, RATIO, RAW, SCHEMA, TEXTS, facts, random_facts, random_metrics
from tests.metrics.test_definitions import METRICS, example_facts

Count = Callable[[Facts], Counter]


@pytest.fixture(scope="session")
def counts_on_postgres(postgres_url: str) -> Iterator[Count]:
    elsewhere = {"options": "-c timezone=Asia/Shanghai"}
    engine = create_engine(postgres_url, connect_args=elsewhere)
    yield partial(postgres.Counter, engine=engine)
    engine.dispose()


POSTGRES = pytest.param("counts_on_postgres", marks=pytest.mark.postgres)
SPARK = pytest.param("counts_on_spark", marks=pytest.mark.spark)


@pytest.fixture(params=["duckdb", POSTGRES, SPARK])
def engine(request: pytest.FixtureRequest) -> Count:
    if request.param == "duckdb":
        return duckdb.Counter
    opened: Count = request.getfixturevalue(request.param)
    return opened


def counts(counter: Counter, metric: Metric, by: tuple[str, ...]) -> oracle.Rows:
    found = counter.count(metric, by)
    assert found.schema == counted(by)
    return oracle.ordered(tuple(row.values()) for row in found.to_pylist())


def agrees(counter: Counter, metric: Metric, facts: pa.Table, by: tuple[str, ...]) -> None:
    expected = oracle.counted(metric, facts.to_pylist(), by)
    assert counts(counter, metric, by) == expected, (metric.numerator, metric.denominator)


QUICK_ENGINES = pytest.mark.parametrize("quick", ["duckdb", POSTGRES])


@QUICK_ENGINES
@METRICS
def test_a_worked_example_comes_out(
    quick: str, request: pytest.FixtureRequest, metric: Metric
) -> None:
    opened = duckdb.Counter if quick == "duckdb" else request.getfixturevalue(quick)
    with opened(example_facts(metric)) as counter:
        comes_out(counter.count(metric), metric)


@pytest.mark.spark
@METRICS
def test_a_worked_example_comes_out_on_spark(counts_on_spark: Count, metric: Metric) -> None:
    """A job of Spark's takes most of a second: the examples of a subject are counted together."""
    comes_out(examples(counts_on_spark, metric.subject)[metric.id], metric)


def comes_out(counted: pa.Table, metric: Metric) -> None:
    rows = counted.to_pylist()
    assert sum(row["numerator"] for row in rows) == metric.example.numerator
    if metric.kind == "ratio":
        assert sum(row["denominator"] for row in rows) == metric.example.denominator


@cache
def examples(engine: Count, subject: str) -> dict[str, pa.Table]:
    """What every metric of a subject counts of its own example, among the rows of all of them."""
    every = [item for item in registry.everything().values() if item.kind != "composite"]
    metrics = [item for item in every if item.subject == subject]
    tables = [(item.id, example_facts(item)) for item in metrics]
    told = [table.append_column("example", pa.array([name] * len(table))) for name, table in tables]
    with engine(pa.concat_tables(told)) as counter:
        found = counter.count_cuts(metrics, [("example",)])
    return {name: rows.filter(pc.equal(rows["example"], name)) for (_, name), rows in found.items()}


CUTS = [(), *((name,) for name in RATIO.slices), RATIO.slices]
QUICK = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
# A job of Spark's takes most of a second: many rows in few examples, and no time for shrinking.
SLOW = settings(QUICK, max_examples=10, phases=[Phase.explicit, Phase.reuse, Phase.generate])


@QUICK_ENGINES
@QUICK
@given(table=facts(40), metric=random_metrics())
def test_random_facts(
    quick: str, request: pytest.FixtureRequest, table: pa.Table, metric: Metric
) -> None:
    opened = duckdb.Counter if quick == "duckdb" else request.getfixturevalue(quick)
    with opened(table) as counter:
        for by in CUTS:
            agrees(counter, metric, table, by)


@pytest.mark.spark
@SLOW
@given(table=facts(1_000), metrics=st.lists(random_metrics(), min_size=2, max_size=2))
def test_random_facts_on_spark(
    counts_on_spark: Count, table: pa.Table, metrics: list[Metric]
) -> None:
    with counts_on_spark(table) as counter:
        for metric, by in zip(metrics, Random(table.num_rows).sample(CUTS, 2), strict=True):  # noqa: S311
            agrees(counter, metric, table, by)


def test_by_day(engine: Count) -> None:
    table = random_facts(4, 300)
    with engine(table) as counter:
        for metric in (RATIO, COUNT):
            found = counter.count(metric, ("area",), "day")
            expected = oracle.counted(metric, table.to_pylist(), ("area",), "day")
            assert found.schema == counted(("area",), "day")
            assert oracle.ordered(tuple(row.values()) for row in found.to_pylist()) == expected


@pytest.mark.parametrize("word", ["TRUE", "FALSE", "on_the_spot", "NOT on_the_spot"])
def test_a_condition_of_one_word(engine: Count, word: str) -> None:
    """Spark would take `facts WHERE (on_the_spot)` for a table with other names."""
    table = random_facts(3, 200)
    with engine(table) as counter:
        for metric in (replace(COUNT, numerator=word), replace(RATIO, denominator=word)):
            agrees(counter, metric, table, ("unit",))


def test_a_moment_without_an_offset_is_in_utc(engine: Count) -> None:
    table = random_facts(2, 200)
    metric = replace(COUNT, numerator="received_at < '2026-05-01T00:00:00'")
    with engine(table) as counter:
        agrees(counter, metric, table, ())


def test_a_folder_of_facts(engine: Count, tmp_path: Path) -> None:
    table = random_facts(1, 500)
    folder.write(table.schema, [table.slice(0, 200), table.slice(200)], tmp_path)
    assert (tmp_path / "received_at_month=202601").is_dir()
    assert folder.rows(tmp_path) == 500
    with engine(tmp_path) as counter:
        for metric in (RATIO, COUNT, replace(COUNT, dated_by="due_at")):
            agrees(counter, metric, table, metric.slices)


def test_an_empty_folder_counts_nothing(engine: Count, tmp_path: Path) -> None:
    folder.write(SCHEMA, [SCHEMA.empty_table()], tmp_path)
    with engine(tmp_path) as counter:
        agrees(counter, RATIO, SCHEMA.empty_table(), ("unit",))


def test_metrics_counted_together_count_what_each_counts_alone(engine: Count) -> None:
    """Of several times, with and without a denominator, by slices and by the bin of a duration."""
    table = count.binned(random_facts(5, 400), ["solving_seconds"])
    lasting = replace(registry.get("time_solving"), numerator="solving_seconds >= 0")
    ways: list[tuple[list[Metric], list[By]]] = [
        ([RATIO, COUNT, replace(RATIO, id="late", numerator="NOT closed_at <= due_at"),
          replace(COUNT, id="due", dated_by="due_at")], [(), ("unit",), ("unit", "area")]),
        ([RATIO, replace(RATIO, id="late", numerator="NOT closed_at <= due_at")], [("area",)]),
        ([lasting, replace(lasting, id="open", numerator="closed_at IS NULL")],
         [(BIN,), ("unit", BIN)]),
    ]  # fmt: skip
    with engine(table) as counter:
        for metrics, cuts in ways:
            together = counter.count_cuts(metrics, cuts)
            assert {*together} == {(by, metric.id) for metric in metrics for by in cuts}
            for (by, name), rows in together.items():
                (metric,) = (metric for metric in metrics if metric.id == name)
                assert rows.schema == counted(by)
                found = oracle.ordered(tuple(row.values()) for row in rows.to_pylist())
                assert found
                assert found == counts(counter, metric, by)


def test_without_spark_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pipeline.engines.spark", raising=False)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install -r requirements-spark\.txt"):
        importlib.import_module("pipeline.engines.spark")


@pytest.mark.spark
def test_without_java_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.engines import spark

    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RuntimeError, match="make system"):
        spark.session()


def test_no_facts_count_nothing(engine: Count) -> None:
    with engine(SCHEMA.empty_table()) as counter:
        agrees(counter, RATIO, SCHEMA.empty_table(), ("unit",))


def test_a_text_means_itself(engine: Count) -> None:
    """As many texts as values: a text that meant another value would leave its own uncounted."""
    table = pa.Table.from_pylist([{"unit": text} for text in RAW], schema=SCHEMA)
    among = ", ".join(f"'{text}'" for text in TEXTS)
    with engine(table) as counter:
        metric = replace(COUNT, numerator=f"unit IN ({among})")
        assert counter.count(metric, ("unit",)).num_rows == len(TEXTS)
        for text in ("", "b ", "é", "\uffee", "\\"):
            agrees(counter, replace(COUNT, numerator=f"unit < '{text}'"), table, ("unit",))


@dataclass
class Demo:
    """The demo city's facts of one subject, and how often each metric of it is to be counted."""

    facts: pa.Table
    expected: list[tuple[Metric, oracle.Rows]]


@cache
def demo(folder: Path, subject: str) -> Demo:
    """The demo city itself raises no doubts; those of a copy are made up."""
    opened = connect(
        f"sqlite:///{doubting(folder) if subject == 'doubts' else folder}/cases.sqlite"
    )
    every = [item for item in registry.everything().values() if item.kind != "composite"]
    metrics = [item for item in every if item.subject == subject]
    # Its rows were ingested today, whatever day that is.
    as_of = date(2100, 1, 1) if subject == "rows" else COMPLETE_UNTIL
    table = count.facts(opened, cities.profile("ankang"), as_of, metrics)
    opened.dispose()
    rows = table.to_pylist()
    return Demo(table, [(item, oracle.counted(item, rows, item.slices)) for item in metrics])


def doubting(folder: Path) -> Path:
    copy = folder.with_name(f"{folder.name}-doubts")
    copy.mkdir()
    shutil.copy(folder / "cases.sqlite", copy / "cases.sqlite")
    engine = connect(f"sqlite:///{copy}/cases.sqlite")
    until = cities.midnight(COMPLETE_UNTIL, cities.profile("ankang"))
    made_up_doubts.raise_some(engine, "ankang", until, most=400)
    engine.dispose()
    return copy


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_demo_city(engine: Count, subject: str, published_demo: Path) -> None:
    told = demo(published_demo, subject)
    assert told.facts.num_rows
    assert told.expected
    with engine(told.facts) as counter:
        for metric, expected in told.expected:
            assert counts(counter, metric, metric.slices) == expected, metric.id
