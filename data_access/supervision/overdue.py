"""Open cases by deadline: overdue, due soon, and any other list, filtered, sorted, page by page.

Only work orders with a deadline come into question, but for the lists NONE (open without one). A
page begins after the last row of the one before (keyset), so the thousandth costs what the first
does. What counts as overdue is the metric `open_overdue`: the deadline in force has passed as far
as the case's own file looked, and the case is open.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, true, tuple_

from cities import profile
from cities.supervision import Rules, rules
from data_access.cases.batches import BATCHES
from data_access.cases.kinds import CASES, EVENTS
from data_access.supervision.levels import Standing, bounds, seen
from data_access.supervision.moment import as_of as moment_of
from data_access.supervision.viewer import CASE, Viewer, sees

OVERDUE, SOON, AHEAD, OPEN, UNSEEN, NONE, ALL = LISTS = (
    "overdue", "soon", "ahead", "open", "unseen", "none", "all",
)  # fmt: skip
DIMENSIONS = ("unit", "area", "category")
SORTS = {
    "deadline": (CASE.deadline_at, False), "deadline_desc": (CASE.deadline_at, True),
    "received": (CASE.received_at, False), "received_desc": (CASE.received_at, True),
}  # fmt: skip
PAGE = 50
EVENT = EVENTS.table.c


class Cursor(NamedTuple):
    """The last row of a page: where the next one begins."""

    moment: datetime
    id: int

    def __str__(self) -> str:
        return f"{self.moment.astimezone(UTC):%Y%m%dT%H%M%S%fZ}-{self.id}"


def cursor(text: str) -> Cursor | None:
    """A cursor as it stands in a URL; None where it is none."""
    moment, _, number = text.partition("-")
    try:
        at = datetime.strptime(moment, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)
        return Cursor(at, int(number))
    except ValueError:
        return None


@dataclass(frozen=True)
class Question:
    """Which cases: a list, and within it what is given. "" and 0 leave a thing open."""

    which: str = OVERDUE
    colour: str = ""
    unit: str = ""
    area: str = ""
    category: str = ""
    days: int = 0  # received at least so many days ago
    extensions: int = 0  # at least so many
    sort: str = "deadline"

    def __post_init__(self) -> None:
        if self.which not in LISTS or self.sort not in SORTS or min(self.days, self.extensions) < 0:
            raise ValueError(f"{self}: no such list or order")


@dataclass(frozen=True)
class Listed:
    """One case of a list. `standing` and `colour` are None and "" once it is closed."""

    id: int
    number: str
    nature: str
    category: str
    category2: str
    unit: str
    area: str
    received_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    deadline_at: datetime | None
    extensions: int
    standing: Standing | None = None
    colour: str = ""


@dataclass(frozen=True)
class Page:
    """Some rows in order, and where the next ones begin; None at the end."""

    rows: tuple[Listed, ...]
    following: Cursor | None
    as_of: datetime


def page(
    viewer: Viewer,
    connection: Connection,
    asked: Question,
    after: Cursor | None = None,
    size: int = PAGE,
) -> Page:
    """One page of the viewer's cases. Asks the database once, and once for the extensions."""
    now = moment_of(connection, viewer.city)
    column, _ = SORTS["received" if asked.which == NONE else asked.sort]
    query = select(*(CASE[name] for name in _COLUMNS)).where(_asked(viewer, asked, now))
    found = connection.execute(_ordered(query, asked, after).limit(size + 1)).all()
    rows = [row._mapping for row in found[:size]]
    longer = _extensions(connection, [row["id"] for row in rows])
    listed = []
    for row in rows:
        stands, hue = seen(viewer.city, row["deadline_at"], row["closed_at"], now)
        listed.append(
            Listed(**row, extensions=longer.get(row["id"], 0), standing=stands, colour=hue)
        )
    more = len(found) > size
    last = Cursor(rows[-1][column.name], rows[-1]["id"]) if more else None
    return Page(tuple(listed), last, now)


def count(viewer: Viewer, connection: Connection, asked: Question) -> int:
    """How many cases the whole list has. For a list of open cases: of all it reads every row."""
    now = moment_of(connection, viewer.city)
    query = select(func.count()).select_from(CASES.table).where(_asked(viewer, asked, now))
    return int(connection.execute(_joined(query, asked)).scalar_one())


def by(
    viewer: Viewer, connection: Connection, asked: Question, dimension: str
) -> list[tuple[str, int]]:
    """Members of a dimension with their cases in the list, the most first."""
    if dimension not in DIMENSIONS:
        raise ValueError(f"no dimension {dimension!r}: {', '.join(DIMENSIONS)}")
    now = moment_of(connection, viewer.city)
    column, number = CASE[dimension], func.count()
    query = select(column, number).where(_asked(viewer, asked, now)).group_by(column)
    found = connection.execute(_joined(query, asked).order_by(number.desc(), column))
    return [(str(value), int(cases)) for value, cases in found]


