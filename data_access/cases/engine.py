"""Open the case database: SQLite (WAL) by default, PostgreSQL by URL alone."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from data_access.settings import PROJECT, data_root


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
    for setting in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {setting}")


def upgrade(engine: Engine) -> None:
    """Run the migrations that this database has not seen."""
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "data_access" / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
