"""The schematic map (示意图): one tile a place, with its name and figure on it. No geography."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from components.charts.drawing import CHOSEN, LINE, drawn, undrawn
from components.drawn import Drawn, Row
from components.maps.colours import css
from components.maps.labels import ems
from components.maps.layout import Tile
from components.maps.places import Place
from components.session import t

HIGH = {"areas": 100, "towns": 84}  # pixels: a tile
GAP = 0.04  # of a tile, left free on each side
HATCHES = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75)  # where the lines of a withheld tile begin
LEAST, MOST = 9, 15  # pixels: letters
ROOM = 4  # pixels of a tile that letters leave free


def draw(
    tiles: Sequence[Tile], places: Sequence[Place], said: str, rows: Sequence[Row],
    clickable: bool = False,
) -> Drawn:  # fmt: skip
    """The tiles, described by `said`. Those that can be clicked are areas, the others towns."""
    corners = {tile.code: tile for tile in tiles}
    pairs = [(place, corners[place.code]) for place in places if place.code in corners]
    if not pairs:
        return undrawn()
    titles = (t("table.name"), t("table.value"), t("chart.basis"))
    frame = pd.DataFrame([_row(place, tile) for place, tile in pairs])
    return drawn(_chart(frame, titles, clickable), said, rows)


def _row(place: Place, tile: Tile) -> dict[str, Any]:
    return {
        "code": place.code, "name": place.name, "shown": place.shown, "basis": place.basis,
        "x": tile.col + GAP, "x2": tile.col + 1 - GAP, "xm": tile.col + 0.5,
        "y": tile.row + GAP, "y2": tile.row + 1 - GAP, "ym": tile.row + 0.5,
        "fill": css(place.fill) if place.fill else None, "ink": css(place.ink),
    }  # fmt: skip


def _chart(
    frame: pd.DataFrame, titles: tuple[str, str, str], clickable: bool
) -> alt.LayerChart | alt.FacetChart:
    wide, high = (float(frame[end].max()) + GAP for end in ("x2", "y2"))
    x = alt.Scale(domain=[0, wide])
    y = alt.Scale(domain=[0, high], reverse=True)
    shown_of = zip(("name", "shown", "basis"), titles, strict=True)
    base = alt.Chart(frame).encode(
        tooltip=[alt.Tooltip(f"{field}:N", title=title) for field, title in shown_of]
    )
    box = base.mark_rect(
        stroke=LINE, strokeWidth=1, cornerRadius=4, cursor="pointer" if clickable else "default"
    ).encode(**_ends(x, y), color=alt.Color("fill:N", scale=None))
    if clickable:
        box = box.add_params(alt.selection_point(name=CHOSEN, fields=["code"], on="click"))
    middle = base.encode(
        x=alt.X("xm:Q", scale=x, axis=None), y=alt.Y("ym:Q", scale=y, axis=None),
        color=alt.Color("ink:N", scale=None),
    )  # fmt: skip
    letters = _letters(frame, wide)
    name = middle.mark_text(dy=-10, fontSize=letters, fontWeight="bold").encode(text="name:N")
    shown = middle.mark_text(dy=10, fontSize=letters).encode(text="shown:N")
    layers: list[alt.Chart] = [box, *_hatches(frame, x, y), name, shown]
    return alt.layer(*layers).properties(
        height=round(high * HIGH["areas" if clickable else "towns"]),
        padding={"left": 0, "right": 0, "top": 2, "bottom": 2},
    )


def _letters(frame: pd.DataFrame, wide: float) -> Any:
    """As large as the longest text on a tile allows, at whatever width the chart is drawn."""
    inside = (1 - 2 * GAP) / wide  # of the chart: a tile
    longest = max(ems(text) for field in ("name", "shown") for text in frame[field])
    return alt.expr(f"clamp((width * {inside:.3f} - {ROOM}) / {longest:.2f}, {LEAST}, {MOST})")


def _ends(x: alt.Scale, y: alt.Scale) -> dict[str, Any]:
    """From corner to corner."""
    return {
        "x": alt.X("x:Q", scale=x, axis=None), "x2": "x2:Q",
        "y": alt.Y("y:Q", scale=y, axis=None), "y2": "y2:Q",
    }  # fmt: skip


def _hatches(frame: pd.DataFrame, x: alt.Scale, y: alt.Scale) -> list[alt.Chart]:
    """Slanting lines over the tiles whose figure is withheld; none where there is none."""
    lines = [
        _line(row["code"], row["x"], row["y"], start)
        for row in frame[frame["fill"].isna()].to_dict("records")
        for start in HATCHES
    ]
    if not lines:
        return []
    rule = alt.Chart(pd.DataFrame(lines)).mark_rule(color=LINE, strokeWidth=1, opacity=0.45)
    return [rule.encode(**_ends(x, y))]


def _line(code: str, west: float, north: float, start: float) -> dict[str, Any]:
    """A line up to the right through a tile; `start` counts sides along its top and its left."""
    side = 1 - 2 * GAP
    low, high = max(0.0, start - 1) * side, min(1.0, start) * side
    return {
        "code": code, "x": west + low, "x2": west + high, "y": north + high, "y2": north + low,
    }  # fmt: skip
