"""Alerts: kept once, each department its own, nothing rewritten, nobody overtaken unseen."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, Table, delete, select, update
from sqlalchemy.exc import DBAPIError

from data_access.cases.frames import frame
from data_access.supervision import alert_keeping, alerts
from data_access.supervision.alert_keeping import Signal
from data_access.supervision.alert_moves import BadMove, Outdated, add
from data_access.supervision.alert_tables import ALERT_DAYS, ALERT_ENTRIES, ALERTS, EVIDENCE
from data_access.supervision.alerts import DECIDED, UNDECIDED
from data_access.supervision.audit_tables import LOG
from data_access.supervision.viewer import Refused, Role, Viewer
from tests.conftest import store

CITY = Viewer("city", "周", "ankang", frozenset({Role.CITY}))
HANBIN = Viewer("hanbin", "王", "ankang", frozenset({Role.DEPARTMENT}), frozenset({"610902"}))
CHENGGUAN = Viewer("cg", "李", "ankang", frozenset({Role.DEPARTMENT}), frozenset({"chengguan"}))
AUDITOR = Viewer("auditor", "孙", "ankang", frozenset({Role.AUDITOR}))
ABROAD = Viewer("abroad", "x", "nyc", frozenset({Role.CITY}))
DAY, GAP = date(2026, 3, 10), 7


def signal(area: str = "610902", observed: int = 9) -> Signal:
    days = [[f"2026-03-{day:02}", day, 0.5, 2] for day in (8, 9, 10)]
    return Signal("城市管理", "市政设施", area, 3, observed, 1.5, 1e-5, 0.01, days)


def keep(engine: Engine, day: date, *found: Signal) -> int | None:
    with engine.begin() as connection:
        return alert_keeping.keep(connection, "ankang", day, 400, found, GAP)


@pytest.fixture
def kept(engine: Engine) -> Engine:
    """Two alerts, and four cases, of which three are behind the first."""
    at = datetime(2026, 3, 9, 4, tzinfo=UTC)
    table = {
        "number": ["1", "2", "3", "4"], "received_at": [at, at, at, at - timedelta(days=9)],
        "unit": ["610902", "chengguan", "chengguan", "610902"], "area": ["610902"] * 4,
        "category": ["城市管理"] * 4, "category2": ["市政设施"] * 4,
    }  # fmt: skip
    store(engine, "ankang", frame(table), until=at + timedelta(days=5))
    assert keep(engine, DAY, signal(), signal("610921")) == 2
    return engine


def listed(engine: Engine, viewer: Viewer, states: tuple[str, ...] = UNDECIDED) -> list[int]:
    with engine.connect() as connection:
        found, total = alerts.listed(viewer, connection, states)
    assert total == len(found)
    return [one.id for one in found]


def test_a_signal_that_goes_on_is_one_alert(kept: Engine) -> None:
    first, _ = listed(kept, CITY)
    assert keep(kept, DAY, signal()) is None  # that day was judged
    assert keep(kept, DAY + timedelta(days=GAP - 1), signal(observed=12)) == 0
    assert keep(kept, DAY + timedelta(days=GAP), signal("610921")) == 1  # seven days after
    assert len(listed(kept, CITY)) == 3
    found, _, _ = alerts.one(CITY, kept, first)
    assert (found.told, found.evidence.observed, found.began) == (2, 12, DAY)
    assert found.evidence.days[-1] == (date(2026, 3, 10), 10, 0.5, 2)
    add(CITY, kept, first, "close_false", 0, "节日")
    assert keep(kept, DAY + timedelta(days=GAP + 1), signal()) == 0  # closed, but the same one
    assert listed(kept, CITY, DECIDED) == [first]


def test_a_department_sees_what_is_assigned_to_its_units_and_its_own_cases(kept: Engine) -> None:
    first, second = listed(kept, CITY)
    for viewer in (HANBIN, CHENGGUAN, AUDITOR, ABROAD):
        assert listed(kept, viewer) == []
        with pytest.raises(Refused):
            alerts.one(viewer, kept, first)
        with pytest.raises(Refused):
            add(viewer, kept, first, "note", 0, "x")
    add(CITY, kept, first, "assign", 0, unit="610902")
    assert (listed(kept, HANBIN), listed(kept, CHENGGUAN)) == ([first], [])
    _, cases, total = alerts.one(HANBIN, kept, first)
    assert ([case.number for case in cases], total) == (["1"], 1)
    assert {case.number for case in alerts.one(CITY, kept, first)[1]} == {"1", "2", "3"}
    assert add(HANBIN, kept, first, "acknowledge", 1) == 2
    with pytest.raises(Refused):
        add(HANBIN, kept, first, "close_true", 2, "x")
    add(CITY, kept, first, "assign", 2, unit="chengguan")
    assert (listed(kept, HANBIN), listed(kept, CHENGGUAN)) == ([], [first])
    with pytest.raises(Refused):
        add(HANBIN, kept, first, "note", 3, "x")
    with kept.connect() as connection:
        assert alerts.counts(CHENGGUAN, connection) == alerts.Counts(0, 0, 1)
        told = connection.execute(select(LOG.c.did).where(LOG.c.subject == f"alert {first}"))
        assert {"acted", "saw", "refused"} == set(told.scalars())
    assert second in listed(kept, CITY)


def test_precision_counts_what_was_decided(kept: Engine) -> None:
    first, second = listed(kept, CITY)
    for alert, move in ((first, "close_true"), (second, "close_false")):
        with pytest.raises(BadMove, match="words"):
            add(CITY, kept, alert, move, 0, " ")
        add(CITY, kept, alert, move, 0, "已核实")
        with pytest.raises(BadMove, match="state"):
            add(CITY, kept, alert, "assign", 1, unit="610902")
    with kept.connect() as connection:
        assert alerts.counts(CITY, connection) == alerts.Counts(1, 1, 0)
        assert alerts.judged(CITY, connection) == (DAY, 400)
    add(CITY, kept, second, "reopen", 1, "弄错了")
    with kept.connect() as connection:
        assert alerts.counts(CITY, connection) == alerts.Counts(1, 0, 1)


def test_who_has_not_read_the_newest_is_told_and_a_note_is_never_too_late(kept: Engine) -> None:
    first, _ = listed(kept, CITY)
    add(CITY, kept, first, "acknowledge", 0)
    with pytest.raises(Outdated) as error:
        add(CITY, kept, first, "close_true", 0, "已核实")
    assert error.value.now.entries[-1].move == "acknowledge"
    assert add(CITY, kept, first, "note", 0, "打过电话") == 2
    with pytest.raises(BadMove, match="unit"):
        add(CITY, kept, first, "assign", 2, unit="nobody")
    with pytest.raises(BadMove, match="state"):
        add(CITY, kept, first, "no such move", 2)


@pytest.mark.parametrize(
    "table", [ALERTS, EVIDENCE, ALERT_ENTRIES, ALERT_DAYS], ids=lambda table: table.name
)
def test_the_database_lets_nobody_rewrite_it(kept: Engine, table: Table) -> None:
    add(CITY, kept, listed(kept, CITY)[0], "acknowledge", 0)
    for statement in (update(table).values(id=99), delete(table)):
        with pytest.raises(DBAPIError, match="only ever grows"), kept.begin() as connection:
            connection.execute(statement)
