"""Doubts that remain after closing: which are open and which are answered, and one with its words.

A department supervisor sees those about cases that their units lead; what tells who reported
somebody (举报) stays with the city, as on the case page.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, case, func, select

import cities
from cities.clock import working_days
from data_access.cases.kinds import CASES
from data_access.supervision import drafts, masking
from data_access.supervision.audit import Did
from data_access.supervision.case_page import may_unmask
from data_access.supervision.deeds import deed
from data_access.supervision.doubt_state import standing
from data_access.supervision.doubt_tables import DOUBT_ENTRIES, RATINGS
from data_access.supervision.reviews import WITHDRAWN
from data_access.supervision.viewer import CASE, Refused, Role, Viewer, require, sees

STAFF = (Role.CITY, Role.DEPARTMENT)
E = DOUBT_ENTRIES.c
S = standing()


@dataclass(frozen=True)
class Raised:
    """A doubt as it stands; `days` are working days since it was first raised, until answered."""

    id: int
    number: str
    unit: str
    category: str
    first: datetime
    review: str  # state of its public answer, "" without one
    answered_at: datetime | None
    days: int
    public: bool  # whether an answer may be published at all


@dataclass(frozen=True)
class Words:
    """Something said about a doubt; `who` is "" for the caller."""

    at: datetime
    kind: str
    via: str
    who: str
    text: str  # masked; "" where the viewer may not read it


@dataclass(frozen=True)
class Counts:
    """How many doubts are open and answered, and how long the oldest open one has waited."""

    open: int
    answered: int
    oldest: int


def counts(viewer: Viewer, connection: Connection, now: datetime) -> Counts:
    """Of the viewer's doubts. Refused for who sees no cases."""
    require(viewer, *STAFF)
    query = (
        select(func.count(), func.count(S.c.answered_at), func.min(_waiting()))
        .join_from(S, CASES.table, _mine())
        .where(sees(viewer))
    )
    total, answered, first = connection.execute(query).one()
    oldest = _days(viewer, first, now) if first else 0
    return Counts(total - answered, answered, oldest)


def listed(
    viewer: Viewer, connection: Connection, now: datetime, answered: bool, most: int
) -> list[Raised]:
    """The viewer's doubts, open or answered: the oldest open one first, the newest answered."""
    require(viewer, *STAFF)
    done = S.c.answered_at.is_not(None)
    query = _query(viewer).where(done if answered else ~done)
    order = S.c.answered_at.desc() if answered else S.c.first
    rows = connection.execute(query.order_by(order, S.c.id).limit(most))
    return [_raised(viewer, row, now) for row in rows]


def one(
    viewer: Viewer, engine: Engine, number: str, now: datetime
) -> tuple[Raised, list[Words], dict[str, Any] | None]:
    """A doubt, what was said about it, and the caller's rating, on record. Refused."""
    require(viewer, *STAFF)
    with deed(viewer, engine, Did.SAW, number, doubt="read") as connection:
        row = connection.execute(_query(viewer).where(S.c.number == number)).one_or_none()
        if row is None:
            raise Refused(f"no doubt about {number} for {viewer.name}")
        open_to = may_unmask(viewer, row.nature)
        entries = connection.execute(
            select(DOUBT_ENTRIES).where(E.doubt_id == row.id).order_by(E.seq)
        )
        known = drafts.known(connection, row.case_id)
        words = [_words(entry, open_to, known) for entry in entries]
        return _raised(viewer, row, now), words, rating(viewer, connection, number)


def rating(viewer: Viewer, connection: Connection, number: str) -> dict[str, Any] | None:
    """What the caller answered about one of the viewer's cases; the remark by the same rule."""
    mine = (RATINGS.c.city == CASE.city) & (RATINGS.c.number == CASE.number)
    query = select(RATINGS, CASE.nature, CASE.id.label("case_id")).join(CASES.table, mine)
    row = connection.execute(query.where(sees(viewer), CASE.number == number)).mappings().first()
    if row is None:
        return None
    known = drafts.known(connection, row["case_id"])
    remark = masking.text(row["remark"], known) if may_unmask(viewer, row["nature"]) else ""
    return dict(row) | {"remark": remark}


def _mine() -> ColumnElement[bool]:
    return (CASE.city == S.c.city) & (CASE.number == S.c.number)


def _waiting() -> Any:
    """When a doubt was first raised, of those that are open."""
    return case((S.c.answered_at.is_(None), S.c.first))


def _query(viewer: Viewer) -> Select[Any]:
    about = (CASE[name] for name in ("unit", "nature", "category", "category2", "category3"))
    mine = (S.c[name] for name in ("id", "number", "first", "review", "answered_at"))
    joined = select(*mine, CASE.id.label("case_id"), *about)
    return joined.join_from(S, CASES.table, _mine()).where(sees(viewer))


def _raised(viewer: Viewer, row: Row[Any], now: datetime) -> Raised:
    return Raised(
        row.id, row.number, row.unit, row.category, row.first, row.review or "",
        row.answered_at, _days(viewer, row.first, row.answered_at or now),
        tellable(viewer.city, row, row.review),
    )  # fmt: skip


def tellable(city: str, case: Any, review: str | None) -> bool:
    """Whether an answer may be published: about a place or a thing, no report, none withdrawn."""
    kind = (case.category, case.category2, case.category3)
    marked = kind in cities.profile(city).place_or_thing
    return marked and case.nature != "report" and review != WITHDRAWN


def _days(viewer: Viewer, since: datetime, until: datetime) -> int:
    zone = cities.profile(viewer.city).zone
    return working_days(since.astimezone(zone).date(), until.astimezone(zone).date())


def _words(entry: Row[Any], open_to: bool, known: tuple[str, ...]) -> Words:
    caller = entry.actor == ""
    text = masking.text(entry.text, known) if open_to or not caller else ""
    return Words(entry.at, entry.kind, entry.via, "" if caller else entry.shown, text)
