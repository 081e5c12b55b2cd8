"""The case database as a serving process holds it: one engine, opened once."""

from functools import lru_cache
from threading import Lock

from sqlalchemy import Engine

from data_access.cases.engine import connect, url

OPENING = Lock()  # migrations are run on opening, and alembic knows one thread only


def engine() -> Engine:
    """The engine on the case database that the settings name now."""
    with OPENING:
        return _engine(url())


@lru_cache(maxsize=4)
def _engine(address: str) -> Engine:
    return connect(address)
