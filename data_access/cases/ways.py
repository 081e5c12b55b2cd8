"""The way each case has gone, for those callers who may still follow it."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, and_, exists, or_, select

from data_access.cases.records import Case, Event
from data_access.cases.schema import Batch, table_of

CASES, EVENTS, BATCHES = map(table_of, (Case, Event, Batch))
MOMENTS = (
    "received_at", "accepted_at", "dispatched_at", "signed_at", "handled_at", "replied_at",
    "closed_at", "called_back_at",
)  # fmt: skip
ABOUT = (
    "id", "number", "nature", "on_the_spot", "unit", "category", "category2", "outcome",
    "reason_code", "due_at", "due_provisional", "extended_due_at",
)  # fmt: skip
OF_EVENT = ("case_id", "kind", "at", "until", "reason_code")


def read(
    engine: Engine, city: str, as_of: datetime, closed_since: datetime
) -> Iterator[tuple[Any, list[Any]]]:
    """Cases received until a moment and not closed for good before another; each with its events.

    A row has ABOUT, MOMENTS, and of its batch `synthetic` and `observed_until`; an event OF_EVENT.
    Events come in the order in which they happened, those after the moment too.
    """
    followed = _followed(city, as_of, closed_since)
    with engine.connect().execution_options(yield_per=10_000) as connection:
        events = defaultdict(list)
        for event in connection.execute(_events(followed)):
            events[event.case_id].append(event)
        for row in connection.execute(_cases(followed)):
            yield row, events.get(row.id, [])


def numbers(engine: Engine, city: str) -> list[str]:
    """The number of every case of a city."""
    with engine.connect() as connection:
        return list(
            connection.execute(select(CASES.c.number).where(CASES.c.city == city)).scalars()
        )


def _followed(city: str, as_of: datetime, closed_since: datetime) -> ColumnElement[bool]:
    """A case that was taken up again after it was closed is open."""
    later = EVENTS.alias("later").c
    again = exists().where(
        later.case_id == CASES.c.id, later.kind == "reopen",
        later.at >= CASES.c.closed_at, later.at <= as_of,
    )  # fmt: skip
    closed = CASES.c.closed_at
    alive = or_(closed.is_(None), closed > as_of, closed >= closed_since, again)
    return and_(CASES.c.city == city, CASES.c.received_at <= as_of, alive)


def _cases(followed: ColumnElement[bool]) -> Select[Any]:
    columns = [CASES.c[name] for name in (*ABOUT, *MOMENTS)]
    joined = select(*columns, BATCHES.c.synthetic, BATCHES.c.observed_until)
    return joined.join_from(CASES, BATCHES).where(followed).order_by(CASES.c.id)


def _events(followed: ColumnElement[bool]) -> Select[Any]:
    mine = EVENTS.c
    query = select(*(mine[name] for name in OF_EVENT)).join_from(EVENTS, CASES)
    return query.where(followed).order_by(mine.case_id, mine.at, mine.seq)
