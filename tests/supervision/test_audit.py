"""The audit log grows and only grows, and shows when somebody went behind its back."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, delete, insert, select, text
from sqlalchemy.exc import DBAPIError

from data_access.cases.engine import _alembic
from data_access.supervision import audit
from data_access.supervision.audit import Did, Head, Verdict, Wanted
from data_access.supervision.audit_tables import LOG
from data_access.supervision.viewer import Refused, Role, Viewer

CITY = Viewer("oidc:1", "周明", "ankang", frozenset({Role.CITY}))
AUDITOR = Viewer("oidc:2", "孙丽", "ankang", frozenset({Role.AUDITOR}))
GUARDS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table",
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger"
    " WHERE NOT tgisinternal AND tgrelid = cast(:table AS regclass)",
}


def fill(engine: Engine, entries: int = 5) -> Head:
    head = Head(0, "")
    for number in range(entries):
        with engine.begin() as connection:
            head = audit.record(connection, CITY, Did.SAW, f"GD{number}", page="案件")
    return head


def check(engine: Engine, kept: Head | None = None) -> Verdict:
    with engine.connect() as connection:
        return audit.check(connection, kept)


def unguarded(engine: Engine, statement: str) -> None:
    """What somebody does who may do anything with the database."""
    with engine.begin() as connection:
        for name, _ in guards(connection):
            on = "" if engine.dialect.name == "sqlite" else " ON audit_log"
            connection.execute(text(f"DROP TRIGGER {name}{on}"))
        connection.execute(text(statement))


def guards(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute(text(GUARDS[connection.dialect.name]), {"table": "audit_log"})
    return sorted((row[0], row[1]) for row in rows)


def test_the_database_refuses_to_change_it(engine: Engine) -> None:
    head = fill(engine)
    for statement in (
        "UPDATE audit_log SET actor = 'nobody' WHERE id = 2",
        "DELETE FROM audit_log WHERE id = 2",
        "DELETE FROM audit_log",
        "INSERT INTO audit_log SELECT * FROM audit_log WHERE id = 2",
        "INSERT OR REPLACE INTO audit_log SELECT * FROM audit_log WHERE id = 2",
        "TRUNCATE audit_log",
    ):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(statement))
        assert check(engine) == Verdict(head), statement


def test_a_change_behind_its_back_shows(engine: Engine) -> None:
    fill(engine)
    with engine.connect() as connection:
        whole = [row._asdict() for row in connection.execute(select(LOG))]
    for statement, wrong in (
        ("UPDATE audit_log SET actor = 'nobody' WHERE id = 2", 2),
        ("UPDATE audit_log SET subject = 'GD9' WHERE id = 5", 5),
        ("UPDATE audit_log SET detail = '{}' WHERE id = 1", 1),
        ("UPDATE audit_log SET id = id + 10 WHERE id >= 4", 4),
        ("DELETE FROM audit_log WHERE id = 3", 3),
        ("DELETE FROM audit_log WHERE id = 1", 1),
        ("DELETE FROM audit_log WHERE id >= 4", 4),
        ("DELETE FROM audit_log", 1),
    ):
        unguarded(engine, statement)
        assert check(engine).wrong == wrong, statement
        with engine.begin() as connection:
            connection.execute(delete(LOG))
            connection.execute(insert(LOG), whole)
        assert check(engine).holds


def test_an_end_that_was_cut_off_shows_to_whoever_kept_a_head(engine: Engine) -> None:
    kept = fill(engine)
    unguarded(engine, "DELETE FROM audit_log WHERE id = 5")
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE audit_head SET last = 4, hash = (SELECT hash FROM audit_log WHERE id = 4)")
        )
    assert check(engine).holds
    assert check(engine, kept).wrong == 5
    with engine.begin() as connection:
        audit.record(connection, CITY, Did.SAW, "GD0")
    assert check(engine, kept).wrong == 5


def test_a_head_that_was_kept_stays_on_the_chain(engine: Engine) -> None:
    kept = fill(engine)
    assert check(engine, kept) == Verdict(kept)
    newer = fill(engine)
    assert check(engine, kept) == Verdict(newer)


def test_a_deed_that_fails_leaves_no_entry(engine: Engine) -> None:
    head = fill(engine)
    with engine.connect() as connection:
        audit.record(connection, CITY, Did.ACTED, "GD1")
        connection.rollback()
    assert check(engine) == Verdict(head)


def test_twenty_writers_at_once_lose_nothing(engine: Engine) -> None:
    def write(writer: int) -> None:
        for number in range(5):
            with engine.begin() as connection:
                audit.record(connection, CITY, Did.SAW, f"{writer}-{number}")

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(write, range(20)))
    verdict = check(engine)
    assert verdict.holds
    assert verdict.head.id == 100
    with engine.begin() as connection:
        found = audit.read(connection, AUDITOR, Wanted(did=Did.SAW), 200)
    assert {entry.subject for entry in found.entries} == {
        f"{writer}-{number}" for writer in range(20) for number in range(5)
    }


def test_only_auditors_read_it(engine: Engine) -> None:
    fill(engine)
    for role in set(Role) - {Role.AUDITOR}:
        other = Viewer("oidc:3", "x", "ankang", frozenset({role}))
        with engine.connect() as connection:
            with pytest.raises(Refused):
                audit.read(connection, other, Wanted(), 10)
            with pytest.raises(Refused):
                audit.checked(connection, other)


def test_an_auditor_reads_the_own_city_newest_first_and_is_on_record(engine: Engine) -> None:
    fill(engine, 3)
    with engine.begin() as connection:
        audit.record(connection, Viewer("oidc:9", "x", "nyc"), Did.SAW, "elsewhere")
        found = audit.read(connection, AUDITOR, Wanted(), 2)
    assert found.total == 4
    assert [(entry.id, entry.did, entry.actor) for entry in found.entries] == [
        (5, "audited", "oidc:2"), (3, "saw", "oidc:1"),
    ]  # fmt: skip
    assert found.entries[1].detail == {"page": "案件"}
    with engine.begin() as connection:
        some = audit.read(connection, AUDITOR, Wanted(subject="GD1", actor="oidc:1"), 9)
        assert [entry.id for entry in some.entries] == [2]
        later = audit.read(connection, AUDITOR, Wanted(since=found.entries[0].at), 1, skip=1)
    assert [entry.id for entry in later.entries] == [6]


def test_both_ways_to_the_tables_guard_them_alike(engine: Engine) -> None:
    """A fresh database is made from the models; this one goes down and up by migrations."""
    with engine.begin() as connection:
        fresh = guards(connection)
        command.downgrade(_alembic(connection), "base")
        command.upgrade(_alembic(connection), "head")
        assert guards(connection) == fresh
        assert len(fresh) >= 1
    assert fill(engine).id == 5
