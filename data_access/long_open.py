"""Cases that wait for long, as a release tells them: in groups of ten and more."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Column, MetaData, String, Table, select

from data_access.published import Release, rows

STEPS = ("accepting", "dispatching", "signing", "handling", "replying", "closing")
PASSED, UNTOLD = "passed", ""  # of what was promised: it is over, or nothing was
MOVED = ("0", "1", "2", "3+")
MERGED = "*"  # too few had the same: told together, whatever they had here
long_open = Table(
    "long_open",
    MetaData(),
    Column("category", String, nullable=False),
    Column("step", String, nullable=False),  # of STEPS
    Column("reason_code", String, nullable=False),  # of the last extension
    Column("promised", String, nullable=False),  # month of the deadline in force, or PASSED
    Column("moved", String, nullable=False),  # of MOVED: how often
    Column("at_least", BigInteger, nullable=False),  # cases, rounded down to tens
)
KEYS = tuple(long_open.c.keys()[:-1])


class Group(NamedTuple):
    """Cases that wait at one step, for one reason, until one month."""

    category: str
    step: str
    reason_code: str
    promised: str
    moved: str
    at_least: int


def read(release: Release) -> list[Group]:
    """Every group, the largest first; none where the release has no such table."""
    order = (long_open.c.at_least.desc(), *(long_open.c[name] for name in KEYS))
    return [Group(**row) for row in rows(release, select(long_open).order_by(*order))]
