"""Views in another department's PostgreSQL, read live as a map tells: docs/exchange.md.

    url = "postgresql://reader@host/db"      # or url_env = "NAME", which may hold a password
    [cases]
    from = "schema.view"
    columns = { number = "gdbh", received_at = "slsj" }

All views are read in one read-only transaction, as they stood at one moment. Their columns take
the names of the contract, so that rows in quarantine can be mended and given to `hotline`.
"""

import os
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    ColumnClause,
    Connection,
    Select,
    column,
    create_engine,
    make_url,
    select,
    table,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.sql import quoted_name

from cities import City
from pipeline import contract
from pipeline.contract import Table
from pipeline.contract.headers import Columns
from pipeline.contract.reading import CHUNK, Reader
from pipeline.sources import Rows, SourceError

SYNTHETIC = False
COMPLETE_UNTIL = None
KEYS = ("url", "url_env", *contract.BY_NAME)
PATIENCE = 10  # seconds to wait for a connection


def read(origin: str | None, city: City, **_: int) -> Iterator[Rows]:
    """Yield the rows of every view that a map names, cases first, each in the order of number."""
    if origin is None:
        raise SourceError("this source reads a map of views: give its path")
    told = _toml(Path(origin))
    views = [_view(origin, item, told[item.name]) for item in contract.TABLES if item.name in told]
    if not views:
        raise SourceError(f"{origin}: no table; add [cases] with from and columns")
    with _snapshot(_url(origin, told), origin) as connection:
        for index, view in enumerate(views):
            fields = list(view.columns)
            columns = Columns(view.table, fields, {name: i for i, name in enumerate(fields)})
            rows = _rows(connection, view, origin)
            yield from Reader(columns, city, view.table.name, index).read(rows)


@dataclass(frozen=True)
class View:
    """One table of the contract, and where in the other database it is told."""

    table: Table
    schema: str | None
    name: str
    columns: dict[str, str]  # field → column of the view

    def query(self) -> Select[Any]:
        """Names are quoted, whatever they hold: no part of a map becomes SQL."""
        theirs: dict[str, ColumnClause[Any]] = {
            name: column(quoted_name(told, True)) for name, told in self.columns.items()
        }
        schema = None if self.schema is None else quoted_name(self.schema, True)
        source = table(quoted_name(self.name, True), *set(theirs.values()), schema=schema)
        order = [theirs[name] for name in self.table.kind.key if name in theirs]
        labelled = [item.label(name) for name, item in theirs.items()]
        return select(*labelled).select_from(source).order_by(*order)


def _toml(path: Path) -> dict[str, Any]:
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise SourceError(f"{path}: {error.strerror}; check the path") from error
    except ValueError as error:
        raise SourceError(f"{path}: not TOML in UTF-8: {error}; correct it") from error
    unknown = [name for name in told if name not in KEYS]
    if unknown:
        raise SourceError(f"{path}: unknown {', '.join(unknown)}; there are {', '.join(KEYS)}")
    return told


def _view(origin: str, item: Table, told: object) -> View:
    where = f"{origin}, [{item.name}]"
    given = told if isinstance(told, dict) else {}
    source, columns = given.get("from"), given.get("columns")
    if set(given) != {"from", "columns"} or not isinstance(source, str):
        raise SourceError(f'{where}: give from = "schema.view" and columns, nothing else')
    if not isinstance(columns, dict) or not all(_name(name) for name in columns.values()):
        raise SourceError(f'{where}: columns is {{ field = "column", ... }}; correct it')
    unknown = [name for name in columns if name not in item.by_name]
    if unknown:
        fields = ", ".join(item.by_name)
        raise SourceError(f"{where}: unknown field {', '.join(unknown)}; there are {fields}")
    missing = [f.name for f in item.fields if f.required and f.name not in columns]
    if missing:
        raise SourceError(f"{where}: no column for {', '.join(missing)}; add it to columns")
    schema, _, name = source.rpartition(".")
    if not _name(name) or "." in schema:
        raise SourceError(f'{where}: from = "{source}" is not "view" or "schema.view"')
    return View(item, schema or None, name, columns)


def _name(given: object) -> bool:
    return isinstance(given, str) and given != "" and "\0" not in given


def _url(origin: str, told: dict[str, Any]) -> URL:
    """The address of the other database; in the map itself it may hold no password."""
    if ("url" in told) == ("url_env" in told):
        raise SourceError(f"{origin}: give either url or url_env")
    given = told.get("url") or os.environ.get(str(told.get("url_env")), "")
    try:
        url = make_url(str(given))
    except (ArgumentError, ValueError) as error:
        what = told.get("url_env", "url")
        raise SourceError(f"{origin}: {what} is no address like postgresql://host/db") from error
    if "url" in told and (url.password or "password" in url.query):
        raise SourceError(f"{origin}: a password in url; set PGPASSWORD or keep it in ~/.pgpass")
    if url.get_backend_name() != "postgresql":
        raise SourceError(
            f"{origin}: {url.drivername} is not postgresql; this source reads no other"
        )
    return url.set(drivername="postgresql+psycopg")


@contextmanager
def _snapshot(url: URL, origin: str) -> Iterator[Connection]:
    """A transaction that writes nothing and sees the database as of one moment."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": PATIENCE})
    try:
        connection = engine.connect()
    except SQLAlchemyError as error:
        raise SourceError(
            f"{origin}: {_reason(error, url)}; check url, network, PGPASSWORD or ~/.pgpass"
        ) from None
    with connection:
        yield connection.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True, yield_per=CHUNK
        )


def _rows(connection: Connection, view: View, origin: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    try:
        for number, row in enumerate(connection.execute(view.query()), start=2):
            yield number, tuple(row)
    except SQLAlchemyError as error:
        reason = _reason(error, connection.engine.url)
        raise SourceError(
            f"{origin}, [{view.table.name}]: {reason}; correct from and columns, "
            "or have the view granted to this user"
        ) from None


def _reason(error: SQLAlchemyError, url: URL) -> str:
    """What the server or driver says first, without the password."""
    told = str(error.orig) if isinstance(error, DBAPIError) else str(error)
    secrets = [url.password, *url.normalized_query.get("password", ())]
    for secret in filter(None, secrets):
        told = told.replace(str(secret), "***")
    return told.strip().partition("\n")[0][:500]
