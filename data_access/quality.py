"""How good the data behind a release are, as the release itself tells it."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Column, MetaData, String, Table, select

from data_access.published import Release, rows

quality = Table(
    "quality",
    MetaData(),
    Column("topic", String, nullable=False),  # see pipeline/data_quality.py
    Column("key", String, nullable=False),
    Column("grain", String, nullable=False),  # of a table of cells; else ""
    Column("number", BigInteger),
    Column("total", BigInteger),  # of so many; NULL where there is no whole
    Column("withheld", String),  # why there is no number
)


class Row(NamedTuple):
    """One statement about the data: `number` of `total`, or why it is not told."""

    topic: str
    key: str
    grain: str
    number: int | None
    total: int | None
    withheld: str | None


def read(release: Release) -> list[Row]:
    """Every row in the order told; none in a release made before there was such a table."""
    return [Row(*row.values()) for row in rows(release, select(quality))]
