"""The map with borders: no basemap, nothing from another machine, a click chooses an area.

Only for a city whose profile has a map review number (审图号), which is printed below it: rules
for maps (地图管理条例) articles 15 and 16.
"""

from collections.abc import Callable, Sequence
from math import ceil, cos, log2, radians
from typing import Any, NamedTuple

import pydeck as pdk
import streamlit as st

from cities.divisions import borders
from components import session
from components.maps.labels import LETTERS, Point, Ring
from components.maps.places import Place
from components.session import t

LAYER = "areas"
HIGH = 450  # pixels
NARROW = 345  # pixels: a phone shows the whole city in this width
TILE = 512  # pixels that the whole earth takes at zoom 0
FONT = "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif"
LINE = (122, 130, 138)  # grey that stands on white and on night


def allowed() -> bool:
    """Whether the public may see this city's borders."""
    city = session.city()
    return bool(city.map_review_number) and borders(city.id) is not None


def shown() -> list[dict[str, Any]]:
    """The borders of this city's areas as features; none where the public may not see them."""
    found = borders(session.city().id) if allowed() else None
    return found["features"] if found else []


def rings(features: Sequence[dict[str, Any]]) -> list[Ring]:
    """The outer lines of features."""
    return [polygon[0] for feature in features for polygon in feature["geometry"]["coordinates"]]


def credit() -> list[str]:
    """What has to stand below borders that the public may see."""
    number = session.city().map_review_number
    return [t("map.review_number", number=number)] if allowed() else []


def draw(places: Sequence[Place], told: str, choose: Callable[[str], None], key: str) -> None:
    """Draw the borders with the review number below; a click on an area calls `choose`.

    `told` says the same in words, for those who cannot see the map.
    """

    def clicked() -> None:
        picked = st.session_state[key].selection["objects"].get(LAYER)
        if picked:
            choose(picked[0]["properties"]["code"])

    st.pydeck_chart(deck(places), height=HIGH, on_select=clicked, key=key, alt=told)
    for line in credit():
        st.caption(line)


def deck(places: Sequence[Place]) -> pdk.Deck:
    """The map of a city that has borders."""
    by_code = {place.code: place for place in places}
    found = borders(session.city().id) or {"features": []}
    features = [
        _feature(feature, by_code[code])
        for feature in found["features"]
        if (code := feature["properties"]["code"]) in by_code
    ]
    areas = pdk.Layer(
        "GeoJsonLayer", {"type": "FeatureCollection", "features": features}, id=LAYER,
        pickable=True, auto_highlight=True, highlight_color=[255, 196, 120, 140],
        get_fill_color="properties.fill", get_line_color=[*LINE, 255],
        line_width_min_pixels=1,
    )  # fmt: skip
    names = written(
        [_label(feature) for feature in features], get_color="ink",
        background=True, get_background_color="ground", background_padding=[2, 1],
    )  # fmt: skip
    points = [point for ring in rings(features) for point in ring]
    return still([areas, names], points, "{name} {shown}\n{basis}")


def written(labels: Sequence[dict[str, Any]], **how: Any) -> pdk.Layer:
    """The `text` of each label, centred `at` a point."""
    return pdk.Layer(
        "TextLayer", labels, id="names", get_position="at", get_text="text", get_size=LETTERS,
        get_text_anchor=pdk.types.String("middle"),
        get_alignment_baseline=pdk.types.String("center"),
        character_set=pdk.types.String("auto"), font_family=pdk.types.String(FONT), **how,
    )  # fmt: skip


def still(
    layers: Sequence[pdk.Layer], points: Sequence[Point], tooltip: str, edge: int = 0
) -> pdk.Deck:
    """Layers around some points (longitude, latitude), with no map under them.

    `edge` pixels are left free on each side. `map_style` must not be given: None calls a foreign
    host. The drawing stands still, so that a finger or wheel on it scrolls the page.
    """
    return pdk.Deck(
        layers=layers, initial_view_state=_view(points, edge), map_provider=None,
        views=[pdk.View("MapView", controller=False)], tooltip={"text": tooltip},
    )  # fmt: skip


def _feature(feature: dict[str, Any], place: Place) -> dict[str, Any]:
    """One area's border with what is told of it; without a fill where its figure is withheld.

    Its label stands on the area's own colour, even where it reaches over the border.
    """
    inside = feature["properties"]
    return {
        "type": "Feature",
        "geometry": feature["geometry"],
        "properties": {
            "code": place.code, "name": place.name, "shown": place.shown, "basis": place.basis,
            "fill": [*place.fill, 255] if place.fill else [0, 0, 0, 0],
            "ink": [*place.ink, 255],
            "at": [inside["label_lon"], inside["label_lat"]],
        },
    }  # fmt: skip


def _label(feature: dict[str, Any]) -> dict[str, Any]:
    told = feature["properties"]
    return {
        "text": f"{told['name']}\n{told['shown']}", "at": told["at"], "ink": told["ink"],
        "ground": told["fill"],
    }  # fmt: skip


def high(points: Sequence[Point], edge: int = 0) -> int:
    """How many pixels of the height the points take with `edge` pixels above and below them."""
    return ceil(fit(points, edge).high) + 2 * edge


def _view(points: Sequence[Point], edge: int) -> pdk.ViewState:
    """All points, in the width of a phone and the height of the map."""
    if not points:
        return pdk.ViewState()
    found = fit(points, edge)
    zoom = log2(found.scale * 360 / TILE)
    return pdk.ViewState(latitude=found.lat, longitude=found.lon, zoom=zoom)


class Fit(NamedTuple):
    """The middle of some points, the pixels of a degree of longitude, and of their whole height."""

    lon: float
    lat: float
    scale: float
    high: float


def fit(points: Sequence[Point], edge: int) -> Fit:
    """How points fit into the width of a phone and the height of the map, less the edges."""
    west, east = (end(point[0] for point in points) for end in (min, max))
    south, north = (end(point[1] for point in points) for end in (min, max))
    middle = (south + north) / 2
    tall = (north - south) / cos(radians(middle))  # as tall as so many degrees are wide
    scale = min((NARROW - 2 * edge) / (east - west), (HIGH - 2 * edge) / tall)
    return Fit((west + east) / 2, middle, scale, scale * tall)
