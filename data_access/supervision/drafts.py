"""Drafts for review: closed cases whose reply nobody has drafted from yet, and the drafts.

The drafting program is the one reader of replies and callers' values together, because known
values are what a redactor finds best.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, exists, insert, select

from data_access.cases.private import Caller, CallerContent, CaseText
from data_access.cases.records import Case
from data_access.cases.schema import table_of
from data_access.supervision.audit import Did, operator, record
from data_access.supervision.review_tables import EXPLANATION, OUTCOME, QUESTION, REVIEWS
from data_access.supervision.reviews import DRAFTED, enter
from data_access.supervision.viewer import Viewer

CASES, TEXTS, CALLERS = map(table_of, (Case, CaseText, Caller))


@dataclass(frozen=True)
class Reply:
    """An official reply, what is known of its caller, and what the case is about."""

    number: str
    kind: str
    reply: str
    known: tuple[str, ...]


@dataclass(frozen=True)
class Draft:
    """A redacted reply; `source` is the SHA-256 of the reply."""

    number: str
    kind: str
    text: str
    source: str
    risk: int
    doubts: list[str]


@dataclass(frozen=True)
class Which:
    """Only cases of one kind of text, or closed before a moment."""

    kind: str = ""
    closed_before: datetime | None = None

    def wanted(self) -> Iterator[ColumnElement[bool]]:
        if self.kind:
            yield (CASES.c.outcome == "not_handled") == (self.kind == EXPLANATION)
        if self.closed_before:
            yield CASES.c.closed_at < self.closed_before


ANY = Which()


def waiting(
    engine: Engine,
    city: str,
    nature: tuple[str, ...],
    categories: Collection[tuple[str, ...]],
    most: int,
    which: Which = ANY,
) -> Iterator[Reply]:
    """Closed cases without a review, those that could not be handled first, then the newest.

    Only of the given categories (all three levels), and of no excluded `nature`.
    """  # fmt: skip
    reviewed = exists().where(
        REVIEWS.c.city == CASES.c.city, REVIEWS.c.number == CASES.c.number,
        REVIEWS.c.kind != QUESTION,
    )  # fmt: skip
    refused = CASES.c.outcome == "not_handled"
    query = (
        select(
            CASES.c.id, CASES.c.number, refused, TEXTS.c.reply,
            CASES.c.category, CASES.c.category2, CASES.c.category3,
        )
        .join(TEXTS, TEXTS.c.case_id == CASES.c.id)
        .where(
            CASES.c.city == city, CASES.c.closed_at.is_not(None), CASES.c.nature.not_in(nature),
            TEXTS.c.reply != "", ~reviewed, *which.wanted(),
        )
        .order_by(refused.desc(), CASES.c.closed_at.desc(), CASES.c.id)
    )  # fmt: skip
    with engine.connect() as connection, connection.begin():
        taken = 0
        for row in connection.execute(query, execution_options={"yield_per": 1_000}):
            if taken == most:
                return
            if tuple(row[4:]) in categories:
                taken += 1
                kind = EXPLANATION if row[2] else OUTCOME
                yield Reply(row.number, kind, row.reply, known(connection, row.id))


def known(connection: Connection, case: int) -> tuple[str, ...]:
    """What is known of the caller of a case."""
    columns = [CALLERS.c[name] for name in CallerContent.__annotations__]
    rows = connection.execute(select(*columns).where(CALLERS.c.case_id == case))
    return tuple(value for row in rows for value in row if value)


def keep(connection: Connection, city: str, drafts: list[Draft]) -> None:
    """Put drafts into the queue, each with its entry; one on record for all."""
    machine = Viewer(operator(), operator(), city)
    record(connection, operator(), Did.ACTED, "reviews", move=DRAFTED, drafts=str(len(drafts)))
    for draft in drafts:
        row = insert(REVIEWS).values(
            city=city, number=draft.number, kind=draft.kind, risk=draft.risk
        )
        review = int(connection.execute(row.returning(REVIEWS.c.id)).scalar_one())
        enter(
            connection, review, 1, machine, draft.source, move=DRAFTED, state=DRAFTED,
            text=draft.text, doubts=draft.doubts, words="",
        )  # fmt: skip
