"""A session opens what its person may see now, and nothing once it has ended."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, text

from data_access.supervision import database, people, sessions
from data_access.supervision.people_tables import SESSIONS
from data_access.supervision.viewer import Role, Viewer
from tests.supervision.conftest import ROLES, enrol, log_in, take_in

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def here(engine: Engine) -> Iterator[Engine]:
    """The database of the process, once on SQLite and once on PostgreSQL."""
    yield database.engine()
    database.engine().dispose()
    database._engine.cache_clear()


def who(token: str) -> Viewer | None:
    return sessions.viewer(database.engine(), token)


def later(monkeypatch: pytest.MonkeyPatch, time: timedelta) -> None:
    moment = datetime.now(UTC) + time
    monkeypatch.setattr(sessions, "now", lambda: moment)


def test_a_token_opens_its_persons_view() -> None:
    token = log_in("hanbin")
    assert who(token) == Viewer(
        "oidc:hanbin", "hanbin (test)", "ankang", frozenset({Role.DEPARTMENT}),
        frozenset({"610902"}),
    )  # fmt: skip


@pytest.mark.parametrize("forged", ["", "x", "A" * 43, "' OR 1=1 --", "\x00", "é" * 9])
def test_a_forged_token_opens_nothing(forged: str) -> None:
    log_in("city")
    assert who(forged) is None


def test_the_database_holds_no_token() -> None:
    token = log_in("city")
    with database.engine().connect() as connection:
        kept = connection.execute(select(SESSIONS.c.token)).scalar_one()
    assert len(kept) == 32
    assert token.encode() not in bytes(kept)
    assert who(bytes(kept).hex()) is None


def test_no_two_logins_share_a_token() -> None:
    assert len({log_in("city") for _ in range(20)}) == 20


def test_it_ends_after_a_time_of_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    token = log_in("city")
    later(monkeypatch, sessions.IDLE - timedelta(seconds=2))
    assert who(token) is not None  # and lives on from here
    later(monkeypatch, 2 * sessions.IDLE - timedelta(seconds=4))
    assert who(token) is not None
    later(monkeypatch, 3 * sessions.IDLE)
    assert who(token) is None


def test_it_ends_after_a_working_day_however_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    token, time = log_in("city"), timedelta()
    while time < sessions.LONGEST - sessions.IDLE:
        time += sessions.IDLE / 2
        later(monkeypatch, time)
        assert who(token) is not None
    later(monkeypatch, sessions.LONGEST + timedelta(seconds=1))
    assert who(token) is None


def test_logging_out_ends_it_for_whoever_kept_the_cookie() -> None:
    token, other = log_in("city"), log_in("city")
    with database.engine().begin() as connection:
        sessions.end(connection, token)
    assert who(token) is None
    assert who(other) is not None
    with database.engine().begin() as connection:
        assert sessions.end_all(connection, "oidc:city", "system:test") == 1
    assert who(other) is None


def test_roles_count_from_the_moment_they_change() -> None:
    token = log_in("city")
    person = enrol("city", prefix="oidc:")
    with database.engine().begin() as connection:
        people.grant(connection, person, ROLES["chengguan"], "test")
    changed = who(token)
    assert changed is not None
    assert changed.roles == {Role.DEPARTMENT}
    assert changed.units == {"chengguan"}
    with database.engine().begin() as connection:
        people.grant(connection, person, frozenset(), "test")
    bare = who(token)
    assert bare is not None
    assert not bare.roles


def test_a_role_that_this_version_does_not_know_gives_nothing() -> None:
    token = log_in("auditor")
    with database.engine().begin() as connection:
        connection.execute(text("UPDATE grants SET role = 'superuser'"))
    bare = who(token)
    assert bare is not None
    assert not bare.roles


def test_a_suspended_person_is_out_at_once_and_cannot_come_back() -> None:
    token, person = log_in("city"), enrol("city", prefix="oidc:")
    with database.engine().begin() as connection:
        people.suspend(connection, "oidc:city", suspended=True, by="test")
    assert who(token) is None
    with pytest.raises(LookupError), database.engine().begin() as connection:
        sessions.begin(connection, person, "provider")
    with database.engine().begin() as connection:
        people.suspend(connection, "oidc:city", suspended=False, by="test")
    assert who(token) is not None


def test_a_local_session_dies_with_what_allowed_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUNLINE_LOCAL_ACCOUNTS", "demo")
    take_in(synthetic=True)
    person = enrol("city")
    with database.engine().begin() as connection:
        token = sessions.begin(connection, person, "password")
    assert who(token) is not None
    monkeypatch.setenv("SUNLINE_LOCAL_ACCOUNTS", "yes")
    assert who(token) is None
    monkeypatch.setenv("SUNLINE_LOCAL_ACCOUNTS", "demo")
    assert who(token) is not None
    take_in(synthetic=False)  # real cases arrive
    assert who(token) is None
