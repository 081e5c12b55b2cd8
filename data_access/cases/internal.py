"""Internal cells: the published cells without protection, with days and running periods.

For supervisors alone. They lie in a folder that only this user may enter, and no module of the
public plane may import this one. A file never changes and is told by its id; the small file CURRENT
names the one to be read and is replaced by a rename, so a reader finds either, whole.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import BigInteger, Double, Select, String

from data_access import duck
from data_access.published import cells
from data_access.settings import CLOSED, data_root

TYPES = {BigInteger: pa.int64(), Double: pa.float64(), String: pa.string()}
SCHEMA = pa.schema([(column.name, TYPES[type(column.type)]) for column in cells.c])


CURRENT = "CURRENT"


@dataclass(frozen=True)
class Internal:
    """One file of internal cells; equal ids are equal contents."""

    id: str
    path: Path
    city: str
    as_of: date
    synthetic: bool
    cases: int
    digest: str  # SHA-256 of the cells


def home(city: str) -> Path:
    """The folder of a city's internal cells and of what they were counted with."""
    return data_root() / "internal" / city


def workings(city: str) -> Path:
    """What they were counted with: see `data_access.cases.workings`."""
    return home(city) / "workings.duckdb"


def current(city: str) -> Internal | None:
    """The internal cells of a city, or None before the first count."""
    try:
        name = (home(city) / CURRENT).read_text("ascii").strip()
    except FileNotFoundError:
        return None
    return describe(home(city) / f"{name}.duckdb")


def fetch(found: Internal, query: Select[Any]) -> pa.Table:
    """Run one query, on the table `data_access.published.cells`, over internal cells."""
    with _database(found.path).cursor() as cursor:
        return duck.run(cursor, query)


@lru_cache(maxsize=8)
def describe(path: Path) -> Internal:
    """What a file of internal cells says of itself."""
    about = dict(_database(path).execute("SELECT key, value FROM about").fetchall())
    return Internal(
        path.stem, path, about["city"], date.fromisoformat(about["as_of"]),
        bool(about["label"]), int(about["cases"]), about["digest"],
    )  # fmt: skip


@lru_cache(maxsize=8)
def _database(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(path, read_only=True, config=CLOSED)
    connection.execute("SET lock_configuration=true")
    return connection
