"""The case database: its migrations, its clock, its settings."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, select, text

from data_access.cases.batches import About, open_batch
from data_access.cases.engine import _alembic, upgrade
from data_access.cases.frames import frame
from data_access.cases.records import Case
from data_access.cases.schema import Base
from tests.conftest import store


def test_the_migrations_make_exactly_the_models(engine: Engine) -> None:
    """Down to nothing and up again; a fresh database is made from the models at once."""
    with engine.begin() as connection:
        config = _alembic(connection)
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        command.upgrade(config, "head")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    upgrade(engine)  # a second time: nothing to do
    assert {"batches", "cases", "findings", "alembic_version"} <= set(
        inspect(engine).get_table_names()
    )


def test_a_moment_comes_back_in_utc(engine: Engine) -> None:
    local = datetime(2026, 3, 1, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert store(engine, "ankang", frame({"number": ["1"], "received_at": [local]})).stored == {
        "cases": 1
    }
    with engine.connect() as connection:
        stored = connection.execute(select(Case.received_at)).scalar_one()
    assert (stored, stored.tzinfo) == (local, UTC)


def test_a_moment_without_zone_is_refused(engine: Engine) -> None:
    naive = datetime(2026, 3, 1)  # noqa: DTZ001 - the point of it
    with engine.connect() as connection, pytest.raises(Exception, match="has no time zone"):
        connection.execute(select(Case.id).where(Case.received_at <= naive))


def test_sqlite_lets_others_read_while_one_writes(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
    with engine.begin() as writing, engine.connect() as reading:
        open_batch(writing, About("ankang", "test", "", "", synthetic=True))
        assert reading.execute(select(Case.id)).all() == []
