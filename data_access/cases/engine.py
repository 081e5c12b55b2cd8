"""Open the case database: SQLite (WAL) by default, PostgreSQL by URL alone."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from data_access.cases import kinds  # noqa: F401 - they put their tables into the metadata
from data_access.cases.schema import Base
from data_access.settings import PROJECT, data_root
from data_access.supervision import (  # noqa: F401 - and so do these
    alert_tables,
    audit_tables,
    bulletin_tables,
    doubt_tables,
    ledger_tables,
    people_tables,
    pledge_tables,
    review_tables,
)

MIGRATIONS = PROJECT / "data_access" / "migrations"
# A cache of 64 MB: the default of 2 MB makes every index of a large city a disk-bound affair.
SETTINGS = ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=30000", "cache_size=-64000")


def url() -> str:
    """CASE_DATABASE_URL, by default cases.sqlite in the data folder."""
    return os.environ.get("CASE_DATABASE_URL") or f"sqlite:///{data_root() / 'cases.sqlite'}"


def connect(address: str | None = None) -> Engine:
    """An engine on the case database, brought to the newest schema."""
    target = make_url(address or url())
    if target.get_backend_name() == "sqlite" and target.database:
        data_root().mkdir(parents=True, exist_ok=True)
    engine = create_engine(target)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_settings)
    upgrade(engine)
    return engine


@contextmanager
def opened() -> Iterator[Engine]:
    """The case database for the length of a `with` block."""
    engine = connect()
    try:
        yield engine
    finally:
        engine.dispose()


def _sqlite_settings(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    for setting in SETTINGS:
        connection.execute(f"PRAGMA {setting}")


def upgrade(engine: Engine) -> None:
    """Make the tables of an empty database; run the migrations that another has not seen."""
    with engine.begin() as connection:
        context = MigrationContext.configure(connection)
        if not inspect(connection).get_table_names():
            Base.metadata.create_all(connection, checkfirst=False)
            context.stamp(_migrations(), "heads")
        elif {*context.get_current_heads()} != {*_migrations().get_heads()}:
            command.upgrade(_alembic(connection), "heads")


@cache
def _migrations() -> ScriptDirectory:
    """The migrations of this program, read once: a database is opened often and migrated once."""
    return ScriptDirectory(str(MIGRATIONS))


def _alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config
