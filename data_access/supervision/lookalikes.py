"""Cases that may be one matter: the same kind of thing at the same place within a month."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, func, select

from data_access.cases.kinds import CASES
from data_access.supervision.viewer import CASE, Viewer, sees

WITHIN = timedelta(days=30)
MOST = 20


@dataclass(frozen=True)
class Alike:
    """A case that resembles another."""

    number: str
    category3: str
    unit: str
    town: str
    grid: str
    received_at: datetime
    closed_at: datetime | None
    status: str


def read(viewer: Viewer, connection: Connection, number: str) -> tuple[list[Alike], int]:
    """The newest of the viewer's cases like one of theirs, and how many there are.

    Alike are second-level category and town or, where no town is told, the grid (网格); received
    within 30 days before or after. Nothing is alike to a case without either.
    """
    mine = select(CASES.table).where(sees(viewer), CASE.number == number)
    case = connection.execute(mine).mappings().one_or_none()
    if case is None or not case["category2"]:
        return [], 0
    place = "town" if case["town"] else "grid"
    if not case[place]:
        return [], 0
    alike = _alike(viewer, case["category2"], place, case[place], case["received_at"])
    others = and_(alike, CASE.number != number)
    columns = [CASE[name] for name in Alike.__annotations__]
    found = connection.execute(
        select(*columns).where(others).order_by(CASE.received_at.desc()).limit(MOST)
    )
    listed = [Alike(*row) for row in found]
    query = select(func.count()).select_from(CASES.table).where(others)
    return listed, int(connection.execute(query).scalar_one())


def _alike(
    viewer: Viewer, category2: str, place: str, value: str, at: datetime
) -> ColumnElement[bool]:
    return and_(
        CASE.city == viewer.city,
        sees(viewer),
        CASE.category2 == category2,
        CASE[place] == value,
        CASE.received_at.between(at - WITHIN, at + WITHIN),
    )
