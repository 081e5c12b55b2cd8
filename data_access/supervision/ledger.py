"""Read the ledger of actions: those of a case, those that wait for a reply, the next step."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, Row, Select, Subquery, and_, exists, func, select

from cities.supervision import COLOURS, Rules, Step, rules
from data_access.supervision.ledger_tables import ACTIONS, ENTRIES
from data_access.supervision.moves import OPEN, WAITING, WITHDRAWN
from data_access.supervision.viewer import CASE, Role, Viewer, sees


@dataclass(frozen=True)
class Entry:
    """One move of an action as it stands in the ledger."""

    seq: int
    at: datetime
    actor: str
    shown: str
    move: str
    state: str
    due_at: datetime | None
    words: str


@dataclass(frozen=True)
class Action:
    """An action with its entries, oldest first; it is where the last one left it."""

    id: int
    number: str
    kind: str
    unit: str
    entries: tuple[Entry, ...]

    @property
    def last(self) -> Entry:
        return self.entries[-1]

    @property
    def state(self) -> str:
        return self.last.state

    @property
    def version(self) -> int:
        """What a writer has to have seen."""
        return self.last.seq

    @property
    def due_at(self) -> datetime | None:
        """By when a reply is wanted; None where none is."""
        return self.last.due_at if self.state in WAITING else None


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on `actions` that every query of the ledger carries.

    A department supervisor sees the actions about cases that its units lead now, but for those
    kinds that are kept from the unit concerned. A city supervisor sees all of the city, those of
    a case that is no longer in the database too.
    """
    ours = ACTIONS.c.city == viewer.city
    if viewer.has(Role.CITY):
        return ours
    of_case = exists().where(CASE.city == ACTIONS.c.city, CASE.number == ACTIONS.c.number)
    told = rules(viewer.city)
    hidden = told.confidential if told else ()
    return and_(ours, of_case.where(sees(viewer)), ACTIONS.c.kind.not_in(hidden))


def of_case(viewer: Viewer, connection: Connection, number: str) -> list[Action]:
    """The actions about a case, oldest first; none if the viewer may not see the case."""
    return _read(connection, _query(viewer).where(ACTIONS.c.number == number))


def one(viewer: Viewer, connection: Connection, action: int) -> Action | None:
    """One action; None if there is none, or none for this viewer."""
    found = _read(connection, _query(viewer).where(ACTIONS.c.id == action))
    return found[0] if found else None


def due(viewer: Viewer, connection: Connection, until: datetime) -> list[Action]:
    """Actions whose reply is still out and wanted by a moment, the longest overdue first."""
    last = _last()
    waiting = and_(last.c.state.in_(WAITING), last.c.due_at <= until)
    chosen = select(last.c.action_id).where(waiting)
    found = _read(connection, _query(viewer).where(ACTIONS.c.id.in_(chosen)))
    return sorted(found, key=lambda action: (action.last.due_at or until, action.id))


def replied(viewer: Viewer, connection: Connection) -> list[Action]:
    """Actions that were replied to and wait to be looked at, oldest first."""
    last = _last()
    chosen = select(last.c.action_id).where(last.c.state.in_(set(OPEN) - set(WAITING)))
    return _read(connection, _query(viewer).where(ACTIONS.c.id.in_(chosen)))


def everything(viewer: Viewer, connection: Connection) -> list[Action]:
    """All actions that the viewer may see, oldest first."""
    return _read(connection, _query(viewer))


def latest(viewer: Viewer, connection: Connection, numbers: Collection[str]) -> dict[str, Action]:
    """The newest action of each of some cases, where there is one."""
    found = _read(connection, _query(viewer).where(ACTIONS.c.number.in_(numbers)))
    return {action.number: action for action in found}


def suggested(told: Rules, colour: str, past: Sequence[Action], now: datetime) -> Step | None:
    """The highest step of the ladder that an open case of a colour has come to and not yet had.

    A step comes into question from its colour on and once one of those before it has been taken.
    While a reply is still out and in time, nothing does.
    """
    had = {action.kind for action in past if action.state != WITHDRAWN}
    in_time = any(action.due_at is not None and action.due_at > now for action in past)
    if not colour or in_time:
        return None
    steps = [
        step
        for step in told.steps.values()
        if step.level
        and COLOURS.index(step.level) <= COLOURS.index(colour)
        and step.kind not in had
        and (not step.after or had & set(step.after))
    ]
    return steps[0] if steps else None


def _query(viewer: Viewer) -> Select[tuple[object, ...]]:
    return (
        select(ACTIONS, *(ENTRIES.c[name] for name in Entry.__annotations__))
        .join_from(ACTIONS, ENTRIES, ENTRIES.c.action_id == ACTIONS.c.id)
        .where(visible(viewer))
        .order_by(ACTIONS.c.id, ENTRIES.c.seq)
    )


def _last() -> Subquery:
    """The newest entry of each action."""
    newest = select(ENTRIES.c.action_id, func.max(ENTRIES.c.seq).label("seq"))
    last = newest.group_by(ENTRIES.c.action_id).subquery()
    same = and_(ENTRIES.c.action_id == last.c.action_id, ENTRIES.c.seq == last.c.seq)
    return select(ENTRIES).join(last, same).subquery()


def _read(connection: Connection, query: Select[tuple[object, ...]]) -> list[Action]:
    rows = connection.execute(query)
    return [_action(list(group)) for _, group in groupby(rows, key=lambda row: row.id)]


def _action(rows: list[Row[tuple[object, ...]]]) -> Action:
    first = rows[0]._mapping
    entries = tuple(Entry(*(row._mapping[name] for name in Entry.__annotations__)) for row in rows)
    return Action(first["id"], first["number"], first["kind"], first["unit"], entries)
