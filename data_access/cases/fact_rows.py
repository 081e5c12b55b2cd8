"""Fact rows that know their case: all of them, or those alone that a change may have touched.

The columns are those of `case_facts`, read by the same query. What follows from the batch (`as_of`,
`source`, `reported_at`) and the spans are left to whoever dresses the rows for a moment.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

import pyarrow as pa
from sqlalchemy import ColumnElement, Engine, Select, Table, and_, or_, select

from data_access.cases import categories, doubt_facts
from data_access.cases.bulk import batched
from data_access.cases.case_facts import CALLBACKS, CALLS, CASES, EVENTS, _part, _query, schema_of
from data_access.cases.records import Assignment
from data_access.cases.schema import UtcDateTime, table_of
from data_access.facts import SUBJECTS

OWNER, BATCH = "owner", "batch"  # the case (or call) that a row belongs to, and its last batch
OWNERS = {
    "cases": CASES.c.id, "callbacks": CALLBACKS.c.case_id, "doubts": CASES.c.id,
    "calls": CALLS.c.id,
}  # fmt: skip
OF_CASE = (EVENTS, CALLBACKS, table_of(Assignment))
ROWS = 50_000
Window = tuple[datetime, datetime]


def schema(subject: str, columns: Collection[str]) -> pa.Schema:
    """The owner, its batch, and the columns asked for."""
    own = [pa.field(OWNER, pa.int64()), pa.field(BATCH, pa.int64())]
    return pa.schema([*schema_of(SUBJECTS[subject], columns), *own])


def read(
    engine: Engine,
    subject: str,
    city: str,
    as_of: datetime,
    columns: Collection[str],
    owners: Collection[int] | None = None,
) -> pa.Table:
    """The rows of a city at a moment; of some owners alone where these are given."""
    batch = (CALLS if subject == "calls" else CASES).c.batch_id
    owner = OWNERS[subject]
    query = _query(subject, list(columns), city, as_of)
    query = query.add_columns(owner.label(OWNER), batch.label(BATCH))
    shape = schema(subject, columns)
    parts = []
    with engine.connect().execution_options(yield_per=ROWS) as connection:
        for some in _some(query, owner, owners):
            parts += [_part(shape, rows, {}) for rows in connection.execute(some).partitions()]
    found = pa.Table.from_batches(parts, schema=shape)
    return doubt_facts.dated(found, city) if subject == "doubts" else found


def _some(
    query: Select[tuple[object, ...]], owner: ColumnElement[int], owners: Collection[int] | None
) -> Iterator[Select[tuple[object, ...]]]:
    if owners is None:
        yield query
        return
    for some in batched(sorted(owners)):
        yield query.where(owner.in_(some))


def touched(
    engine: Engine, subject: str, city: str, news: Collection[int], window: Window | None
) -> set[int]:
    """Owners whose rows may differ: told of by one of the new batches, or by the passing of time.

    Not of doubts, which change without a batch.

    `window` holds the moments of two counts: what happened, or was told of a category, after the
    first and until the second was hidden from one of them.
    """
    if subject == "calls":
        queries = [select(CALLS.c.id).where(CALLS.c.city == city, _differs(CALLS, news, window))]
    else:
        queries = [select(CASES.c.id).where(CASES.c.city == city, _differs(CASES, news, window))]
        queries += [
            select(table.c.case_id).where(_differs(table, news, window)) for table in OF_CASE
        ]
    if subject == "cases" and window is not None:
        queries += categories.turned(city, *window)
    with engine.connect() as connection:
        return {owner for query in queries for owner in connection.execute(query).scalars()}


def _differs(table: Table, news: Collection[int], window: Window | None) -> ColumnElement[bool]:
    told = table.c.batch_id.in_(sorted(news))
    if window is None:
        return told
    after, until = window
    moments = (column for column in table.c if isinstance(column.type, UtcDateTime))
    return or_(told, *(and_(moment > after, moment <= until) for moment in moments))
