"""Hexagons as a drawing that can be handed out: the same cells as pydeck draws, in Vega-Lite."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from components.charts.drawing import LINE, drawn
from components.drawn import Drawn, Row
from components.maps.cells import Cell
from components.maps.colours import DARK, LIGHT, STEPS, Rgb, css
from components.maps.labels import LETTERS, Name, Ring
from components.session import t
from metrics import numerals

HIGH, HALO = 420, 3  # pixels


def draw(
    cells: Sequence[Cell], names: Sequence[Name], outlines: Sequence[Ring], said: str,
    rows: Sequence[Row],
) -> Drawn:  # fmt: skip
    """The cells over the outlines, if any, with the areas' names and a key to the colours."""
    layers = [_lines(outlines)] if outlines else []
    layers += [_cells(cells), *_names(names)]
    return drawn(alt.layer(*layers).project("mercator").properties(height=HIGH), said, rows)


def _cells(cells: Sequence[Cell]) -> alt.Chart:
    steps = _steps(cells)
    # D3 wants an outline clockwise, H3 goes round the other way.
    shapes = [
        _shape("Polygon", [one.outline[::-1]], step=steps[one.fill], at=one.at, shown=one.shown)
        for one in cells
    ]
    scale = alt.Scale(domain=list(steps.values()), range=[css(step) for step in steps])
    legend = alt.Legend(title=t("map.cell_cases"), orient="bottom", symbolType="square")
    marks: alt.Chart = alt.Chart(alt.InlineData(values=shapes)).mark_geoshape(
        stroke=LINE, strokeWidth=0.5
    )
    return marks.encode(
        color=alt.Color("properties.step:N", scale=scale, legend=legend),
        tooltip=[
            alt.Tooltip("properties.at:N", title=t("map.cell_centre")),
            alt.Tooltip("properties.shown:N", title=t("map.cell_cases")),
        ],
    )


def _steps(cells: Sequence[Cell]) -> dict[Rgb, str]:
    """What each colour that is used stands for, from light to dark: the least and most cases."""
    counts = {step: [one.at_least for one in cells if one.fill == step] for step in STEPS}
    return {step: _span(min(told), max(told)) for step, told in counts.items() if told}


def _span(low: int, high: int) -> str:
    return "–".join(numerals.count(end) for end in sorted({low, high}))


def _lines(outlines: Sequence[Ring]) -> alt.Chart:
    shapes = [_shape("LineString", ring) for ring in outlines]
    lines = alt.Chart(alt.InlineData(values=shapes))
    marks: alt.Chart = lines.mark_geoshape(filled=False, stroke=LINE)
    return marks


def _names(names: Sequence[Name]) -> list[alt.Chart]:
    """Each beside its place, in a halo: it may stand on hexagons of any colour."""
    halo = {"stroke": css(LIGHT), "strokeWidth": HALO, "strokeJoin": "round"}
    written: list[dict[str, Any]] = [halo, {"color": css(DARK)}]
    return [
        alt.Chart(pd.DataFrame([one for one in names if one.below == below]))
        .mark_text(dy=below, fontSize=LETTERS, fontWeight="bold", **how)
        .encode(longitude="lon:Q", latitude="lat:Q", text="text:N")
        for below in sorted({one.below for one in names})
        for how in written
    ]


def _shape(kind: str, coordinates: Any, **told: str) -> dict[str, Any]:
    return {
        "type": "Feature", "properties": told,
        "geometry": {"type": kind, "coordinates": coordinates},
    }  # fmt: skip
