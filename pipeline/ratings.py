"""Take what callers say in the look-up into the case database: ratings, and doubts that remain."""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Engine

from cities import City
from data_access.cases import ways
from data_access.lookup import collecting
from data_access.lookup.collecting import Collected
from data_access.lookup.writing import Secrets
from data_access.supervision import ratings

AT_ONCE = 500


class Taken(NamedTuple):
    """How many ratings were new or changed, and how many doubts were among them."""

    ratings: int
    doubts: int


def collect(cases: Engine, city: City, store: Engine, held: Secrets) -> Taken:
    """Bring the case database up to date with the look-up store.

    Each lot is in the case database before the store forgets its texts; killed in between, the
    next run takes it in again, which changes nothing.
    """
    if not collecting.waiting(store, city.id):
        return Taken(0, 0)
    found, doubts = 0, 0
    numbers = ways.numbers(cases, city.id)
    for some in _lots(collecting.read(store, held, city.id, numbers)):
        with cases.begin() as connection:
            told = [(one.number, one.rating) for one in some]
            doubts += ratings.take(connection, city.id, told)
        collecting.done(store, some)
        found += len(some)
    return Taken(found, doubts)


def _lots(some: Iterator[Collected]) -> Iterator[list[Collected]]:
    while lot := list(islice(some, AT_ONCE)):
        yield lot
