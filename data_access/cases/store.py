"""Read the case database: what it holds of a city, its batches and their findings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import pyarrow as pa
from sqlalchemy import Engine, case, func, select

from data_access.cases.case_facts import schema_of
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


def row_facts(engine: Engine, city: str, as_of: datetime) -> pa.Table:
    """Every row of every file ingested before a moment and not undone, and what became of it."""
    query = select(BATCHES).where(
        BATCHES.c.city == city, BATCHES.c.started_at <= as_of, BATCHES.c.undone_at.is_(None)
    )
    facts = SUBJECTS["rows"]
    schema = schema_of(facts, facts.columns)
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
