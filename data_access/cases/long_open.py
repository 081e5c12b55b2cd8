"""Cases that wait for long, as they stood at a moment: how far they came and what moved them."""

from datetime import datetime, timedelta

import pyarrow as pa
from sqlalchemy import Engine, func, select

from data_access.cases.case_facts import CASES, EVENTS, _happened, _part, _query, schema_of
from data_access.facts import SUBJECTS

COLUMNS = (
    "received_at", "closed_at", "accepted_at", "dispatched_at", "signed_at", "handled_at",
    "replied_at", "deadline_at", "category", "category2", "category3", "nature",
)  # fmt: skip
ROWS = 50_000
LONG = timedelta(days=15)


def read(engine: Engine, city: str, as_of: datetime) -> pa.Table:
    """One row a case that came in LONG ago or earlier and is open; times in UTC.

    COLUMNS, and of its extensions until then: `moved` is how many, `reason` the code of the last
    one, "" where there was none.
    """
    names = [name for name in SUBJECTS["cases"].columns if name in COLUMNS]
    extra = [pa.field("moved", pa.int64()), pa.field("reason", pa.string())]
    shape = pa.schema([*schema_of(SUBJECTS["cases"], names), *extra])
    moves = select(func.count()).where(_happened("extension", as_of)).scalar_subquery()
    last = select(EVENTS.c.reason_code).where(_happened("extension", as_of))
    why = last.order_by(EVENTS.c.at.desc(), EVENTS.c.seq.desc()).limit(1).scalar_subquery()
    query = _query("cases", names, city, as_of).add_columns(moves, func.coalesce(why, ""))
    query = query.where(
        CASES.c.received_at <= as_of - LONG,
        CASES.c.closed_at.is_(None) | (CASES.c.closed_at > as_of),
    )
    with engine.connect().execution_options(yield_per=ROWS) as connection:
        parts = [_part(shape, rows, {}) for rows in connection.execute(query).partitions()]
    return pa.Table.from_batches(parts, shape)
