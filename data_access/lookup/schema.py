"""The tables of the look-up store and how it is opened: SQLite by default, PostgreSQL by URL."""

import sqlite3
from functools import lru_cache
from pathlib import Path

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.pool import ConnectionPoolEntry

from data_access.settings import lookup_url

# Names and contents are random to whoever lacks the secrets.
METADATA = MetaData()
ENTRIES = Table(
    "lookup_entries",
    METADATA,
    Column("name", LargeBinary(32), primary_key=True),  # HMAC of pepper, version, number and code
    Column("content", LargeBinary, nullable=False),  # progress, sealed under number and code
    Column("city", String(32), nullable=False),
    Column("handle", LargeBinary(32), nullable=False, unique=True),  # HMAC of filling key, number
    Column("renewal", LargeBinary, nullable=False),  # the row's key, sealed under the filling key
)
RATINGS = Table(
    "lookup_ratings",
    METADATA,
    Column("handle", LargeBinary(32), primary_key=True),  # of the case's row: one rating a case
    Column("content", LargeBinary, nullable=False),  # rating, sealed under number and code too
    Column("revision", Integer, nullable=False),  # 1, then one more each time it is changed
    Column("taken", Integer, nullable=False, default=0),  # the revision that the pipeline has
)
ATTEMPTS = Table(
    "lookup_attempts",
    METADATA,
    Column("bucket", LargeBinary(32), primary_key=True),  # HMAC of whose attempts are counted
    Column("count", Integer, nullable=False),
    Column("ends", BigInteger, nullable=False),  # of its window, in seconds since 1970
    Index("ix_lookup_attempts_ends", "ends"),
)
SETTINGS = ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "secure_delete=ON")


class NoStore(RuntimeError):
    """There is no look-up store yet; the filling command makes it."""


def create() -> Engine:
    """The store, made if there is none."""
    target = make_url(lookup_url())
    if target.get_backend_name() == "sqlite" and target.database:
        Path(target.database).parent.mkdir(parents=True, exist_ok=True)
    engine = _engine(lookup_url())
    METADATA.create_all(engine)
    return engine


def connect() -> Engine:
    """The store; NoStore where it was never made, rather than an empty one."""
    target = make_url(lookup_url())
    file = target.database if target.get_backend_name() == "sqlite" else None
    if file is not None and not Path(file).is_file():
        raise NoStore(f"no look-up store at {file}: run `python -m pipeline lookup fill`")
    return _engine(lookup_url())


@lru_cache(maxsize=4)
def _engine(url: str) -> Engine:
    """One engine a process. Its errors name no parameters, because they may reach a log."""
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_settings)
    return engine


def _sqlite_settings(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    for setting in SETTINGS:
        connection.execute(f"PRAGMA {setting}")
