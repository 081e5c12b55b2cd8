"""Doubts (疑问) as facts: one row each time a caller who waited for no answer raised one.

What they add while they wait belongs to it; asked again after the answer, it is another doubt with
days of its own. It is answered, as on the supervisors' page, once its public answer was approved or
the caller was told alone; an approved answer counts as long as it stands. No file tells of doubts,
so nothing of them follows from a batch, and none of their words are read.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import ColumnElement, Select, Subquery, and_, case, or_, select

import cities
from cities.clock import due_days, end_of
from data_access.supervision.approved import APPROVED
from data_access.supervision.doubt_tables import DOUBT_ENTRIES, DOUBTS, RAISED, TOLD
from data_access.supervision.review_tables import QUESTION, REVIEW_ENTRIES, REVIEWS

WITHIN = 10  # working days in which a doubt should be answered: our own measure, no rule of law
MOMENTS = ("raised_at", "answer_due_at", "answered_at")
D, E, R = DOUBTS.c, DOUBT_ENTRIES.c, REVIEW_ENTRIES.c
BEFORE = DOUBT_ENTRIES.alias("before")
B = BEFORE.c
When = Callable[[ColumnElement[Any]], ColumnElement[bool]]


def raised(as_of: datetime) -> Subquery:
    """Every doubt until a moment: city and number of its case, and its MOMENTS.

    `answer_due_at` is that of raising: `dated` counts the working days, which no database knows.
    """

    def since(at: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(at >= E.at, at <= as_of)

    told, approved = _told(since), case((_state(as_of) == APPROVED, _first(_approved(since))))
    seen = (
        select(
            D.city, D.number, E.at.label("raised_at"),
            _first(told).label("told"), approved.label("approved"),
        )
        .join_from(DOUBT_ENTRIES, DOUBTS)
        .where(E.kind == RAISED, E.at <= as_of, ~_waiting())
        .subquery()
    )  # fmt: skip
    s = seen.c
    first = case((or_(s.told.is_(None), s.approved < s.told), s.approved), else_=s.told)
    return select(
        s.city,
        s.number,
        s.raised_at,
        s.raised_at.label("answer_due_at"),
        first.label("answered_at"),
    ).subquery()


def dated(facts: pa.Table, city: str) -> pa.Table:
    """The same with the deadline in the place of the day of raising: 24:00 of the last day."""
    if "answer_due_at" not in facts.column_names or not len(facts):
        return facts
    zone = cities.profile(city).zone
    days = [moment.astimezone(zone).date() for moment in facts["answer_due_at"].to_pylist()]
    last, _ = due_days(np.array(days, "datetime64[D]"), np.full(len(days), WITHIN))
    place, field = (
        facts.schema.get_field_index("answer_due_at"),
        facts.schema.field("answer_due_at"),
    )
    ends = pa.array([end_of(day, zone) for day in last.tolist()], field.type)
    return facts.set_column(place, field, ends)


def _waiting() -> ColumnElement[bool]:
    """The caller had raised a doubt before and had no answer to it yet."""

    def between(at: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(at >= B.at, at < E.at)

    earlier = or_(B.at < E.at, and_(B.at == E.at, B.seq < E.seq))
    answered = or_(_told(between).exists(), _approved(between).exists())
    mine = select(B.id).where(B.doubt_id == E.doubt_id, B.kind == RAISED, earlier, ~answered)
    return mine.correlate(DOUBT_ENTRIES, DOUBTS).exists()


def _told(when: When) -> Select[Any]:
    """When the caller was told alone."""
    told = DOUBT_ENTRIES.alias("told").c
    query = select(told.at).where(told.doubt_id == E.doubt_id, told.kind == TOLD, when(told.at))
    return query.correlate(DOUBT_ENTRIES, DOUBTS, BEFORE)


def _approved(when: When) -> Select[Any]:
    """When a public answer was approved."""
    return _reviewed("at").where(R.state == APPROVED, when(R.at))


def _state(as_of: datetime) -> Any:
    """Where the review of the public answer stood at that moment."""
    newest = _reviewed("state").where(R.at <= as_of).order_by(R.seq.desc())
    return newest.limit(1).scalar_subquery()


def _reviewed(column: str) -> Select[Any]:
    mine = REVIEWS.c.city == D.city, REVIEWS.c.number == D.number, REVIEWS.c.kind == QUESTION
    query = select(R[column]).join_from(REVIEW_ENTRIES, REVIEWS).where(*mine)
    return query.correlate(DOUBT_ENTRIES, DOUBTS, BEFORE)


def _first(moments: Select[Any]) -> Any:
    (moment,) = moments.selected_columns
    return moments.order_by(moment).limit(1).scalar_subquery()
