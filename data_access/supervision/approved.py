"""Texts that two people have cleared for the public. No other text may ever leave.

Publishing reads nothing of reviews but this: the text of a review whose last entry is an approval
by somebody else than who handed it in.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, false, func, select

from data_access.supervision.review_tables import REVIEW_ENTRIES, REVIEW_PICKS, REVIEWS

APPROVED, SUBMITTED = "approved", "submitted"


@dataclass(frozen=True)
class Approved:
    """A text that may be published, of which case, and of which kind."""

    number: str
    kind: str
    text: str
    source: str  # SHA-256 of the reply it was drafted from
    typical: bool  # chosen by an editor


def typical() -> ColumnElement[bool]:
    """Whether an editor's last word on a review, as it stands in a query, is that it is typical."""
    pick = REVIEW_PICKS.c
    last = select(pick.typical).where(pick.review_id == REVIEWS.c.id).order_by(pick.seq.desc())
    return func.coalesce(last.limit(1).correlate(REVIEWS).scalar_subquery(), false())


def read(connection: Connection, city: str) -> list[Approved]:
    """Every text of a city that may be published at this moment, by the case's number."""
    entry, handed_in = REVIEW_ENTRIES.alias(), REVIEW_ENTRIES.alias()
    newest = select(func.max(REVIEW_ENTRIES.c.seq))
    last = newest.where(REVIEW_ENTRIES.c.review_id == REVIEWS.c.id).scalar_subquery()
    before = and_(handed_in.c.review_id == entry.c.review_id, handed_in.c.seq == entry.c.seq - 1)
    query = (
        select(REVIEWS.c.number, REVIEWS.c.kind, entry.c.text, entry.c.source, typical())
        .select_from(REVIEWS)
        .join(entry, and_(entry.c.review_id == REVIEWS.c.id, entry.c.seq == last))
        .join(handed_in, before)
        .where(
            REVIEWS.c.city == city,
            entry.c.state == APPROVED,
            handed_in.c.state == SUBMITTED,
            handed_in.c.actor != entry.c.actor,
            handed_in.c.text == entry.c.text,
        )
        .order_by(REVIEWS.c.number, REVIEWS.c.kind)
    )
    return [Approved(*row) for row in connection.execute(query)]
