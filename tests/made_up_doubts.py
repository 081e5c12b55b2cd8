"""Made-up doubts about the closed cases of a case database, and what becomes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Engine, insert, select

from data_access.cases.records import Case
from data_access.cases.schema import table_of
from data_access.supervision import ratings
from data_access.supervision.approved import APPROVED, SUBMITTED
from data_access.supervision.doubt_tables import DOUBT_ENTRIES, DOUBTS, LOOKUP, RAISED, TOLD
from data_access.supervision.review_tables import QUESTION, REVIEW_ENTRIES, REVIEWS
from data_access.supervision.reviews import WITHDRAWN

CASES = table_of(Case)
LATER = (RAISED, TOLD, SUBMITTED, APPROVED, APPROVED, WITHDRAWN)


@dataclass(frozen=True)
class Said:
    """Something that happened to a doubt: RAISED, TOLD, or a state of the review of its answer."""

    kind: str
    at: datetime


def history(random: Random, since: datetime, days: int) -> list[Said]:
    """What happens to one doubt, at whole minutes that are all different."""
    kinds = [RAISED, *random.choices(LATER, k=random.randrange(6))]
    minutes = sorted(random.sample(range(days * 1440), len(kinds)))
    return [
        Said(kind, since + timedelta(minutes=at)) for kind, at in zip(kinds, minutes, strict=True)
    ]


def add(engine: Engine, city: str, number: str, said: Sequence[Said]) -> None:
    """Let it happen to the doubt about a case, after what has happened to it so far."""
    with engine.begin() as connection:
        doubt = ratings.found(connection, city, number) or ratings.made(connection, city, number)
        mine = {"city": city, "number": number, "kind": QUESTION}
        for one in said:
            if one.kind in (RAISED, TOLD):
                via = LOOKUP if one.kind == RAISED else ""
                ratings.said(connection, doubt, one.kind, "x", one.at, via=via)
                continue
            review = connection.execute(select(REVIEWS.c.id).filter_by(**mine)).scalar()
            if review is None:
                row = insert(REVIEWS).values(risk=0, **mine).returning(REVIEWS.c.id)
                review = connection.execute(row).scalar_one()
            entries = select(REVIEW_ENTRIES.c.id).where(REVIEW_ENTRIES.c.review_id == review)
            seq = len(connection.execute(entries).all()) + 1
            connection.execute(
                insert(REVIEW_ENTRIES).values(
                    review_id=review, seq=seq, at=one.at, actor="a", shown="a", move="m",
                    state=one.kind, text="x", source="", doubts=[], words="",
                )
            )  # fmt: skip


def raise_some(engine: Engine, city: str, until: datetime, most: int, seed: int = 1) -> None:
    """Doubts about some closed cases, each within 60 days of its closing and before a moment."""
    random = Random(seed)  # noqa: S311 - made-up histories
    before = until - timedelta(days=60)
    closed = select(CASES.c.number, CASES.c.closed_at).where(
        CASES.c.city == city, CASES.c.closed_at < before
    )
    with engine.connect() as connection:
        rows = connection.execute(closed.order_by(CASES.c.id)).all()
    for row in random.sample(rows, min(most, len(rows))):
        add(engine, city, row.number, history(random, row.closed_at, 60))


def all_said(engine: Engine, city: str) -> dict[str, list[Said]]:
    """What has happened to each doubt, by its case's number, in the order of time."""
    entry, doubt = DOUBT_ENTRIES.c, DOUBTS.c
    talk = select(doubt.number, entry.kind, entry.at).join_from(DOUBT_ENTRIES, DOUBTS)
    moves = select(REVIEWS.c.number, REVIEW_ENTRIES.c.state, REVIEW_ENTRIES.c.at)
    moves = moves.join_from(REVIEW_ENTRIES, REVIEWS).where(REVIEWS.c.kind == QUESTION)
    found: dict[str, list[Said]] = {}
    with engine.connect() as connection:
        for query in (talk.where(doubt.city == city), moves.where(REVIEWS.c.city == city)):
            for number, kind, at in connection.execute(query):
                found.setdefault(number, []).append(Said(kind, at))
    return {number: sorted(said, key=lambda one: one.at) for number, said in found.items()}
