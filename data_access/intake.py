"""When cases come in and by which way, as a release tells them: rounded down to tens."""

from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, MetaData, String, Table, select

from data_access.published import Release, rows

OTHER = "*"  # ways that too few took: told together
FEWEST = 100  # cases of a period by which a way is told under its own name
DAYS, HOURS = 7, 24
WIDTHS = (1, 2, 3, 4, 6)  # hours that one number may stand for
META = MetaData()
rhythm = Table(
    "rhythm",
    META,
    Column("period", String, nullable=False),  # a calendar year that is over
    Column("weekday", BigInteger, nullable=False),  # 1 is Monday
    Column("hour", BigInteger, nullable=False),  # the first one that is counted, 0 to 23
    Column("hours", BigInteger, nullable=False),  # of WIDTHS
    Column("at_least", BigInteger, nullable=False),  # cases, rounded down to tens
)
channels = Table(
    "channels",
    META,
    Column("period", String, nullable=False),  # a quarter or year that is over
    Column("channel", String, nullable=False),  # in the hotline's own words, or OTHER
    Column("at_least", BigInteger, nullable=False),
)


class Hours(NamedTuple):
    """Cases that came in on one weekday of a year, from one hour on."""

    period: str
    weekday: int
    hour: int
    hours: int
    at_least: int


class Way(NamedTuple):
    """Cases of a period that came in one way."""

    period: str
    channel: str
    at_least: int


def hours(release: Release) -> list[Hours]:
    """All of `rhythm`, day by day; none where the release has no such table."""
    return [Hours(**row) for row in _sorted(release, rhythm)]


def ways(release: Release) -> list[Way]:
    """All of `channels`, the most taken first; none where the release has no such table."""
    found = [Way(**row) for row in _sorted(release, channels)]
    return sorted(found, key=lambda one: (one.period, one.channel == OTHER, -one.at_least))


def _sorted(release: Release, table: Table) -> list[dict[str, Any]]:
    return rows(release, select(table).order_by(*table.c[:-1]))
