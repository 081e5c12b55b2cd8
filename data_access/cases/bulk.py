"""Put many rows into a table at the driver's own speed: executemany, or COPY on PostgreSQL."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Table

Value = TypeVar("Value")


def batched(values: Iterable[Value]) -> Iterator[list[Value]]:
    """Some thousand at a time: a statement takes only so many values."""
    rest = iter(values)
    while some := list(islice(rest, 10_000)):
        yield some


def load(connection: Connection, table: Table, frame: pd.DataFrame) -> None:
    """Append a frame to a table; its columns are columns of the table, its times aware.

    What is written is what SQLAlchemy would write for the same column types.
    """
    if frame.empty:
        return
    rows = zip(*(_values(frame[name]) for name in frame.columns), strict=True)
    names = ", ".join(f'"{name}"' for name in frame.columns)
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(frame.columns))
        driver.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', rows)  # noqa: S608
        return
    with (
        driver.cursor() as cursor,
        cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _values(column: "pd.Series[Any]") -> list[Any]:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        return _moments(column)
    if column.dtype == "float64":
        return [None if value != value else value for value in column.tolist()]  # NaN is unequal
    return column.tolist()


def _moments(column: "pd.Series[Any]") -> list[str | None]:
    """Moments as text in UTC, as both databases read them; None where there is none."""
    utc = column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[us]")
    texts = np.datetime_as_string(utc, unit="us").tolist()
    return [None if text == "NaT" else text.replace("T", " ") for text in texts]
