"""Read the case database: what it holds of a city, and its cases as facts to count."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
from sqlalchemy import ColumnElement, Engine, String, case, func, select, type_coerce

from data_access.cases.records import Case
from data_access.cases.schema import Batch, Finding, table_of
from data_access.facts import SUBJECTS

CASES, BATCHES, FINDINGS = map(table_of, (Case, Batch, Finding))


@dataclass(frozen=True)
class Coverage:
    """What the case database holds of a city."""

    cases: int
    observed_until: datetime | None
    synthetic: bool
    real: bool


def coverage(engine: Engine, city: str) -> Coverage:
    """How many cases there are, how far they were observed, and whether they are made up."""
    made_up = func.sum(case((BATCHES.c.synthetic, 1), else_=0))
    query = (
        select(func.count(), func.max(BATCHES.c.observed_until), made_up)
        .select_from(CASES.join(BATCHES))
        .where(CASES.c.city == city)
    )
    with engine.connect() as connection:
        count, until, synthetic = connection.execute(query).one()
    return Coverage(count, until, bool(synthetic), count > (synthetic or 0))


def batches(engine: Engine, city: str) -> list[dict[str, Any]]:
    """Every batch of a city with its accounting, newest first."""
    query = select(BATCHES).where(BATCHES.c.city == city).order_by(BATCHES.c.id.desc())
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(query)]


class Quarantined(NamedTuple):
    """One thing that is wrong with a row kept in quarantine."""

    id: int
    part: str
    row: int
    column: str
    value: str
    rule: str
    remedy: str
    raw: dict[str, str]


def quarantined(engine: Engine, city: str, source: str) -> list[Quarantined]:
    """What is still in quarantine of a city's source, oldest first."""
    names = [FINDINGS.c[name] for name in Quarantined._fields]
    query = (
        select(*names)
        .join(BATCHES, BATCHES.c.id == FINDINGS.c.batch_id)
        .where(
            BATCHES.c.city == city,
            BATCHES.c.source == source,
            FINDINGS.c.quarantined,
            FINDINGS.c.settled_by.is_(None),
        )
        .order_by(FINDINGS.c.id)
    )
    with engine.connect() as connection:
        return [Quarantined(*row) for row in connection.execute(query)]


def facts(engine: Engine, city: str, as_of: datetime, columns: Collection[str]) -> pa.Table:
    """The city's cases as they stood at a moment, one row a case, times in UTC.

    What happened after that moment is hidden. `as_of` differs by row where a file tells of
    less: a deadline that a case's last file could not see is not in anyone's cohort.
    """
    names = [name for name in SUBJECTS["cases"].columns if name in {*columns, "as_of"}]
    query = select(*(_fact(name, as_of) for name in names)).where(
        CASES.c.city == city, CASES.c.received_at <= as_of
    )
    with engine.connect().execution_options(yield_per=50_000) as connection:
        seen = connection.execute(select(BATCHES.c.id, BATCHES.c.observed_until, BATCHES.c.source))
        batches = {row.id: row for row in seen}
        known = {
            "as_of": {key: min(row.observed_until or as_of, as_of) for key, row in batches.items()},
            "source": {key: row.source for key, row in batches.items()},
            "reported_at": dict.fromkeys(batches, as_of),
        }
        parts = [
            _batch_of_facts(names, rows, known) for rows in connection.execute(query).partitions()
        ]
    return pa.Table.from_batches(parts, schema=_schema("cases", names))


def _fact(name: str, as_of: datetime) -> ColumnElement[Any]:
    """A column of the facts; of those that the batch knows, the number of the batch."""
    if name in ("as_of", "source", "reported_at"):
        return CASES.c.batch_id.label(name)
    column: ColumnElement[Any] = CASES.c[name]
    if name not in SUBJECTS["cases"].datable + SUBJECTS["cases"].times:
        return column
    if name not in ("due_at", "extended_due_at"):  # a deadline is known before it comes
        column = case((column <= as_of, column)).label(name)
    # As the driver gives it: a whole column becomes moments at once, not value by value.
    return type_coerce(column, String)


def _schema(subject: str, names: list[str]) -> pa.Schema:
    facts = SUBJECTS[subject]
    types = dict.fromkeys(facts.datable + facts.times, pa.timestamp("us", tz="UTC"))
    types |= dict.fromkeys(facts.labels, pa.string()) | dict.fromkeys(facts.flags, pa.bool_())
    return pa.schema([(name, types[name]) for name in names])


def _batch_of_facts(
    names: list[str], rows: Sequence[Any], known: dict[str, dict[int, Any]]
) -> pa.RecordBatch:
    schema, arrays = _schema("cases", names), []
    for field, column in zip(schema, zip(*rows, strict=True), strict=True):
        values: Any = column
        if field.name in known:
            values = [known[field.name][batch] for batch in column]
        if pa.types.is_timestamp(field.type):
            values = pd.to_datetime(pd.Series(values), utc=True, format="ISO8601")
        arrays.append(pa.array(values, field.type, from_pandas=True))
    return pa.record_batch(arrays, schema=schema)


def row_facts(engine: Engine, city: str, as_of: datetime) -> pa.Table:
    """Every row of every file ingested before a moment and not undone, and what became of it."""
    query = select(BATCHES).where(
        BATCHES.c.city == city, BATCHES.c.started_at <= as_of, BATCHES.c.undone_at.is_(None)
    )
    names = ["ingested_at", "source", "fate", "repaired"]
    schema = _schema("rows", names)
    with engine.connect() as connection:
        parts = [_fates(row, schema) for row in connection.execute(query)]
    return pa.Table.from_batches([part for some in parts for part in some], schema=schema)


def _fates(batch: Any, schema: pa.Schema) -> list[pa.RecordBatch]:
    """The rows of a batch, as alike as they are."""
    fates = (
        ("stored", batch.stored - batch.repaired, False), ("stored", batch.repaired, True),
        ("unchanged", batch.unchanged, False), ("quarantined", batch.quarantined, False),
    )  # fmt: skip
    return [
        pa.record_batch(
            [
                pa.array([value] * rows, field.type)
                for value, field in zip(
                    (batch.started_at, batch.source, fate, repaired), schema, strict=True
                )
            ],
            schema=schema,
        )
        for fate, rows, repaired in fates
    ]
