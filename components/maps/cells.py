"""Hexagons as they are drawn: outline, colour, where they lie, and what they stand for."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from h3 import cell_to_boundary, cell_to_latlng, geo_to_cells, get_resolution

from cities import divisions
from components import session
from components.maps import colours
from components.maps.places import area_name
from components.session import t
from data_access.hexagons import Hexagon
from data_access.tens import ROUND
from metrics import numerals

Ring = list[tuple[float, float]]  # longitude and latitude in degrees, point by point


class Cell(NamedTuple):
    """A hexagon as it is drawn: its corners, its colour, and what is said of it."""

    outline: Ring
    fill: colours.Rgb
    at_least: int
    at: str
    shown: str


class Name(NamedTuple):
    """Where the name of an area is written: at the fullest of its hexagons."""

    text: str
    lon: float
    lat: float


def drawn(cells: Sequence[Hexagon]) -> list[Cell]:
    """The hexagons, the fullest first and the darkest."""
    return [
        Cell(
            [(lon, lat) for lat, lon in cell_to_boundary(one.cell)],
            colours.shade(one.at_least, ROUND, cells[0].at_least),
            one.at_least,
            at(one),
            t("map.cell_shown", n=numerals.count(one.at_least)),
        )
        for one in cells
    ]


def names(cells: Sequence[Hexagon]) -> list[Name]:
    """The areas from which cases came, by name: without these nobody finds their own place."""
    fullest: dict[str, Hexagon] = {}
    for one in cells:
        if area := area_of(one):
            fullest.setdefault(area, one)
    return [
        Name(area_name(area), lon, lat)
        for area, one in fullest.items()
        for lat, lon in [cell_to_latlng(one.cell)]
    ]


def at(one: Hexagon) -> str:
    """The area of a hexagon, and its centre to about a kilometre."""
    lat, lon = cell_to_latlng(one.cell)
    centre = t("map.cell_at", lat=f"{lat:.2f}", lon=f"{lon:.2f}")
    area = area_of(one)
    return t("map.cell_in", area=area_name(area), at=centre) if area else centre


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
