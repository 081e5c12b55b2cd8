"""Early-warning signals of closed quarters, as a release tells them."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Column, MetaData, String, Table, select

from data_access.published import Release, rows

warnings = Table(
    "warnings",
    MetaData(),
    Column("period", String, nullable=False),  # a quarter
    Column("area", String, nullable=False),  # ALL: not narrowed
    Column("category", String, nullable=False),
    Column("signals", BigInteger),
    Column("withheld", String),  # why there is no number
)


class Signals(NamedTuple):
    """How many signals there were in a quarter: in all, by area, or by category."""

    period: str
    area: str
    category: str
    signals: int | None
    withheld: str | None


def read(release: Release) -> list[Signals]:
    """Every row in the order told; none where the release has no such table."""
    return [Signals(*row.values()) for row in rows(release, select(warnings))]
