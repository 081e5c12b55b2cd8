"""Facts and metrics at random: any value beside any other, any text that the language allows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from metrics import registry
from metrics.model import Metric
from tests import oracle
from tests.metrics.test_definitions import example_facts

RATIO, COUNT = registry.get("on_time_rate"), registry.get("received")
SCHEMA = example_facts(RATIO).schema
FACTS = RATIO.facts
START = datetime(2026, 5, 1, tzinfo=UTC)
MOMENTS = [START + timedelta(microseconds=n) for n in (-1, 0, 1, 3_600_000_000)]
# By bytes, by UTF-16 and by a language these sort differently; some mean something to an engine.
TEXTS = ["", " ", "a", "B", "b ", "é", "市", "\uffee", "😀", "NULL", "%s", "%%", ":a", "$1", "?"]
TEXTS += ["\\", "\\n", "${x}", "{x}", '"', "--", "/*", "a,b", "\\."]
RAW = [*TEXTS, "it's", "\n", "\r\n", "\t", '""', "\\N"]  # may be stored, but not be in a text
VALUES: dict[pa.DataType, list[Any]] = {
    pa.timestamp("us", tz="UTC"): MOMENTS, pa.string(): RAW, pa.bool_(): [True, False],
    pa.int64(): [-1, 0, 1, 2, 2**40],
}  # fmt: skip


PERIODS: dict[str, list[Any]] = {
    "month": [202512, 202601, 202602], "day": [20251231, 20260101, 20260102],
}  # fmt: skip


def random_facts(seed: int, rows: int) -> pa.Table:
    """Any value beside any other, NULL everywhere: far more than real facts could hold."""
    random, columns = Random(seed), []  # noqa: S311
    for field in SCHEMA:
        values = PERIODS.get(field.name.rpartition("_")[2], VALUES[field.type])
        columns.append(pa.array(random.choices([None, *values], k=rows), field.type))
    return pa.table(columns, schema=SCHEMA)


def facts(rows: int) -> st.SearchStrategy[pa.Table]:
    return st.builds(random_facts, st.integers(0, 2**32), st.integers(rows // 2, rows))


def literals(of: pa.DataType) -> st.SearchStrategy[str]:
    if of == pa.bool_():
        return st.sampled_from(["TRUE", "FALSE"])
    if of == pa.int64():
        return st.sampled_from(["0", "1", "2"])
    texts = TEXTS
    if of != pa.string():  # with an offset, and without: then in UTC, wherever the machine stands
        texts = [
            told for moment in MOMENTS for told in (f"{moment}", f"{moment:%Y-%m-%dT%H:%M:%S.%f}")
        ]
    return st.sampled_from([f"'{text}'" for text in texts])


@st.composite
def predicates(draw: st.DrawFn) -> str:
    """A column by itself, compared with another or a literal, among some, or NULL."""
    name = draw(st.sampled_from([name for name in FACTS.columns if name in SCHEMA.names]))
    of = SCHEMA.field(name).type
    alike = [other for other in FACTS.columns if SCHEMA.field(other).type == of]
    other = st.sampled_from(alike) | literals(of) | st.just("NULL")
    compared = st.builds(
        "{} {} {}".format, st.just(name), st.sampled_from(list(oracle.COMPARE)), other
    )
    ways = [compared, compared, st.sampled_from([f"{name} IS NULL", f"{name} IS NOT NULL"])]
    among = st.lists(other, min_size=1, max_size=3).map(", ".join)
    ways.append(
        st.builds("{} {} ({})".format, st.just(name), st.sampled_from(["IN", "NOT IN"]), among)
    )
    if of == pa.bool_():
        ways.append(
            st.sampled_from([name, "TRUE", "FALSE", f"{name} IS TRUE", f"{name} IS NOT FALSE"])
        )
    return draw(st.one_of(ways))


EXPRESSIONS = st.recursive(
    predicates(),
    lambda inner: st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from(["AND", "OR"]), inner),
        inner.map("NOT {}".format), inner.map("({})".format), inner.map("NOT ({})".format),
    ),
    max_leaves=6,
)  # fmt: skip


@st.composite
def random_metrics(draw: st.DrawFn) -> Metric:
    numerator = draw(EXPRESSIONS)
    dated_by = draw(st.sampled_from(FACTS.datable))
    if draw(st.booleans()):
        return replace(COUNT, numerator=numerator, dated_by=dated_by)
    denominator = draw(EXPRESSIONS)
    return replace(RATIO, numerator=numerator, denominator=denominator, dated_by=dated_by)
