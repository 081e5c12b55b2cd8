"""Alerts for supervisors: which there are, what is behind one, and what becomes of it.

A city supervisor sees those of the city, a department supervisor those that are assigned to one of
its units now. What may become of one is told in alert_moves.py.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    and_,
    case,
    false,
    func,
    select,
)

from cities import midnight, profile
from data_access.supervision.alert_tables import ALERT_DAYS, ALERT_ENTRIES, ALERTS, EVIDENCE
from data_access.supervision.audit import Did
from data_access.supervision.deeds import deed
from data_access.supervision.viewer import CASE, Refused, Role, Viewer, require, sees

OPEN, ACKNOWLEDGED, ASSIGNED, TRUE, FALSE = STATES = (
    "open", "acknowledged", "assigned", "true", "false",
)  # fmt: skip
UNDECIDED, DECIDED = STATES[:3], STATES[3:]
PAGE, CASES = 50, 200
SUPERVISORS = (Role.CITY, Role.DEPARTMENT)
ENTRY = ALERT_ENTRIES.c


@dataclass(frozen=True)
class Entry:
    """One move of an alert."""

    seq: int
    at: datetime
    actor: str
    shown: str
    move: str
    state: str
    unit: str
    words: str


@dataclass(frozen=True)
class Evidence:
    """What was seen on one day; `days` are (day, observed, expected, limit) up to it."""

    day: date
    span: int
    observed: int
    expected: float
    p: float
    adjusted: float
    rank: int
    days: tuple[tuple[date, int, float, int], ...] = ()


@dataclass(frozen=True)
class Alert:
    """An alert with its newest evidence; how many days it was told in all; its moves."""

    id: int
    category: str
    category2: str
    area: str
    began: date
    told: int
    evidence: Evidence
    state: str
    unit: str
    version: int  # the number of its last entry, 0 without one
    history: tuple[Evidence, ...] = ()  # of every day it was told, the newest first
    entries: tuple[Entry, ...] = ()

    @property
    def first(self) -> date:
        """The first day whose cases were counted; only of an alert read whole."""
        return self.began - timedelta(days=self.history[-1].span - 1)


@dataclass(frozen=True)
class Behind:
    """One case behind an alert, as far as the viewer may see it."""

    number: str
    received_at: datetime
    closed_at: datetime | None
    unit: str
    town: str


@dataclass(frozen=True)
class Counts:
    """How many alerts were closed as true, as false, and are undecided."""

    true: int
    false: int
    undecided: int


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on `alerts` that every query here carries."""
    ours = ALERTS.c.city == viewer.city
    if viewer.has(Role.CITY):
        return ours
    if viewer.has(Role.DEPARTMENT):
        return and_(ours, _last("unit").in_(sorted(viewer.units - {""})))
    return false()


def listed(
    viewer: Viewer, connection: Connection, states: tuple[str, ...], skip: int = 0
) -> tuple[list[Alert], int]:
    """Alerts in some states, those not looked at first, then the newest; how many there are."""
    query = _query(viewer).where(_state().in_(states))
    total = connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    first = case({state: place for place, state in enumerate(STATES)}, value=_state())
    ordered = query.order_by(first, EVIDENCE.c.day.desc(), EVIDENCE.c.rank, ALERTS.c.id)
    rows = connection.execute(ordered.limit(PAGE).offset(skip)).mappings()
    return [_alert(row) for row in rows], int(total)


def one(viewer: Viewer, engine: Engine, alert: int) -> tuple[Alert, list[Behind], int]:
    """An alert whole, the viewer's cases behind it, newest first, and how many; on record.

    Refused where it is not theirs.
    """
    require(viewer, *SUPERVISORS)
    with deed(viewer, engine, Did.SAW, f"alert {alert}") as connection:
        found = read_one(viewer, connection, alert)
        return found, *_behind(viewer, connection, found)


def counts(viewer: Viewer, connection: Connection) -> Counts:
    """What has become of the viewer's alerts."""
    mine = select(_state().label("state")).where(visible(viewer)).subquery()
    rows = connection.execute(select(mine.c.state, func.count()).group_by(mine.c.state))
    told = {str(state): int(number) for state, number in rows}
    return Counts(told.get(TRUE, 0), told.get(FALSE, 0), sum(told.get(s, 0) for s in UNDECIDED))


