"""Pledges: two people, nothing rewritten, and a deadline that is not moved once it has passed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, Table, delete, func, select, update
from sqlalchemy.exc import DBAPIError

from data_access.cases.engine import connect
from data_access.supervision import pledges, promised
from data_access.supervision.audit_tables import LOG
from data_access.supervision.pledge_tables import PLEDGE_ENTRIES, PLEDGES
from data_access.supervision.pledges import BadPledge, Outdated, Telling, Wanted
from data_access.supervision.promised import Pledge
from data_access.supervision.viewer import Refused, Role, Viewer

CITY = Viewer("city", "周", "ankang", frozenset({Role.CITY}))
EDITOR = Viewer("editor", "赵", "ankang", frozenset({Role.EDITOR}))
REVIEWER = Viewer("reviewer", "陈", "ankang", frozenset({Role.REVIEWER}))
BOTH = Viewer("both", "钱", "ankang", frozenset({Role.EDITOR, Role.REVIEWER}))
UNIT = Viewer("unit", "王", "ankang", frozenset({Role.DEPARTMENT}), frozenset({"610902"}))
ABROAD = Viewer("abroad", "x", "nyc", frozenset({Role.CITY, Role.REVIEWER}))
TODAY, DEADLINE = date(2026, 3, 2), date(2026, 6, 1)
WANTED = Wanted(
    "停电时停水", "", "供水供电供气", "610902", ("gongshui", "gongdian"), "没有人管过",
    TODAY, DEADLINE,
)  # fmt: skip


def clean(text: str) -> list[str]:
    """What a machine finds, made easy: it doubts one word."""
    return ["personal"] if "张三" in text else []


@pytest.fixture
def sqlite(data: Path) -> Iterator[Engine]:
    """For what is checked before the database is asked."""
    opened = connect()
    yield opened
    opened.dispose()


def one(engine: Engine, number: int) -> Pledge:
    with engine.connect() as connection:
        return next(p for p in promised.read(connection, "ankang") if p.id == number)


def registered(engine: Engine, wanted: Wanted = WANTED) -> int:
    """A pledge that is public."""
    number = pledges.register(EDITOR, engine, wanted, clean, TODAY)
    approve(engine, number, TODAY)
    return number


def approve(engine: Engine, number: int, today: date, viewer: Viewer = REVIEWER) -> None:
    now = one(engine, number)
    pledges.decide(
        viewer, engine, number, "approve", now.waiting[0].seq, now.version, clean, today=today
    )


def tell(engine: Engine, number: int, move: str, day: date, to: date | None = None) -> None:
    seen = one(engine, number).version
    pledges.tell(EDITOR, engine, number, Telling(move, "公开的话", day, to), seen, clean, day)


def test_a_pledge_goes_its_way_and_only_what_two_stand_for_is_told(engine: Engine) -> None:
    number = pledges.register(EDITOR, engine, WANTED, clean, TODAY)
    assert not one(engine, number).public
    approve(engine, number, TODAY)
    tell(engine, number, "progress", date(2026, 4, 1))
    assert [entry.move for entry in one(engine, number).told] == ["register"]
    approve(engine, number, date(2026, 4, 2))
    tell(engine, number, "redate", date(2026, 5, 1), date(2026, 7, 1))
    assert one(engine, number).deadline == DEADLINE
    approve(engine, number, date(2026, 5, 2))
    tell(engine, number, "solved", date(2026, 6, 20))
    assert one(engine, number).closed is None
    approve(engine, number, date(2026, 6, 21))
    found = one(engine, number)
    assert [entry.move for entry in found.told] == ["register", "progress", "redate", "solved"]
    assert (found.first, found.deadline) == (DEADLINE, date(2026, 7, 1))
    with engine.connect() as connection:
        told = connection.execute(select(LOG.c.actor, LOG.c.did)).all()
    assert [row.actor for row in told] == ["editor", "reviewer"] * 4
    assert {row.did for row in told} == {"acted"}
    with pytest.raises(BadPledge, match="state"):
        tell(engine, number, "progress", date(2026, 6, 22))


def test_one_person_alone_tells_nothing(engine: Engine) -> None:
    number = pledges.register(BOTH, engine, WANTED, clean, TODAY)
    with pytest.raises(BadPledge, match="second"):
        approve(engine, number, TODAY, BOTH)
    for viewer in (EDITOR, CITY):
        with pytest.raises(Refused):
            approve(engine, number, TODAY, viewer)
    forged = {"pledge_id": number, "seq": 2, "move": "approve", "of": 1, "actor": "both"}
    with engine.begin() as connection:  # past every rule, as nobody should
        row = connection.execute(select(PLEDGE_ENTRIES)).mappings().one()
        values = {name: row[name] for name in row if name != "id"} | forged
        connection.execute(PLEDGE_ENTRIES.insert().values(**values))
    assert not one(engine, number).public


def test_a_deadline_that_has_passed_is_not_moved(engine: Engine) -> None:
    number = registered(engine)
    day, after = DEADLINE, DEADLINE + timedelta(days=1)
    with pytest.raises(BadPledge, match="passed"):
        tell(engine, number, "redate", after, after + timedelta(days=30))
    for to in (day - timedelta(days=1), DEADLINE):
        with pytest.raises(BadPledge, match="days"):
            tell(engine, number, "redate", day, to)
    tell(engine, number, "redate", day, after)  # asked for in time
    with pytest.raises(BadPledge, match="waits"):
        tell(engine, number, "solved", day)
    with pytest.raises(BadPledge, match="passed"):
        approve(engine, number, after)  # and not approved in time
    assert one(engine, number).deadline == DEADLINE


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"units": ()}, "units"), ({"units": ("nobody",)}, "units"), ({"area": "gongan"}, "units"),
        ({"category": "x"}, "category"), ({"deadline": TODAY}, "days"),
        ({"registered_on": TODAY + timedelta(days=1)}, "days"), ({"why": " "}, "empty"),
        ({"title_en": "call 139 0000 1234"}, "digits"), ({"why": "张三的事"}, "personal"),
    ],
)  # fmt: skip
def test_what_is_registered_badly_is_refused(
    sqlite: Engine, change: dict[str, object], why: str
) -> None:
    with pytest.raises(BadPledge, match=why):
        pledges.register(EDITOR, sqlite, replace(WANTED, **change), clean, TODAY)  # type: ignore[arg-type]
    with sqlite.connect() as connection:
        assert connection.execute(select(func.count()).select_from(PLEDGES)).scalar_one() == 0


def test_who_has_not_read_the_newest_is_told(engine: Engine) -> None:
    number = registered(engine)
    tell(engine, number, "progress", TODAY)
    telling = Telling("progress", "公开的话", TODAY)
    with pytest.raises(Outdated) as error:
        pledges.tell(CITY, engine, number, telling, 2, clean, TODAY)
    assert error.value.now.entries[-1].shown == "赵"
    with pytest.raises(Outdated):
        pledges.decide(REVIEWER, engine, number, "approve", 3, 2, clean, today=TODAY)
    assert one(engine, number).version == 3


def test_words_are_withdrawn_and_the_fact_stays(engine: Engine) -> None:
    number = registered(engine)
    tell(engine, number, "unsolved", DEADLINE)
    with pytest.raises(BadPledge, match="words"):
        pledges.decide(CITY, engine, number, "refuse", 3, 3, clean)
    approve(engine, number, DEADLINE)
    pledges.decide(CITY, engine, number, "withdraw", 3, 4, clean, "tells of somebody")
    pledges.decide(CITY, engine, number, "withdraw", 1, 5, clean, "tells of somebody")
    found = one(engine, number)
    assert [(entry.move, entry.text) for entry in found.told] == [
        ("register", ""),
        ("unsolved", ""),
    ]
    assert found.closed is not None
    assert (found.public, found.worded) == (True, False)


def test_pledges_are_of_one_city_and_for_some(engine: Engine) -> None:
    number = registered(engine)
    with engine.connect() as connection:
        assert pledges.listed(ABROAD, connection) == []
        with pytest.raises(Refused):
            pledges.listed(UNIT, connection)
    with pytest.raises(Refused):
        pledges.register(UNIT, engine, WANTED, clean, TODAY)
    with pytest.raises(Refused):
        pledges.register(REVIEWER, engine, WANTED, clean, TODAY)
    telling = Telling("progress", "公开的话", TODAY)
    with pytest.raises(Refused):
        pledges.tell(ABROAD, engine, number, telling, 2, clean, TODAY)
    with engine.connect() as connection:
        refused = select(LOG.c.actor).where(LOG.c.did == "refused")
        assert connection.execute(refused).scalars().all() == ["abroad"]


@pytest.mark.parametrize("table", [PLEDGES, PLEDGE_ENTRIES], ids=lambda table: table.name)
def test_the_database_lets_nobody_rewrite_it(engine: Engine, table: Table) -> None:
    registered(engine)
    for statement in (update(table).values(id=99), delete(table)):
        with pytest.raises(DBAPIError, match="only ever grows"), engine.begin() as connection:
            connection.execute(statement)
