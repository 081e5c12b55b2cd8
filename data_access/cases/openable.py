"""What the case-level open data is made from: cases under their numbers, as they stood at a moment.

The number is there to find a case again in the next release; it is never published.
"""

from datetime import datetime

import pyarrow as pa
from sqlalchemy import Engine

from data_access.cases.case_facts import CASES, _part, _query, schema_of
from data_access.facts import SUBJECTS

COLUMNS = (
    "received_at", "closed_at", "area", "town", "category", "category2", "category3", "unit",
    "nature", "outcome", "reason_code", "satisfaction",
)  # fmt: skip
ROWS = 50_000


def read(engine: Engine, city: str, as_of: datetime) -> pa.Table:
    """One row a case that had come in by then: `number` and COLUMNS; times in UTC."""
    names = [name for name in SUBJECTS["cases"].columns if name in COLUMNS]
    shape = pa.schema([*schema_of(SUBJECTS["cases"], names), pa.field("number", pa.string())])
    query = _query("cases", names, city, as_of).add_columns(CASES.c.number)
    with engine.connect().execution_options(yield_per=ROWS) as connection:
        parts = [_part(shape, rows, {}) for rows in connection.execute(query).partitions()]
    return pa.Table.from_batches(parts, schema=shape)
