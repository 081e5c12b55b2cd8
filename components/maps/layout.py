"""Where a tile stands in the diagrams of areas and towns. No geography: neighbours stay near."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

from cities.divisions import Town

APART = 2  # rows of towns between the middles of two areas that are not side by side
WIDE = 4  # tiles in a row where nothing is known of places


@dataclass(frozen=True)
class Tile:
    """The north-west corner of a tile, in tiles from that of the diagram."""

    code: str
    col: float
    row: int


def of_towns(towns: Sequence[Town], area: str) -> list[Tile]:
    """The towns of one area, moved to the corner of a diagram of their own."""
    inside = [town for town in towns if town.area == area]
    west, north = (
        min((getattr(town, way) for town in inside), default=0) for way in ("col", "row")
    )
    return [Tile(town.code, town.col - west, town.row - north) for town in inside]


def of_areas(towns: Sequence[Town], codes: Sequence[str]) -> list[Tile]:
    """One tile an area, where the middle of its towns is; in plain rows if that is not known.

    Areas are put into rows from north to south, and within a row to the nearest half tile.
    """
    middles = {code: _middle(towns, code) for code in codes}
    known = {code: middle for code, middle in middles.items() if middle is not None}
    if not codes or len(known) < len(codes):
        return [Tile(code, place % WIDE, place // WIDE) for place, code in enumerate(codes)]
    lines = _lines(known)
    west, east = (end(known[code][0] for code in codes) for end in (min, max))
    steps = max(len(line) for line in lines) - 1
    pitch = (east - west) / steps if steps and east > west else 1.0
    return [
        tile
        for row, line in enumerate(lines)
        for tile in _spread(row, {code: (known[code][0] - west) / pitch for code in line})
    ]


def _middle(towns: Sequence[Town], area: str) -> tuple[float, float] | None:
    inside = [town for town in towns if town.area == area]
    if not inside:
        return None
    return fmean(town.col for town in inside), fmean(town.row for town in inside)


def _lines(middles: dict[str, tuple[float, float]]) -> list[list[str]]:
    """Areas from north to south, in rows; within a row from west to east."""
    southward = sorted(middles, key=lambda code: middles[code][1])
    lines = [southward[:1]]
    for north, south in pairwise(southward):
        if middles[south][1] - middles[north][1] < APART:
            lines[-1].append(south)
        else:
            lines.append([south])
    return [sorted(line, key=lambda code: middles[code][0]) for line in lines]


def _spread(row: int, columns: dict[str, float]) -> list[Tile]:
    """Tiles of one row at the nearest half column, none on top of another."""
    placed: list[Tile] = []
    for code, column in columns.items():
        least = placed[-1].col + 1 if placed else 0.0
        placed.append(Tile(code, max(least, round(column * 2) / 2), row))
    return placed
