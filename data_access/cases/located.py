"""Cases that have a point on the map, as they were known at a moment: when, where, about what."""

from collections.abc import Iterator
from datetime import datetime

import pyarrow as pa
from sqlalchemy import Engine

from data_access.cases.case_facts import CASES, _part, _query, schema_of
from data_access.facts import SUBJECTS

COLUMNS = ("received_at", "category", "category2", "category3", "nature")
POINT = ("latitude", "longitude")  # degrees of WGS-84
ROWS = 50_000


def parts(engine: Engine, city: str, as_of: datetime) -> Iterator[pa.RecordBatch]:
    """COLUMNS and POINT of each case received until then, so many ROWS at a time; times in UTC."""
    names = [name for name in SUBJECTS["cases"].columns if name in COLUMNS]
    degrees = [pa.field(name, pa.float64()) for name in POINT]
    shape = pa.schema([*schema_of(SUBJECTS["cases"], names), *degrees])
    point = [CASES.c[name] for name in POINT]
    query = _query("cases", names, city, as_of).add_columns(*point)
    query = query.where(*(degree.is_not(None) for degree in point))
    with engine.connect().execution_options(yield_per=ROWS) as connection:
        for rows in connection.execute(query).partitions():
            yield _part(shape, rows, {})
