"""A release: the published plane, opened read-only and told apart by its id.

`releases/<city>/<id>/` holds `published.duckdb` and `manifest.json`; `releases/<city>/CURRENT`
names the one in force and is replaced by one atomic rename, so a reader finds either the old
release or the new one, whole.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
from sqlalchemy import BigInteger, Column, Double, MetaData, Select, String, Table, select

from data_access import duck
from data_access.settings import CLOSED, pointer, releases
from data_access.settings import DATABASE as DATABASE  # part of what is known of a release
from data_access.settings import MANIFEST as MANIFEST

ALL = "all"  # not narrowed: the total over a dimension, or all time
NONE = "none"  # the member of a dimension that holds what has no value there
SENSITIVE = "sensitive"  # the member that holds all sensitive categories together
# A town lies in its area and a category2 in its category: their rows name both.
DIMENSIONS = ("unit", "area", "town", "category", "category2", "reason_code")

cells = Table(
    "cells",
    MetaData(),
    Column("metric", String, nullable=False),
    Column("grain", String, nullable=False),
    Column("period", String, nullable=False),
    *(Column(name, String, nullable=False) for name in DIMENSIONS),
    Column("numerator", BigInteger),
    Column("denominator", BigInteger),
    Column("value", Double),  # of a duration: the median, in seconds
    Column("p90", Double),  # and the 90th percentile
    Column("withheld", String),  # why there is no number: a reason, never a 0
)


@dataclass(frozen=True)
class Correction:
    """What a release says of an earlier one that it withdraws, and why."""

    id: str
    reason: str


@dataclass(frozen=True)
class Release:
    """What the manifest says of one release; equal ids are equal contents.

    `number` counts the releases of the city from 1.
    """

    city: str
    id: str
    number: int
    folder: Path
    as_of: date
    published_at: datetime
    synthetic: bool
    cases: int
    corrects: Correction | None


@dataclass(frozen=True)
class Scope:
    """What the reader asked for. ALL means not narrowed."""

    grain: str = ALL
    period: str = ALL
    unit: str = ALL
    area: str = ALL
    town: str = ALL
    category: str = ALL
    category2: str = ALL
    reason_code: str = ALL


def current(city: str) -> Release | None:
    """The release in force, or None before the first one."""
    try:
        name = pointer(city).read_text("ascii").strip()
    except FileNotFoundError:
        return None
    return describe(releases(city) / name)


@lru_cache(maxsize=64)
def describe(folder: Path) -> Release:
    """Read a release's manifest; a release never changes, so once is enough."""
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    return Release(
        city=manifest["city"],
        id=manifest["id"],
        number=manifest.get("number", 0),
        folder=folder,
        as_of=date.fromisoformat(manifest["as_of"]),
        published_at=datetime.fromisoformat(manifest["published_at"]),
        synthetic=manifest["synthetic"],
        cases=manifest["cases"],
        corrects=Correction(**told) if (told := manifest.get("corrects")) else None,
    )


def listed(city: str) -> list[Release]:
    """Every release of the city that is there, oldest first; most are no longer in force."""
    folders = (path.parent for path in releases(city).glob(f"[0-9]*/{MANIFEST}"))
    return sorted(map(describe, folders), key=lambda release: release.number)


def published_cities() -> list[str]:
    """Every city with a release in force."""
    homes = releases("any").parent
    return sorted(home.name for home in homes.glob("*") if pointer(home.name).is_file())


OPENING = Lock()  # two threads that open one file share its settings, and may lock them once


def _database(path: Path) -> duckdb.DuckDBPyConnection:
    with OPENING:
        return _opened(path)


@lru_cache(maxsize=8)
def _opened(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(path, read_only=True, config=CLOSED)
    connection.execute("SET lock_configuration=true")
    return connection


def fetch(release: Release, query: Select[Any]) -> pa.Table:
    """Run one query on a release; a cursor each, because threads must not share one."""
    with _database(release.folder / DATABASE).cursor() as cursor:
        return duck.run(cursor, query)


def rows(release: Release, query: Select[Any]) -> list[dict[str, Any]]:
    """The rows of a query by column; none in a release made before there was such a table."""
    try:
        found: list[dict[str, Any]] = fetch(release, query).to_pylist()
    except duckdb.CatalogException:
        return []
    return found


class Cell(NamedTuple):
    """One published cell under the value that tells it from its neighbours."""

    key: str
    numerator: int | None
    denominator: int | None
    value: float | None  # of a duration, as the table has it
    p90: float | None
    withheld: str | None


def read(release: Release, metric: str, scope: Scope, by: str = "period") -> list[Cell]:
    """One cell per value of `by`, all else held at `scope`, in the order of `by`.

    Totals are cells of their own. Adding cells up would drop the withheld ones and let a
    reader subtract them back out.
    """
    held = [cells.c[name] == getattr(scope, name) for name in ("period", *DIMENSIONS) if name != by]
    listed = [] if by == "period" else [cells.c[by] != ALL]
    query = (
        select(cells.c[by], *(cells.c[name] for name in Cell._fields[1:]))
        .where(cells.c.metric == metric, cells.c.grain == scope.grain, *listed, *held)
        .order_by(cells.c[by])
    )
    return [Cell(*row.values()) for row in fetch(release, query).to_pylist()]


def total(release: Release, metric: str, scope: Scope) -> Cell | None:
    """The one cell at `scope`, or None where no such cell is published."""
    found = [cell for cell in read(release, metric, scope) if cell.key == scope.period]
    return found[0] if found else None


def periods(release: Release, metric: str, by: str) -> list[tuple[str, str]]:
    """The (grain, period) pairs for which a table by `by` is published, newest first."""
    query = (
        select(cells.c.grain, cells.c.period)
        .where(cells.c.metric == metric, cells.c[by] != ALL)
        .distinct()
        .order_by(cells.c.period.desc())
    )
    return [(row["grain"], row["period"]) for row in fetch(release, query).to_pylist()]
