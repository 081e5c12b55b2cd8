"""The city's cases by hexagons: neither basemap nor districts, and a table beside them.

The outlines are worked out here and drawn as plain polygons, so the browser asks nobody for more.
On the page they are drawn by pydeck, as a file by Vega-Lite: the same cells, names and words.
"""

from collections.abc import Iterator, Sequence

import pydeck as pdk
import streamlit as st

from components import cached, notes, session, tables, views, words
from components.drawn import Drawn, Row
from components.maps import borders, cells, figures, honeycomb, places
from components.maps.legend import steps
from components.session import t
from components.views import Ask
from data_access import hexagons
from data_access.hexagons import Hexagon, Hexagons
from data_access.published import Release, Scope
from data_access.tens import ROUND
from metrics import numerals, registry

LISTED = 10  # cells in the table
FILL = 225  # of 255: a county's border below a cell is seen through it
LINED = [*borders.LINE, 255]
SEEN_THROUGH = 210  # of 255: what a name stands on; the hexagons below are seen


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
    ask = Ask(scope)
    found, file = told(scope.period), views.drawn("hexagons", ask)
    received = registry.get(figures.VOLUME)
    st.subheader(file.title, anchor=False)
    st.caption(t("site.as_of", day=numerals.day(cached.release().as_of)))
    st.markdown(t("map.not_needs"))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _map(found.cells, file.said)
        steps(*(numerals.count(end) for end in (ROUND, found.cells[0].at_least)))
        views.handed_out("hexagons", ask, file.title)
        st.caption(t("map.cells_hint"))
    with right:
        st.caption(t("map.cells_table"))
        tables.linked([_row(cell) for cell in found.cells[:LISTED]], t("map.cells_table"))
        st.caption(_located(found, scope))
        st.caption(t("map.cells_left_out"))
    notes.how(received)


def _row(one: Hexagon) -> tables.Row:
    return {t("map.cell_centre"): cells.at(one), t("map.cell_cases"): numerals.count(one.at_least)}


def _located(found: Hexagons, scope: Scope) -> str:
    """How many cases the cells are of, and how many came in at all."""
    whole = figures.whole(registry.get(figures.VOLUME), scope)
    return t(
        "map.cells_located", when=words.when(session.language(), scope.period),
        received=numerals.count(whole.numerator if whole else None),
        located=numerals.count(found.located),
    )  # fmt: skip


def _periods(_: Ask) -> dict[str, str]:
    """The periods of which there are cells, and their grain."""
    found = cached.periods(figures.VOLUME, "area")
    return {label: grain for label, grain in found.items() if told(label).cells}


@views.view("hexagons", page="map", chosen={"view": "hexagons"}, period=_periods)
def _drawn(ask: Ask) -> Drawn:
    found = told(ask.scope.period)
    drawn = cells.drawn(found.cells)
    said = t("map.then").join(f"{one.at} {one.shown}" for one in drawn[:LISTED])
    rows: list[Row] = [
        {"name": cells.at(one), "cell": one.cell, "cases": one.at_least} for one in found.cells
    ]
    title = t(
        "map.cells_finding", when=words.when(session.language(), ask.scope.period),
        where=cells.place(found.cells[0]), most=numerals.count(found.cells[0].at_least),
    )  # fmt: skip
    chart = honeycomb.draw(
        drawn,
        cells.names(found.cells),
        borders.rings(borders.shown()),
        t("map.cells_alt", told=said),
        rows,
    )
    notes = [_located(found, ask.scope), t("map.cells_left_out"), t("map.not_needs")]
    return chart.under(title, *notes, *borders.credit())


def _map(found: Sequence[Hexagon], said: str) -> None:
    shapes = cells.drawn(found)
    corners = [corner for one in shapes for corner in one.outline]
    layers = [*_counties(), _filled(shapes), _named(found)]
    drawing = borders.still(layers, corners, "{at}\n{shown}", cells.EDGE)
    st.pydeck_chart(drawing, height=borders.high(corners, cells.EDGE), alt=said)
    for line in borders.credit():
        st.caption(line)


def _counties() -> Iterator[pdk.Layer]:
    """The borders of the areas, where the public may see these."""
    if found := borders.shown():
        yield pdk.Layer(
            "GeoJsonLayer", found, id="counties", filled=False,
            get_line_color=LINED, line_width_min_pixels=1,
        )  # fmt: skip


def _filled(shapes: Sequence[cells.Cell]) -> pdk.Layer:
    told = [
        {"outline": one.outline, "fill": [*one.fill, FILL], "at": one.at, "shown": one.shown}
        for one in shapes
    ]
    return pdk.Layer(
        "PolygonLayer", told, id="cells", pickable=True, auto_highlight=True,
        highlight_color=[255, 196, 120, 140], get_polygon="outline", get_fill_color="fill",
        get_line_color=LINED, line_width_min_pixels=0.5,
    )  # fmt: skip


def _named(found: Sequence[Hexagon]) -> pdk.Layer:
    names = [
        {"text": one.text, "at": [one.lon, one.lat], "aside": [0, one.below]}
        for one in cells.names(found)
    ]
    ink, ground = places.paper()
    return borders.written(
        names, get_color=[*ink, 255], get_pixel_offset="aside",
        background=True, get_background_color=[*ground, SEEN_THROUGH],
    )  # fmt: skip
