"""The city's cases by hexagons: neither basemap nor districts, and a table beside them.

The outlines are worked out here and drawn as plain polygons, so the browser asks nobody for more.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pydeck as pdk
import streamlit as st
from h3 import cell_to_boundary, cell_to_latlng

from cities import divisions
from components import cached, notes, session, tables, words
from components.maps import borders, colours, figures
from components.maps.legend import steps
from components.session import t
from data_access import hexagons
from data_access.hexagons import Hexagon, Hexagons
from data_access.published import Release, Scope
from data_access.tens import ROUND
from metrics import numerals, registry

LISTED = 10  # cells in the table
FILL = 225  # of 255: a county's border below a cell is seen through it


def told(period: str) -> Hexagons:
    """What the release tells of a period."""
    return _read(cached.release(), period)


@cached.kept(200)
def _read(here: Release, period: str) -> Hexagons:
    return hexagons.read(here, period)


def show(scope: Scope) -> None:
    """The cells of a period: what they say in a sentence, the drawing, and the fullest as a table.

    There is one cell at least.
    """
    found, language = told(scope.period), session.language()
    received = registry.get(figures.VOLUME)
    whole, when = figures.whole(received, scope), words.when(language, scope.period)
    most = numerals.count(found.cells[0].at_least)
    st.subheader(t("map.cells_finding", when=when, most=most), anchor=False)
    st.caption(t("site.as_of", day=numerals.day(cached.release().as_of)))
    st.markdown(t("map.not_needs"))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _drawn(found.cells)
        steps(numerals.count(ROUND), most)
        st.caption(t("map.cells_hint"))
    with right:
        st.caption(t("map.cells_table"))
        tables.linked([_row(cell) for cell in found.cells[:LISTED]], t("map.cells_table"))
        located, all_of = (
            numerals.count(number) for number in (found.located, whole.numerator if whole else None)
        )
        st.caption(t("map.cells_located", when=when, received=all_of, located=located))
        st.caption(t("map.cells_left_out"))
    notes.how(received)


def _drawn(cells: Sequence[Hexagon]) -> None:
    said = t("map.then").join(f"{_at(one)} {_cases(one)}" for one in cells[:LISTED])
    st.pydeck_chart(deck(cells), height=borders.HIGH, alt=t("map.cells_alt", told=said))
    if borders.allowed():
        number = session.city().map_review_number
        st.caption(t("map.review_number", number=number))


def deck(cells: Sequence[Hexagon]) -> pdk.Deck:
    """The cells, over the borders of the counties where the public may see these."""
    shapes = [_shape(one, cells[0].at_least) for one in cells]
    layer = pdk.Layer(
        "PolygonLayer", shapes, id="cells", pickable=True, auto_highlight=True,
        highlight_color=[255, 196, 120, 140], get_polygon="outline", get_fill_color="fill",
        get_line_color=[*borders.LINE, 255], line_width_min_pixels=1,
    )  # fmt: skip
    points = [point for shape in shapes for point in shape["outline"]]
    return borders.still([*_counties(), layer], points, "{at}\n{shown}")


def _counties() -> Iterator[pdk.Layer]:
    found = divisions.borders(session.city().id) if borders.allowed() else None
    if found:
        yield pdk.Layer(
            "GeoJsonLayer", found, id="counties", filled=False,
            get_line_color=[*borders.LINE, 255], line_width_min_pixels=1,
        )  # fmt: skip


def _shape(one: Hexagon, most: int) -> dict[str, Any]:
    return {
        "outline": [[lon, lat] for lat, lon in cell_to_boundary(one.cell)],
        "fill": [*colours.shade(one.at_least, ROUND, most), FILL],
        "at": _at(one), "shown": _cases(one),
    }  # fmt: skip


def _row(one: Hexagon) -> tables.Row:
    return {t("map.cell_centre"): _at(one), t("map.cell_cases"): numerals.count(one.at_least)}


def _at(one: Hexagon) -> str:
    """The centre of a cell, to about a kilometre."""
    lat, lon = cell_to_latlng(one.cell)
    return t("map.cell_at", lat=f"{lat:.2f}", lon=f"{lon:.2f}")


def _cases(one: Hexagon) -> str:
    return t("map.cell_shown", n=numerals.count(one.at_least))
