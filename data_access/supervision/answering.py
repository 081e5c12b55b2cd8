"""Answer doubts: in public after review, or the caller alone; and take in what is told by phone.

A public answer is redacted with what is known of the caller before it is kept for review, and goes
into the review as handed in: somebody else has to approve it before it leaves.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, func, insert, select

from data_access.cases.kinds import CASES
from data_access.supervision import drafts, ratings
from data_access.supervision.approved import SUBMITTED
from data_access.supervision.audit import Did
from data_access.supervision.deeds import deed
from data_access.supervision.doubt_tables import ANSWER, PHONE, RAISED, TOLD
from data_access.supervision.doubts import doubts
from data_access.supervision.raised import STAFF, S, tellable
from data_access.supervision.review_tables import QUESTION, REVIEW_ENTRIES, REVIEWS
from data_access.supervision.reviews import BadReview, Detect, enter
from data_access.supervision.viewer import CASE, Refused, Viewer, require, sees

LONGEST = 2_000  # characters
Clean = Callable[[str, tuple[str, ...]], str]  # a text and what is known of its caller


def by_phone(viewer: Viewer, engine: Engine, number: str, text: str) -> None:
    """Enter a doubt that a caller has told staff. Refused where the case is not the viewer's.

    BadReview `open` where it is not closed, `empty` without words.
    """
    with _deed(viewer, engine, number, "raise_doubt", text) as (connection, case):
        if case.closed_at is None:
            raise BadReview("open")
        doubt = ratings.found(connection, viewer.city, number)
        doubt = doubt or ratings.made(connection, viewer.city, number)
        ratings.said(connection, doubt, RAISED, text.strip(), datetime.now(UTC), via=PHONE)


def alone(viewer: Viewer, engine: Engine, number: str, text: str) -> None:
    """Enter what the caller was told where nothing may be published (any more). Refused.

    BadReview `public` where a public answer is possible, `empty` without words.
    """
    with _deed(viewer, engine, number, "tell_caller", text) as (connection, case):
        doubt = _doubt(viewer, connection, number)
        if tellable(viewer.city, case, doubt.review):
            raise BadReview("public")
        _said(viewer, connection, doubt.id, TOLD, text)


def answer(
    viewer: Viewer, engine: Engine, number: str, text: str, clean: Clean, detect: Detect
) -> str:
    """Hand in a public answer and return it as it was redacted. Refused.

    BadReview `private` where no answer may be published, or what still looks doubtful in it.
    """
    with _deed(viewer, engine, number, "answer_doubt", text) as (connection, case):
        doubt = _doubt(viewer, connection, number)
        if not tellable(viewer.city, case, doubt.review):
            raise BadReview("private")
        public = clean(text.strip(), drafts.known(connection, case.id))
        if found := [*doubts(public), *detect(public)]:
            raise BadReview(found[0])
        _said(viewer, connection, doubt.id, ANSWER, text)
        _hand_in(viewer, connection, number, text, public)
        return public


@contextmanager
def _deed(
    viewer: Viewer, engine: Engine, number: str, move: str, text: str
) -> Iterator[tuple[Connection, Row[Any]]]:
    """A deed about one of the viewer's cases, with that case; it needs words."""
    require(viewer, *STAFF)
    if not text.strip():
        raise BadReview("empty")
    if len(text) > LONGEST:
        raise BadReview("long")
    with deed(viewer, engine, Did.ACTED, number, move=move) as connection:
        query = select(CASES.table).where(sees(viewer), CASE.number == number)
        case = connection.execute(query).one_or_none()
        if case is None:
            raise Refused(f"no case {number} for {viewer.name}")
        yield connection, case


def _doubt(viewer: Viewer, connection: Connection, number: str) -> Row[Any]:
    """The doubt about a case, and the state of its public answer."""
    query: Select[Any] = select(S.c.id, S.c.review)
    mine = S.c.city == viewer.city, S.c.number == number
    found = connection.execute(query.where(*mine)).one_or_none()
    if found is None:
        raise Refused(f"no doubt about {number} for {viewer.name}")
    return found


def _said(viewer: Viewer, connection: Connection, doubt: int, kind: str, text: str) -> None:
    now = datetime.now(UTC)
    ratings.said(connection, doubt, kind, text.strip(), now, actor=viewer.name, shown=viewer.shown)


def _hand_in(viewer: Viewer, connection: Connection, number: str, text: str, public: str) -> None:
    """Put the redacted answer into the review; one that was cleared before is no longer."""
    mine = {"city": viewer.city, "number": number, "kind": QUESTION}
    review = connection.execute(select(REVIEWS.c.id).filter_by(**mine)).scalar()
    if review is None:
        row = insert(REVIEWS).values(risk=public.count("〔"), **mine)
        review = connection.execute(row.returning(REVIEWS.c.id)).scalar_one()
    last = select(func.max(REVIEW_ENTRIES.c.seq)).where(REVIEW_ENTRIES.c.review_id == review)
    seq = (connection.execute(last).scalar() or 0) + 1
    source = hashlib.sha256(text.encode()).hexdigest()
    enter(
        connection, review, seq, viewer, source, move="submit", state=SUBMITTED,
        text=public, doubts=[], words="",
    )  # fmt: skip
