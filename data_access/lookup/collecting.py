"""Take ratings out of the look-up store: the pipeline's side, which needs the filling key."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import Engine, Select, select, update

from data_access.lookup import rating, writing
from data_access.lookup.rating import Rating
from data_access.lookup.schema import ENTRIES, RATINGS
from data_access.lookup.writing import Secrets


class Collected(NamedTuple):
    """A rating that nobody has taken in yet, of which case, and how to say that it was."""

    number: str
    rating: Rating
    key: bytes
    handle: bytes
    revision: int


def waiting(engine: Engine, city: str) -> bool:
    """Whether there is anything to take in."""
    with engine.connect() as connection:
        return connection.execute(_waiting(city).limit(1)).first() is not None


def read(engine: Engine, held: Secrets, city: str, numbers: Iterable[str]) -> Iterator[Collected]:
    """The ratings of a city's cases that are new or changed."""
    with engine.connect() as connection:
        rows = {row.handle: row for row in connection.execute(_waiting(city))}
    for number in numbers:
        row = rows.get(writing.handle_of(held, city, number))
        if row is not None:
            key = writing.key_of(held, row.handle, row.renewal)
            found = writing.fitting(rating.opened(key, row.content, row.handle))
            yield Collected(number, found, key, row.handle, row.revision)


def done(engine: Engine, some: Iterable[Collected]) -> None:
    """Mark ratings as taken in, and take their texts out of the store.

    One that its caller has changed meanwhile is left for the next time.
    """
    with engine.begin() as connection:
        for one in some:
            bare = rating.sealed(one.key, replace(one.rating, remark="", doubt=""), one.handle)
            mine = (RATINGS.c.handle == one.handle) & (RATINGS.c.revision == one.revision)
            connection.execute(update(RATINGS).where(mine).values(content=bare, taken=one.revision))


def _waiting(city: str) -> Select[Any]:
    joined = RATINGS.join(ENTRIES, ENTRIES.c.handle == RATINGS.c.handle)
    columns = (RATINGS.c.handle, RATINGS.c.content, RATINGS.c.revision, ENTRIES.c.renewal)
    return (
        select(*columns)
        .select_from(joined)
        .where(ENTRIES.c.city == city, RATINGS.c.revision > RATINGS.c.taken)
    )
