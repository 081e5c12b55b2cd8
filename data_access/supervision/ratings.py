"""Callers' ratings on their way from the look-up store into the case database."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from data_access.lookup.rating import Rating
from data_access.supervision.audit import Did, operator, record
from data_access.supervision.doubt_tables import (
    DOUBT_ENTRIES,
    DOUBTS,
    LOOKUP,
    RAISED,
    RATINGS,
)

D, E = DOUBTS.c, DOUBT_ENTRIES.c


def take(connection: Connection, city: str, some: Iterable[tuple[str, Rating]]) -> int:
    """Keep ratings by case number, each in the place of the one before; how many doubts came in.

    One entry of the audit log for all. What was taken in already changes nothing.
    """
    taken = list(some)
    doubts = sum(_doubt(connection, city, number, rating) for number, rating in taken)
    for number, rating in taken:
        if rating.whole:
            _rate(connection, city, number, rating)
    told = {"taken": str(len(taken)), "doubts": str(doubts)}
    record(connection, operator(), Did.ACTED, "ratings", **told)
    return doubts


def _rate(connection: Connection, city: str, number: str, rating: Rating) -> None:
    mine = (RATINGS.c.city == city) & (RATINGS.c.number == number)
    before = connection.execute(select(RATINGS.c.remark).where(mine)).scalar()
    connection.execute(delete(RATINGS).where(mine))
    connection.execute(
        insert(RATINGS).values(
            city=city, number=number, at=rating.at, contacted=rating.contacted,
            solved=rating.solved, satisfied=rating.satisfied, reasons=list(rating.reasons),
            remark=rating.remark or before or "",  # the store forgets it once it is here
        )
    )  # fmt: skip


def _doubt(connection: Connection, city: str, number: str, rating: Rating) -> bool:
    """Raise what the caller wrote, once."""
    if not rating.doubt:
        return False
    doubt = found(connection, city, number) or made(connection, city, number)
    words = E.doubt_id == doubt, E.via == LOOKUP, E.text == rating.doubt
    if connection.execute(select(E.id).where(*words)).first():
        return False
    said(connection, doubt, RAISED, rating.doubt, rating.at, via=LOOKUP)
    return True


def found(connection: Connection, city: str, number: str) -> int | None:
    """The doubt about a case, if there is one."""
    query = select(D.id).where(D.city == city, D.number == number)
    return connection.execute(query).scalar()


def made(connection: Connection, city: str, number: str) -> int:
    """A new doubt about a case."""
    row = insert(DOUBTS).values(city=city, number=number)
    return int(connection.execute(row.returning(D.id)).scalar_one())


def said(
    connection: Connection, doubt: int, kind: str, text: str, at: datetime,
    via: str = "", actor: str = "", shown: str = "",
) -> None:  # fmt: skip
    """Add what was said about a doubt."""
    last = select(func.coalesce(func.max(E.seq), 0)).where(E.doubt_id == doubt)
    connection.execute(
        insert(DOUBT_ENTRIES).values(
            doubt_id=doubt, seq=connection.execute(last).scalar_one() + 1, at=at, kind=kind,
            via=via, actor=actor[:300], shown=shown[:128], text=text,
        )
    )  # fmt: skip
