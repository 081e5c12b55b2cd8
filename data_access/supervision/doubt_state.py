"""How each doubt stands: when it was raised, and whether and when it was answered."""

from typing import Any

from sqlalchemy import Select, Subquery, and_, case, func, or_, select

from data_access.supervision.approved import APPROVED
from data_access.supervision.doubt_tables import (
    DOUBT_ENTRIES,
    DOUBTS,
    RAISED,
    TOLD,
)
from data_access.supervision.review_tables import QUESTION, REVIEW_ENTRIES, REVIEWS

D, E, R = DOUBTS.c, DOUBT_ENTRIES.c, REVIEW_ENTRIES.c


def standing() -> Subquery:
    """Every doubt: id, city, number, `first` and `last` raised, `review`, `answered_at`.

    `review` is the state of its public answer, NULL without one. `answered_at` is when somebody
    approved that, or told the caller alone; NULL also where more was asked since.
    """
    seen = select(
        D.id, D.city, D.number, _moment(func.min, RAISED).label("first"),
        _moment(func.max, RAISED).label("last"), _moment(func.max, TOLD).label("told"),
        _newest("state").label("review"), _newest("at").label("moved"),
    ).subquery()  # fmt: skip
    s = seen.c
    approved = case((s.review == APPROVED, s.moved))
    answered = case(
        (and_(approved >= s.last, or_(s.told.is_(None), s.told < s.last)), approved),
        (s.told >= s.last, s.told),
    )
    return select(
        s.id, s.city, s.number, s.first, s.last, s.review, answered.label("answered_at")
    ).subquery()


def _moment(which: Any, kind: str) -> Any:
    mine = and_(E.doubt_id == D.id, E.kind == kind)
    return select(which(E.at)).where(mine).correlate(DOUBTS).scalar_subquery()


def _newest(column: str) -> Any:
    """Of the review of the public answer, what its last entry says."""
    mine = and_(REVIEWS.c.city == D.city, REVIEWS.c.number == D.number, REVIEWS.c.kind == QUESTION)
    joined: Select[Any] = select(R[column]).join_from(
        REVIEWS, REVIEW_ENTRIES, R.review_id == REVIEWS.c.id
    )
    last = joined.where(mine).order_by(R.seq.desc()).limit(1)
    return last.correlate(DOUBTS).scalar_subquery()
