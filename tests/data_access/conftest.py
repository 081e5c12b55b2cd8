"""An empty look-up store, once on SQLite and once on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from data_access.lookup import schema


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(
    request: pytest.FixtureRequest, data: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Engine]:
    """The store that the settings name for as long as the test runs."""
    monkeypatch.delenv("LOOKUP_DATABASE_URL", raising=False)
    if request.param == "postgres":
        monkeypatch.setenv("LOOKUP_DATABASE_URL", request.getfixturevalue("postgres_url"))
    engine = schema.create()
    yield engine
    schema.METADATA.drop_all(engine)
    engine.dispose()
