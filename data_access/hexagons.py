"""From which parts of a city cases came, as a release tells them: hexagons of ten and more."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Column, MetaData, String, Table, select

from data_access.published import Release, rows

EVERYWHERE = ""  # instead of a cell: all cases with a point, in whatever cell
hexagons = Table(
    "hexagons",
    MetaData(),
    Column("period", String, nullable=False),  # a closed quarter or year
    Column("hexagon", String, nullable=False),  # an H3 cell of resolution 7, or EVERYWHERE
    Column("at_least", BigInteger, nullable=False),  # cases received, rounded down to tens
)


class Hexagon(NamedTuple):
    """A cell, and how many cases at least came from it."""

    cell: str
    at_least: int


class Hexagons(NamedTuple):
    """The cells of a period, the fullest first; at least so many cases `located`, in all cells."""

    cells: list[Hexagon]
    located: int


def read(release: Release, period: str) -> Hexagons:
    """What is told of a period: no cell where the release has no such table or none so full."""
    told = hexagons.c
    query = select(told.hexagon, told.at_least).where(told.period == period)
    found = rows(release, query.order_by(told.at_least.desc(), told.hexagon))
    counts = [Hexagon(row["hexagon"], row["at_least"]) for row in found]
    located = sum(one.at_least for one in counts if one.cell == EVERYWHERE)
    return Hexagons([one for one in counts if one.cell != EVERYWHERE], located)
