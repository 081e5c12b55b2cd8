"""The map by hexagons: the figures of the published table, no basemap, nothing where none are."""

import json

import h3
import pytest

from components.locales import LANGUAGES, text
from tests.pages.conftest import NUMBER, Spoil
from tests.pages.linked import tables
from tests.pages.test_map import HANBIN, tiles
from tests.pages.test_pages import open_page, texts

PLANTED = sorted(h3.grid_disk("87408cb61ffffff", 2))[:12]


def planted(spoil: Spoil) -> dict[str, int]:
    """Twelve cells of the newest quarter, from 10 cases to 120, of 830 that have a point."""
    counts = {cell: 10 * number for number, cell in enumerate(PLANTED, start=1)}
    rows = ", ".join(f"('2026-Q3', '{cell}', {n})" for cell, n in {**counts, "": 830}.items())
    spoil(f"DELETE FROM hexagons; INSERT INTO hexagons VALUES {rows}")  # noqa: S608 - the test's
    return counts


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_hexagons_show_the_published_table(spoil: Spoil, language: str) -> None:
    counts = planted(spoil)
    page = open_page("map", lang=language, view="hexagons")
    assert not page.exception
    (chart,) = page.get("deck_gl_json_chart")
    drawn = json.loads(chart.proto.json)
    assert drawn["mapStyle"] == "__MAP_STYLE__"
    assert drawn.get("mapProvider") is None
    assert "http" not in chart.proto.json
    (layer,) = drawn["layers"]
    assert layer["@@type"] == "PolygonLayer"  # no layer that works out cells in the browser
    shown = {tuple(map(tuple, one["outline"])): one["shown"] for one in layer["data"]}
    assert shown == {
        tuple((lon, lat) for lat, lon in h3.cell_to_boundary(cell)):
            text(language, "map.cell_shown", n=str(n))
        for cell, n in counts.items()
    }  # fmt: skip
    table = tables(page)[0]
    assert [int(n) for n in table[text(language, "map.cell_cases")]] == list(range(120, 20, -10))
    lat, lon = h3.cell_to_latlng(PLANTED[-1])
    centre = text(language, "map.cell_at", lat=f"{lat:.2f}", lon=f"{lon:.2f}")
    assert table[text(language, "map.cell_centre")].iloc[0] == centre
    assert centre in chart.proto.alt
    said = texts(page)
    for key in ("not_needs", "cells_hint", "cells_left_out"):
        assert text(language, f"map.{key}") in said
    assert "830" in said
    assert "120" in page.subheader[0].value
    assert not page.get("vega_lite_chart")


def test_the_fuller_a_hexagon_the_darker_it_is(spoil: Spoil) -> None:
    planted(spoil)
    (chart,) = open_page("map", view="hexagons").get("deck_gl_json_chart")
    (layer,) = json.loads(chart.proto.json)["layers"]
    light = [sum(one["fill"][:3]) for one in layer["data"]]  # the fullest comes first
    assert light == sorted(light)
    assert len(set(light)) == 5


def test_counties_lie_below_the_hexagons_only_with_a_review_number(
    spoil: Spoil, reviewed: None
) -> None:
    planted(spoil)
    page = open_page("map", view="hexagons")
    (chart,) = page.get("deck_gl_json_chart")
    layers = json.loads(chart.proto.json)["layers"]
    assert [layer["id"] for layer in layers] == ["counties", "cells"]
    assert text("zh", "map.review_number", number=NUMBER) in texts(page)


@pytest.mark.parametrize("statement", ["DELETE FROM hexagons", "DROP TABLE hexagons"])
def test_no_hexagons_are_offered_where_the_release_has_none(spoil: Spoil, statement: str) -> None:
    spoil(statement)
    page = open_page("map", view="hexagons")
    assert "map_view" not in {box.key for box in page.selectbox}
    assert HANBIN in tiles(page)


@pytest.mark.parametrize("chosen", [{"measure": "satisfied"}, {"period": "2025"}])
def test_hexagons_are_of_what_came_in_and_of_a_period_that_has_some(
    spoil: Spoil, chosen: dict[str, str]
) -> None:
    planted(spoil)
    page = open_page("map")
    assert page.selectbox(key="map_view").options == [
        text("zh", f"map.view_{name}") for name in ("tiles", "hexagons")
    ]
    page = open_page("map", view="hexagons", **chosen)
    assert "map_view" not in {box.key for box in page.selectbox}
    assert HANBIN in tiles(page)
