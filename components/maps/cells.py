"""Hexagons as they are drawn: outline, colour, where they lie, and what they stand for."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from h3 import cell_to_boundary, cell_to_latlng, geo_to_cells, get_resolution

from cities import divisions
from components import session
from components.maps import borders, colours
from components.maps.labels import Name, Point, Ring, placed
from components.maps.places import area_name
from components.session import t
from data_access.hexagons import Hexagon
from data_access.tens import ROUND
from metrics import numerals

EDGE = 20  # pixels left and right of the cells, for names of places at the very edge


class Cell(NamedTuple):
    """A hexagon as it is drawn: its corners, its colour, and what is said of it."""

    outline: Ring
    fill: colours.Rgb
    at_least: int
    at: str
    shown: str


def drawn(cells: Sequence[Hexagon]) -> list[Cell]:
    """The hexagons, the fullest first and the darkest."""
    return [
        Cell(
            _outline(one),
            colours.shade(one.at_least, ROUND, cells[0].at_least),
            one.at_least,
            at(one),
            t("map.cell_shown", n=numerals.count(one.at_least)),
        )
        for one in cells
    ]


def _outline(one: Hexagon) -> Ring:
    corners = [(lon, lat) for lat, lon in cell_to_boundary(one.cell)]
    return [*corners, corners[0]]


def names(cells: Sequence[Hexagon]) -> list[Name]:
    """The areas from which cases came: without these nobody finds their own place.

    Each at the fullest of its hexagons, and no more of them than a phone has room for.
    """
    fullest: dict[str, Hexagon] = {}
    for one in cells:
        if area := area_of(one):
            fullest.setdefault(area, one)
    named = ((area_name(area), _centre(one)) for area, one in fullest.items())
    corners = [corner for one in cells for corner in _outline(one)]
    return list(placed(named, borders.fit(corners, EDGE).scale))


def _centre(one: Hexagon) -> Point:
    lat, lon = cell_to_latlng(one.cell)
    return lon, lat


def at(one: Hexagon) -> str:
    """The area of a hexagon, and its centre."""
    area = area_of(one)
    return t("map.cell_in", area=area_name(area), at=_middle(one)) if area else _middle(one)


def place(one: Hexagon) -> str:
    """The area of a hexagon, or its centre where no border tells the area."""
    area = area_of(one)
    return area_name(area) if area else _middle(one)


def _middle(one: Hexagon) -> str:
    """Its centre to about a kilometre."""
    lon, lat = _centre(one)
    return t("map.cell_at", lat=f"{lat:.2f}", lon=f"{lon:.2f}")


def area_of(one: Hexagon) -> str:
    """The area in which the centre of a hexagon lies; nothing where no border tells."""
    return _areas(session.city().id, get_resolution(one.cell)).get(one.cell, "")


@cache
def _areas(city: str, resolution: int) -> Mapping[str, str]:
    found = divisions.borders(city) or {"features": []}
    return {
        cell: feature["properties"]["code"]
        for feature in found["features"]
        for cell in geo_to_cells(feature["geometry"], resolution)
    }
