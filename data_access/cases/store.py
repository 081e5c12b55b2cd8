"""Read the case database: what it holds of a city, and its cases as facts to count."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
from sqlalchemy import Engine, String, case, func, select, type_coerce

from data_access.cases.batches import BATCHES, FINDINGS
from data_access.cases.kinds import table_of
from data_access.cases.records import Case
from data_access.facts import LABELS, TIMES

CASES = table_of(Case)


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


def facts(engine: Engine, city: str, as_of: datetime) -> pa.Table:
    """The city's cases as they stood at a moment, one row a case, times in UTC.

    Closings after that moment are hidden. `as_of` differs by row where a file tells of
    less: a deadline that a case's last file could not see is not in anyone's cohort.
    """
    closed = case((CASES.c.closed_at <= as_of, CASES.c.closed_at)).label("closed_at")
    # As the driver gives them: a whole column becomes moments at once, not value by value.
    times = [type_coerce(time, String) for time in (CASES.c.received_at, CASES.c.due_at, closed)]
    query = select(*times, CASES.c.batch_id, *(CASES.c[name] for name in LABELS)).where(
        CASES.c.city == city, CASES.c.received_at <= as_of
    )
    moment = pa.timestamp("us", tz="UTC")
    schema = pa.schema(
        [(name, moment) for name in TIMES] + [(name, pa.string()) for name in LABELS]
    )
    parts = []
    with engine.connect().execution_options(yield_per=50_000) as connection:
        seen = connection.execute(select(BATCHES.c.id, BATCHES.c.observed_until)).all()
        until = {batch: min(moment or as_of, as_of) for batch, moment in seen}
        for rows in connection.execute(query).partitions():
            columns: list[Any] = [list(column) for column in zip(*rows, strict=True)]
            columns[3] = [until[batch] for batch in columns[3]]
            columns[:4] = [
                pd.to_datetime(pd.Series(c), utc=True, format="ISO8601") for c in columns[:4]
            ]
            arrays = [
                pa.array(c, f.type, from_pandas=True) for c, f in zip(columns, schema, strict=True)
            ]
            parts.append(pa.record_batch(arrays, schema=schema))
    return pa.Table.from_batches(parts, schema=schema)
