"""The map by hexagons: the figures of the published table, no basemap, nothing where none are."""

import json
from typing import Any

import h3
import pytest

from components import exports
from components.drawn import Sheet
from components.locales import LANGUAGES, text
from tests import made_up_cells
from tests.pages.conftest import NUMBER, Spoil
from tests.pages.linked import tables
from tests.pages.test_map import HANBIN, tiles
from tests.pages.test_pages import open_page, texts

COUNTS = made_up_cells.counted(made_up_cells.around(2)[:12])
FULLEST = list(COUNTS)[-1]


@pytest.fixture
def planted(spoil: Spoil) -> None:
    """Twelve cells of the newest quarter, from 10 cases to 120."""
    spoil(made_up_cells.planted(COUNTS))


Ring = tuple[tuple[float, ...], ...]


def layers() -> dict[str, Any]:
    """What is drawn on the page, by layer."""
    (chart,) = open_page("map", view="hexagons").get("deck_gl_json_chart")
    return {layer["id"]: layer["data"] for layer in json.loads(chart.proto.json)["layers"]}


def outline(cell: str) -> Ring:
    corners = h3.cell_to_boundary(cell)
    return tuple((lon, lat) for lat, lon in (*corners, corners[0]))


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_hexagons_show_the_published_table(language: str) -> None:
    page = open_page("map", lang=language, view="hexagons")
    assert not page.exception
    (chart,) = page.get("deck_gl_json_chart")
    drawn = json.loads(chart.proto.json)
    assert drawn["mapStyle"] == "__MAP_STYLE__"
    assert drawn.get("mapProvider") is None
    assert "http" not in chart.proto.json
    layer = drawn["layers"][0]
    assert layer["@@type"] == "PolygonLayer"  # no layer that works out cells in the browser
    shown = {tuple(map(tuple, one["outline"])): one["shown"] for one in layer["data"]}
    assert shown == {
        outline(cell): text(language, "map.cell_shown", n=str(n)) for cell, n in COUNTS.items()
    }
    table = tables(page)[0]
    assert [int(n) for n in table[text(language, "map.cell_cases")]] == list(range(120, 20, -10))
    place = table[text(language, "map.cell_centre")].iloc[0]
    lat, lon = h3.cell_to_latlng(FULLEST)
    assert {"zh": "汉滨区", "en": "Hanbin"}[language] in place
    assert text(language, "map.cell_at", lat=f"{lat:.2f}", lon=f"{lon:.2f}") in place
    assert place in chart.proto.alt
    said = texts(page)
    for key in ("not_needs", "cells_hint", "cells_left_out"):
        assert text(language, f"map.{key}") in said
    assert str(made_up_cells.LOCATED) in said
    assert "120" in page.subheader[0].value
    assert not page.get("vega_lite_chart")


@pytest.mark.usefixtures("planted")
def test_the_fuller_a_hexagon_the_darker_it_is() -> None:
    light = [sum(one["fill"][:3]) for one in layers()["cells"]]  # the fullest comes first
    assert light == sorted(light)
    assert len(set(light)) == 5


@pytest.mark.usefixtures("planted")
def test_a_county_is_named_at_its_fullest_hexagon() -> None:
    (name,) = layers()["names"]
    assert name["text"] == "汉滨区"
    assert name["at"] == pytest.approx(h3.cell_to_latlng(FULLEST)[::-1])


def test_a_hexagon_beyond_the_borders_is_told_by_its_centre(spoil: Spoil) -> None:
    spoil(made_up_cells.planted({h3.latlng_to_cell(34.27, 108.95, 7): 10}))  # in Xi'an
    page = open_page("map", view="hexagons")
    (place,) = tables(page)[0][text("zh", "map.cell_centre")]
    assert place.startswith("纬度 34.2")
    assert layers()["names"] == []
    assert place in page.subheader[0].value


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_shows_what_the_page_shows(language: str) -> None:
    page = open_page("map", lang=language, view="hexagons")
    assert any("/charts/hexagons.svg?" in one.proto.body for one in page.get("html"))
    sheet = exports.sheet("hexagons", {"lang": language})
    assert sheet.drawn.title == page.subheader[0].value
    assert "view=hexagons" in sheet.page
    told = {row["cell"]: row["cases"] for row in sheet.drawn.rows}
    assert told == COUNTS
    shapes = spec_shapes(sheet)
    drawn = {tuple(map(tuple, one["geometry"]["coordinates"][0])) for one in shapes}
    assert drawn == {outline(cell)[::-1] for cell in COUNTS}  # clockwise, as D3 has it
    steps = {one["properties"]["step"] for one in shapes}
    assert steps == {"10–30", "40–50", "60–70", "80–90", "100–120"}


def spec_shapes(sheet: Sheet, kind: str = "Polygon") -> list[dict[str, Any]]:
    assert sheet.drawn.spec is not None
    data = sheet.drawn.spec["datasets"].values()
    return [
        row for rows in data for row in rows if row.get("geometry", {"type": ""})["type"] == kind
    ]


@pytest.mark.usefixtures("planted")
def test_counties_lie_below_the_hexagons_only_with_a_review_number(reviewed: None) -> None:
    page = open_page("map", view="hexagons")
    assert list(layers()) == ["counties", "cells", "names"]
    said = text("zh", "map.review_number", number=NUMBER)
    assert said in texts(page)
    sheet = exports.sheet("hexagons", {})
    assert said in sheet.drawn.notes
    assert len(spec_shapes(sheet, "LineString")) >= 10


@pytest.mark.usefixtures("planted")
def test_no_border_is_drawn_without_a_review_number() -> None:
    assert list(layers()) == ["cells", "names"]
    assert spec_shapes(exports.sheet("hexagons", {}), "LineString") == []


@pytest.mark.parametrize("statement", ["DELETE FROM hexagons", "DROP TABLE hexagons"])
def test_no_hexagons_are_offered_where_the_release_has_none(spoil: Spoil, statement: str) -> None:
    spoil(statement)
    page = open_page("map", view="hexagons")
    assert "map_view" not in {box.key for box in page.selectbox}
    assert HANBIN in tiles(page)


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("chosen", [{"measure": "satisfied"}, {"period": "2025"}])
def test_hexagons_are_of_what_came_in_and_of_a_period_that_has_some(
    chosen: dict[str, str],
) -> None:
    page = open_page("map")
    assert page.selectbox(key="map_view").options == [
        text("zh", f"map.view_{name}") for name in ("tiles", "hexagons")
    ]
    page = open_page("map", view="hexagons", **chosen)
    assert "map_view" not in {box.key for box in page.selectbox}
    assert HANBIN in tiles(page)