def judged(viewer: Viewer, connection: Connection) -> tuple[date, int] | None:
    """The last day that was judged and how many cells were; None before the first."""
    require(viewer, *SUPERVISORS)
    days = ALERT_DAYS.c
    query = select(days.day, days.cells).where(days.city == viewer.city).order_by(days.day.desc())
    row = connection.execute(query.limit(1)).one_or_none()
    return None if row is None else (row.day, row.cells)


def _last(column: str) -> ColumnElement[Any]:
    """What an alert's last entry says, as it stands in a query; NULL without an entry."""
    mine = select(ENTRY[column]).where(ENTRY.alert_id == ALERTS.c.id).order_by(ENTRY.seq.desc())
    return mine.limit(1).correlate(ALERTS).scalar_subquery()


def _state() -> ColumnElement[str]:
    return func.coalesce(_last("state"), OPEN)


def _query(viewer: Viewer) -> Select[Any]:
    """The viewer's alerts, each with its newest evidence."""
    newest = select(func.max(EVIDENCE.c.day)).where(EVIDENCE.c.alert_id == ALERTS.c.id)
    told = select(func.count()).where(EVIDENCE.c.alert_id == ALERTS.c.id)
    return (
        select(
            *(ALERTS.c[name] for name in ("id", "category", "category2", "area", "began")),
            *(EVIDENCE.c[name] for name in Evidence.__annotations__ if name != "days"),
            told.correlate(ALERTS).scalar_subquery().label("told"),
            _state().label("state"), func.coalesce(_last("unit"), "").label("unit"),
            func.coalesce(_last("seq"), 0).label("version"),
        )
        .join_from(ALERTS, EVIDENCE, EVIDENCE.c.alert_id == ALERTS.c.id)
        .where(visible(viewer), EVIDENCE.c.day == newest.correlate(ALERTS).scalar_subquery())
    )  # fmt: skip


def _alert(row: Any, **more: Any) -> Alert:
    evidence = {name: row[name] for name in Evidence.__annotations__ if name in row}
    if "days" in evidence:
        evidence["days"] = tuple((date.fromisoformat(one[0]), *one[1:]) for one in evidence["days"])
    about = {name: row[name] for name in Alert.__annotations__ if name in row}
    return Alert(**about, evidence=Evidence(**evidence), **more)


def read_one(viewer: Viewer, connection: Connection, alert: int) -> Alert:
    """An alert whole, within the caller's transaction, which has it on record. Refused."""
    query = _query(viewer).add_columns(EVIDENCE.c.days).where(ALERTS.c.id == alert)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        raise Refused(f"no alert {alert} for {viewer.name}")
    columns = [ENTRY[name] for name in Entry.__annotations__]
    moves = connection.execute(select(*columns).where(ENTRY.alert_id == alert).order_by(ENTRY.seq))
    days = [EVIDENCE.c[name] for name in Evidence.__annotations__ if name != "days"]
    told = select(*days).where(EVIDENCE.c.alert_id == alert).order_by(EVIDENCE.c.day.desc())
    history = tuple(Evidence(*one) for one in connection.execute(told))
    return _alert(row, history=history, entries=tuple(Entry(*one) for one in moves))


def _behind(viewer: Viewer, connection: Connection, found: Alert) -> tuple[list[Behind], int]:
    """The viewer's cases of the cell, from the first day that was counted to the last."""
    city = profile(viewer.city)
    mine = and_(
        sees(viewer), CASE.city == viewer.city, CASE.category == found.category,
        CASE.category2 == found.category2, CASE.area == found.area,
        CASE.received_at >= midnight(found.first, city),
        CASE.received_at < midnight(found.evidence.day + timedelta(days=1), city),
    )  # fmt: skip
    total = int(connection.execute(select(func.count()).where(mine)).scalar_one())
    columns = [CASE[name] for name in Behind.__annotations__]
    query = select(*columns).where(mine).order_by(CASE.received_at.desc(), CASE.id.desc())
    return [Behind(*row) for row in connection.execute(query.limit(CASES))], total
