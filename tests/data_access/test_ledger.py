"""The ledger of actions: who may do what, nothing rewritten."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, delete, func, select, update
from sqlalchemy.exc import DBAPIError

from cities.supervision import rules
from data_access.cases.engine import connect
from data_access.cases.frames import frame
from data_access.supervision import actions, ledger
from data_access.supervision.actions import BadMove, Outdated, add, begin
from data_access.supervision.audit_tables import LOG
from data_access.supervision.ledger import Action
from data_access.supervision.ledger_tables import ACTIONS, ENTRIES
from data_access.supervision.moves import BEGIN, MOVES, STATES, open_to
from data_access.supervision.viewer import Refused, Role, Viewer
from tests.conftest import store

CITY = Viewer("city", "周", "ankang", frozenset({Role.CITY}))
HANBIN = Viewer("hanbin", "王", "ankang", frozenset({Role.DEPARTMENT}), frozenset({"610902"}))
CHENGGUAN = Viewer("cg", "李", "ankang", frozenset({Role.DEPARTMENT}), frozenset({"chengguan"}))
AUDITOR = Viewer("auditor", "孙", "ankang", frozenset({Role.AUDITOR}))
ABROAD = Viewer("abroad", "x", "nyc", frozenset({Role.CITY}))
LATER = datetime.now(UTC) + timedelta(days=3)


def fill(engine: Engine) -> None:
    day = datetime(2026, 3, 2, tzinfo=UTC)
    units = ["610902", "chengguan", "610902"]
    table = {
        "number": ["1", "2", "3"],
        "received_at": [day] * 3,
        "unit": units,
        "due_at": [day] * 3,
    }
    store(engine, "ankang", frame(table), until=day + timedelta(days=30))


@pytest.fixture
def cases(engine: Engine) -> Engine:
    """Cases 1 and 3 of 汉滨区 and 2 of 城管局, on either database."""
    fill(engine)
    return engine


def one(engine: Engine, viewer: Viewer, action: int) -> Action | None:
    with engine.connect() as connection:
        return ledger.one(viewer, connection, action)


def of_case(engine: Engine, viewer: Viewer, number: str = "1") -> list[Action]:
    with engine.connect() as connection:
        return ledger.of_case(viewer, connection, number)


def test_an_action_goes_its_way(cases: Engine) -> None:
    (action,) = begin(CITY, cases, ["1"], "supervision_order", "请三日内办结")
    assert add(HANBIN, cases, action, "reply", "正在办", seen=1) == 2
    assert add(CITY, cases, action, "return", "没有说明哪天办完", seen=2, due_at=LATER) == 3
    assert add(HANBIN, cases, action, "reply", "三月五日办完", seen=3) == 4
    assert add(CITY, cases, action, "settle", "已核实", seen=4) == 5
    found = one(cases, HANBIN, action)
    assert found is not None
    assert [entry.move for entry in found.entries] == [
        "begin", "reply", "return", "reply", "settle",
    ]  # fmt: skip
    assert (found.state, found.unit, found.version) == ("settled", "610902", 5)
    assert found.due_at is None
    assert [entry.shown for entry in found.entries] == ["周", "王", "周", "王", "周"]
    with cases.connect() as connection:
        told = connection.execute(select(LOG.c.actor, LOG.c.did, LOG.c.subject)).all()
    assert [row.actor for row in told] == ["city", "hanbin", "city", "hanbin", "city"]
    assert {row.did for row in told} == {"acted"}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("viewer", [CITY, HANBIN, AUDITOR], ids=lambda viewer: viewer.name)
def test_only_declared_moves_are_made(sqlite: Engine, state: str, viewer: Viewer) -> None:
    """Every move by everybody from every state: it is made if and only if it is declared."""
    way: dict[str, tuple[str, ...]] = {
        "sent": (), "replied": ("reply",), "returned": ("reply", "return"),
        "settled": ("reply", "settle"), "withdrawn": ("withdraw",),
    }  # fmt: skip
    for name, move in MOVES.items():
        (action,) = begin(CITY, sqlite, ["1"], "remind")
        for seen, step in enumerate(way[state], 1):
            add(CITY, sqlite, action, step, "x", seen, LATER)
        seen = 1 + len(way[state])
        allowed = name != BEGIN and state in move.states and viewer.has(*move.roles)
        assert allowed == (move in open_to(viewer, state))
        try:
            add(viewer, sqlite, action, name, "x", seen, LATER)
            made = True
        except (BadMove, Refused):
            made = False
        assert made == allowed, (name, state, viewer.name)
        left = one(sqlite, CITY, action)
        if left is not None and left.due_at is not None:
            add(CITY, sqlite, action, "withdraw", "x", left.version)


def test_who_answers_what_they_have_not_read_is_told(cases: Engine) -> None:
    (action,) = begin(CITY, cases, ["1"], "remind")
    add(HANBIN, cases, action, "note", "收到", seen=1)
    with pytest.raises(Outdated) as error:
        add(CITY, cases, action, "withdraw", "发错了", seen=1)
    assert error.value.now.last.words == "收到"
    assert add(CITY, cases, action, "withdraw", "发错了", seen=2) == 3
    assert add(HANBIN, cases, action, "note", "知道了", seen=1) == 4  # a note is never too late


def test_what_is_asked_for_badly_changes_nothing(cases: Engine) -> None:
    (action,) = begin(CITY, cases, ["1"], "remind")
    past = datetime.now(UTC) - timedelta(minutes=1)
    with pytest.raises(BadMove, match="say what"):
        add(HANBIN, cases, action, "reply", "  ", seen=1)
    with pytest.raises(BadMove, match="lies ahead"):
        add(CITY, cases, action, "extend", "再等等", seen=1, due_at=past)
    with pytest.raises(BadMove, match="at most"):
        add(HANBIN, cases, action, "reply", "长" * (actions.LONGEST + 1), seen=1)
    with pytest.raises(BadMove, match="waits for its reply"):
        begin(CITY, cases, ["3", "1"], "remind")
    for wrong in ([], [str(n) for n in range(actions.MOST + 1)]):
        with pytest.raises(BadMove, match="choose"):
            begin(CITY, cases, wrong, "remind")
    with pytest.raises(BadMove, match="no action"):
        begin(CITY, cases, ["1"], "fine")
    assert [len(found.entries) for found in of_case(cases, CITY)] == [1]
    assert of_case(cases, CITY, "3") == []  # all of a bulk or none


def test_nobody_acts_on_what_is_not_theirs(cases: Engine) -> None:
    (action,) = begin(CITY, cases, ["1"], "remind")
    for viewer in (CHENGGUAN, AUDITOR, ABROAD):
        assert one(cases, viewer, action) is None
        assert of_case(cases, viewer) == []
        for call in (
            lambda who=viewer: add(who, cases, action, "note", "x", 1),
            lambda who=viewer: begin(who, cases, ["1"], "remind"),
        ):
            with pytest.raises((Refused, BadMove)):
                call()
    with pytest.raises(Refused):
        begin(HANBIN, cases, ["1"], "remind")
    with pytest.raises(Refused):
        begin(CITY, cases, ["1", "no such"], "interview")
    with cases.connect() as connection:
        assert connection.execute(select(func.count()).select_from(ENTRIES)).scalar_one() == 1
        refused = connection.execute(select(LOG.c.actor).where(LOG.c.did == "refused")).scalars()
        assert "cg" in set(refused)


def test_a_hand_over_is_kept_from_the_unit(cases: Engine) -> None:
    (action,) = begin(CITY, cases, ["1"], "hand_over", "移送")
    assert one(cases, HANBIN, action) is None
    assert of_case(cases, HANBIN) == []
    with cases.connect() as connection:
        far = LATER + timedelta(days=60)
        assert ledger.due(HANBIN, connection, far) == []
        assert ledger.latest(HANBIN, connection, ["1"]) == {}
        assert [found.id for found in ledger.due(CITY, connection, far)] == [action]
    with pytest.raises(Refused):
        add(HANBIN, cases, action, "reply", "x", 1)


def test_reminders_are_what_waits(cases: Engine) -> None:
    soon, late = datetime.now(UTC) + timedelta(hours=1), datetime.now(UTC) + timedelta(days=9)
    first, second = begin(CITY, cases, ["1", "2"], "remind", due_at=soon)
    begin(CITY, cases, ["3"], "remind", due_at=late)
    add(CHENGGUAN, cases, second, "reply", "办了", seen=1)
    with cases.connect() as connection:
        today = datetime.now(UTC) + timedelta(hours=2)
        assert [found.id for found in ledger.due(CITY, connection, today)] == [first]
        assert [found.id for found in ledger.replied(CITY, connection)] == [second]
        assert ledger.due(CHENGGUAN, connection, today) == []
        assert ledger.replied(HANBIN, connection) == []


def test_the_ladder_suggests_the_next_step(cases: Engine) -> None:
    told = rules("ankang")
    assert told is not None

    def step(colour: str, now: datetime = LATER + timedelta(days=60)) -> str | None:
        found = ledger.suggested(told, colour, of_case(cases, CITY), now)
        return found.kind if found else None

    assert [step(colour) for colour in ("", "blue", "yellow", "red")] == [
        None, "remind", "remind", "remind",
    ]  # fmt: skip
    begin(CITY, cases, ["1"], "remind")
    assert step("red", datetime.now(UTC)) is None  # the reply is out and in time
    assert [step("yellow"), step("red")] == [None, "supervision_order"]
    for kind in ("supervision_order", "circulate", "interview", "hand_over"):
        assert step("red") == kind
        begin(CITY, cases, ["1"], kind)
    assert step("red") is None


@pytest.mark.parametrize("table", [ACTIONS, ENTRIES], ids=lambda table: table.name)
def test_the_database_lets_nobody_rewrite_it(cases: Engine, table: Table) -> None:
    begin(CITY, cases, ["1"], "remind", "原话")
    for statement in (update(table).values(id=99), delete(table)):
        with pytest.raises(DBAPIError, match="only ever grows"), cases.begin() as connection:
            connection.execute(statement)
    assert of_case(cases, CITY)[0].last.words == "原话"


KINDS = st.sampled_from(list(rules("ankang").steps))  # type: ignore[union-attr]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.tuples(st.sampled_from("123"), KINDS), max_size=6))
def test_a_department_never_sees_an_entry_that_is_not_its_own(
    sqlite: Engine, deeds: list[tuple[str, str]]
) -> None:
    for number, kind in deeds:
        try:
            begin(CITY, sqlite, [number], kind, f"{number} {kind}")
        except BadMove:
            continue
    theirs = {HANBIN: {"1", "3"}, CHENGGUAN: {"2"}, AUDITOR: set(), ABROAD: set()}
    far = LATER + timedelta(days=90)
    with sqlite.connect() as connection:
        for viewer, numbers in theirs.items():
            seen = [
                *ledger.due(viewer, connection, far), *ledger.replied(viewer, connection),
                *ledger.latest(viewer, connection, ["1", "2", "3"]).values(),
                *(found for n in "123" for found in ledger.of_case(viewer, connection, n)),
                *(found for n in range(30) if (found := ledger.one(viewer, connection, n))),
            ]  # fmt: skip
            assert {found.number for found in seen} <= numbers
            assert all(found.kind != "hand_over" for found in seen)
            expected = {kind for number, kind in deeds if number in numbers} - {"hand_over"}
            assert {found.kind for found in seen} >= expected


@pytest.fixture
def sqlite(data: Path) -> Iterator[Engine]:
    opened = connect()
    fill(opened)
    yield opened
    opened.dispose()
