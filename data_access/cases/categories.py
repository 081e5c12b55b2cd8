"""Whether a case was put into another category, and what the files told of it.

An event may tell so, and so do two files that tell different categories. What a file tells is known
from the moment up to which it tells of everything; where that is not told, from when it came in.
A level left blank tells nothing: to fill one in, or to leave one out, changes no category.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    column,
    exists,
    func,
    or_,
    select,
    table,
)

from data_access.cases.records import Case, Event
from data_access.cases.schema import Batch, table_of

KIND = "recategorised"  # of an event, and the flag of a case
LEVELS = ("category", "category2", "category3")
CASES, EVENTS, BATCHES = map(table_of, (Case, Event, Batch))
# Named here and not taken from `kinds`, which knows callers: counting must not reach those.
VERSIONS = table(
    "cases_versions", column("id"), column("row_id"), column("batch_id"), *map(column, LEVELS)
)


def _known_at() -> ColumnElement[datetime]:
    return func.coalesce(BATCHES.c.observed_until, BATCHES.c.started_at)


@dataclass(frozen=True)
class Retold:
    """A file told another category than the files before it, which was known from `at` on."""

    at: datetime
    before: tuple[str, ...]  # by level
    after: tuple[str, ...]


def changed(as_of: datetime) -> ColumnElement[bool]:
    """The case was put into another category until a moment, as far as that is told."""
    event = EVENTS.c
    told = exists().where(event.case_id == CASES.c.id, event.kind == KIND, event.at <= as_of)
    known = select(BATCHES.c.id).where(_known_at() <= as_of)
    earlier = and_(VERSIONS.c.row_id == CASES.c.id, VERSIONS.c.batch_id.in_(known))
    now = exists().where(earlier, CASES.c.batch_id.in_(known), or_(*map(_differs, LEVELS)))
    among = select(VERSIONS.c.row_id).where(earlier).group_by(VERSIONS.c.row_id)
    return or_(told, now, among.having(or_(*map(_differed, LEVELS))).exists())


def _differs(level: str) -> ColumnElement[bool]:
    """An earlier version and the case tell different words."""
    old, new = VERSIONS.c[level], CASES.c[level]
    return and_(old != "", new != "", old != new)


def _differed(level: str) -> ColumnElement[bool]:
    """The earlier versions tell different words among themselves."""
    told = func.nullif(VERSIONS.c[level], "")
    return func.min(told) != func.max(told)


def turned(city: str, after: datetime, until: datetime) -> Iterator[Select[Any]]:
    """Cases whose word on this may differ between two moments though no record of them does.

    A file that told another category was known at one of the two alone.
    """
    batches = select(BATCHES.c.id).where(
        BATCHES.c.city == city, _known_at() > after, _known_at() <= until
    )
    other = VERSIONS.alias("other")
    apart = or_(*(other.c[name] != CASES.c[name] for name in LEVELS))
    several = and_(CASES.c.city == city, exists().where(other.c.row_id == CASES.c.id, apart))
    yield select(CASES.c.id).where(several, CASES.c.batch_id.in_(batches))
    mine = select(CASES.c.id).join_from(CASES, VERSIONS, VERSIONS.c.row_id == CASES.c.id)
    yield mine.where(several, VERSIONS.c.batch_id.in_(batches))


def retold(connection: Connection, case: int) -> list[Retold]:
    """Each time a file told another category of a case, in the order in which they came in."""
    levels = [VERSIONS.c[name] for name in LEVELS]
    earlier = select(_known_at(), *levels).where(VERSIONS.c.row_id == case)
    earlier = earlier.join_from(VERSIONS, BATCHES, BATCHES.c.id == VERSIONS.c.batch_id)
    now = select(_known_at(), *(CASES.c[name] for name in LEVELS)).where(CASES.c.id == case)
    now = now.join_from(CASES, BATCHES, BATCHES.c.id == CASES.c.batch_id)
    rows = [*connection.execute(earlier.order_by(VERSIONS.c.id)), *connection.execute(now)]
    found, last = [], ("",) * len(LEVELS)
    for at, *told in rows:
        known = tuple(new or old for new, old in zip(told, last, strict=True))
        if any(old and old != new for new, old in zip(known, last, strict=True)):
            found.append(Retold(at, last, known))
        last = known
    return found