def colours(viewer: Viewer, connection: Connection, asked: Question) -> dict[str, int]:
    """How many open cases of each colour the viewer has, within what else is asked."""
    told = rules(viewer.city)
    within = {name: value for name, value in vars(asked).items() if name not in ("which", "colour")}
    return {
        level.colour: count(viewer, connection, Question(OPEN, level.colour, **within))
        for level in (told.levels if told else ())
    }


_COLUMNS = [name for name in Listed.__annotations__ if name in CASE]


def _ordered(query: Select[Any], asked: Question, after: Cursor | None) -> Select[Any]:
    """The rows after a cursor, in order. Without a deadline that is the order of coming in."""
    query = _joined(query, asked)
    if asked.which == NONE:
        return query.where(CASE.id > after.id if after else true()).order_by(CASE.id)
    column, falling = SORTS[asked.sort]
    if after:
        place, end = tuple_(column, CASE.id), tuple_(after.moment, after.id)
        query = query.where(place < end if falling else place > end)
    return query.order_by(*((column.desc(), CASE.id.desc()) if falling else (column, CASE.id)))


def _joined(query: Select[Any], asked: Question) -> Select[Any]:
    """With the batch, where the list depends on how far the case's own file looked."""
    if asked.which in (OVERDUE, UNSEEN):
        return query.join_from(CASES.table, BATCHES, BATCHES.c.id == CASE.batch_id)
    return query


def _asked(viewer: Viewer, asked: Question, now: datetime) -> ColumnElement[bool]:
    conditions = [CASE.city == viewer.city, sees(viewer), _which(viewer, asked, now)]
    conditions += [CASE[name] == value for name in DIMENSIONS if (value := getattr(asked, name))]
    if asked.colour:
        conditions.append(_coloured(viewer, asked.colour, now))
    if asked.days:
        # Wrapped, so that no planner reads by this column and sorts: the order's index is better.
        received = func.coalesce(CASE.received_at, CASE.received_at)
        conditions.append(received <= now - timedelta(days=asked.days))
    if asked.extensions:
        conditions += [CASE.extended_due_at.is_not(None), _told(CASE.id) >= asked.extensions]
    return and_(*conditions)


def _which(viewer: Viewer, asked: Question, now: datetime) -> ColumnElement[bool]:
    which, opened = asked.which, and_(CASE.closed_at.is_(None), CASE.on_the_spot.is_(False))
    passed, until = CASE.deadline_at <= now, BATCHES.c.observed_until
    if which == OVERDUE:
        told = or_(until.is_(None), CASE.deadline_at <= until)
        return and_(opened, passed, told)
    if which == UNSEEN:
        return and_(opened, passed, CASE.deadline_at > until)
    if which == SOON:
        return and_(opened, CASE.deadline_at > now, _soon(viewer, now))
    if which == AHEAD:
        return and_(opened, CASE.deadline_at > now)
    if which == NONE:
        return and_(opened, CASE.deadline_at.is_(None))
    # A colour and an extension say so already; said twice, SQLite takes the wrong index.
    told_anyway = asked.colour or asked.extensions
    known = true() if told_anyway else CASE.deadline_at.is_not(None)
    return and_(opened, known) if which == OPEN else known


def _soon(viewer: Viewer, now: datetime) -> ColumnElement[bool]:
    """Within the first colour; within three days where the city has no rules."""
    if told := rules(viewer.city):
        end = bounds(told, told.levels[0].colour, now, profile(viewer.city).zone)[1]
        return CASE.deadline_at < end
    return CASE.deadline_at <= now + timedelta(days=3)


def _coloured(viewer: Viewer, wanted: str, now: datetime) -> ColumnElement[bool]:
    told: Rules | None = rules(viewer.city)
    if told is None:
        raise ValueError(f"{viewer.city} has no colours")
    start, end = bounds(told, wanted, now, profile(viewer.city).zone)
    inside = and_(CASE.closed_at.is_(None), CASE.deadline_at < end)
    return inside if start is None else and_(inside, CASE.deadline_at >= start)


def _told(case: ColumnElement[int]) -> ColumnElement[int]:
    """How often a case's deadline was moved."""
    mine = and_(EVENT.case_id == case, EVENT.kind == "extension")
    return select(func.count()).select_from(EVENTS.table).where(mine).scalar_subquery()


def _extensions(connection: Connection, cases: Collection[int]) -> dict[int, int]:
    query = (
        select(EVENT.case_id, func.count())
        .where(EVENT.case_id.in_(cases), EVENT.kind == "extension")
        .group_by(EVENT.case_id)
    )
    return dict(tuple(row) for row in connection.execute(query))
