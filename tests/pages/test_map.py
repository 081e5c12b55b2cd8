"""The map: published cells on tiles and beside them, borders only with a map review number."""

import json
import re
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from cities import City
from cities.divisions import towns
from components.locales import LANGUAGES, text
from components.maps.figures import MEASURES
from data_access import published
from data_access.published import Cell, Release, Scope
from metrics import numerals, registry
from metrics.measure import figures
from tests.pages.carded import cards
from tests.pages.conftest import NUMBER, Spoil
from tests.pages.linked import links, tables
from tests.pages.test_pages import open_page, texts
from tests.pages.test_times import HIDE

YEAR = Scope(grain="year", period="2025")  # a quarter of the small city has too few by town
QUARTER = Scope(grain="quarter", period="2026-Q3")
HANBIN = "610902"


def tiles(page: AppTest) -> dict[str, dict[str, Any]]:
    """What the tiles show, by code."""
    (chart,) = page.get("vega_lite_chart")
    rows = [
        row
        for dataset in chart.proto.datasets
        for row in pa.ipc.open_stream(dataset.data.data).read_all().to_pylist()
    ]
    return {row["code"]: row for row in rows if "shown" in row}


def cells(release: Release, metric: str, by: str = "area", scope: Scope = QUARTER) -> list[Cell]:
    return published.read(release, metric, scope, by)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("metric", [name for name in MEASURES if name != "received_per_10k"])
def test_the_tiles_show_the_published_cells(demo: Release, language: str, metric: str) -> None:
    page = open_page("map", lang=language, measure=metric)
    found = figures(registry.get(metric), cells(demo, metric))
    shown = {code: tile["shown"] for code, tile in tiles(page).items()}
    assert shown == {
        figure.key: numerals.value(figure)
        if figure.value is not None
        else text(language, "map.withheld")
        for figure in found
    }
    assert text(language, "map.schematic") in texts(page)
    assert not page.get("deck_gl_json_chart")


def test_per_resident_is_the_published_count_by_the_residents(demo: Release, ankang: City) -> None:
    page = open_page("map", measure="received_per_10k")
    shown = {code: tile["shown"] for code, tile in tiles(page).items()}
    counts = {cell.key: cell.numerator for cell in cells(demo, "received")}
    assert shown == {
        area: text("zh", "map.withheld")
        if count is None
        else f"{count * 10_000 / ankang.residents[area]:,.1f}"
        for area, count in counts.items()
    }
    assert f"{counts[HANBIN]:,} / 894,853" in set(tables(page)[0]["件数/人口"])


def test_the_table_has_numerator_denominator_and_interval(demo: Release) -> None:
    table = tables(open_page("map", measure="on_time_rate"))[0]
    cell = next(cell for cell in cells(demo, "on_time_rate") if cell.key == HANBIN)
    row = table[table["名称"] == "汉滨区"].iloc[0]
    assert row["件数/总数"] == f"{cell.numerator:,} / {cell.denominator:,}"
    (figure,) = figures(registry.get("on_time_rate"), [cell])
    low, high = numerals.bounds(figure)
    assert (
        row["数字 (95% 范围)"].replace("\u2060", "") == f"{numerals.value(figure)} ({low}–{high})"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("metric", ["received", "received_per_10k"])
def test_reports_are_not_needs(demo: Release, language: str, metric: str) -> None:
    assert text(language, "map.not_needs") in texts(open_page("map", lang=language, measure=metric))


def test_areas_stand_in_the_order_of_the_register_whatever_their_figures(
    demo: Release, ankang: City
) -> None:
    names = [unit.names["zh"] for unit in ankang.units]
    for metric in MEASURES:
        listed = list(tables(open_page("map", measure=metric))[0]["名称"])
        assert listed == [name for name in names if name in listed]


def test_a_name_in_the_table_leads_to_the_area_with_all_else_as_chosen(demo: Release) -> None:
    found = links(open_page("map", measure="on_time_rate", period="2025", lang="en"))
    path, _, query = found["Hanbin"].partition("?")
    chosen = {"lang=en", "measure=on_time_rate", "period=2025", f"area={HANBIN}"}
    assert (path, set(query.split("&"))) == ("/map", chosen)


def test_an_area_shows_its_towns_and_its_own_figures(demo: Release) -> None:
    page = open_page("map", area=HANBIN, period="2025")
    names = {town.code: town.names["zh"] for town in towns("ankang")}
    found = cells(demo, "received", "town", replace(YEAR, area=HANBIN))
    shown = {tile["name"]: tile["shown"] for tile in tiles(page).values()}
    assert shown == {
        names[cell.key]: text("zh", "map.withheld")
        if cell.numerator is None
        else numerals.count(cell.numerator)
        for cell in found
    }
    assert len(cards(page)) == len(MEASURES)
    cell = next(cell for cell in cells(demo, "satisfied", scope=YEAR) if cell.key == HANBIN)
    (figure,) = figures(registry.get("satisfied"), [cell])
    told = text("zh", "map.withheld") if figure.value is None else numerals.value(figure)
    assert cards(page)[3].value == told
    assert text("zh", "map.towns_hint") in texts(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", ["few", "protected"])
def test_what_is_withheld_is_hatched_and_said(spoil: Spoil, language: str, reason: str) -> None:
    spoil(f"{HIDE} '{reason}' WHERE area = '{HANBIN}' OR town = '610902001000'")
    page = open_page("map", lang=language)
    tile = tiles(page)[HANBIN]
    assert (tile["shown"], tile["fill"]) == (text(language, "map.withheld"), None)
    (chart,) = page.get("vega_lite_chart")
    assert '"rule"' in chart.proto.spec
    assert text(language, "map.hatched") in texts(page)
    table = tables(page)[0]
    assert text(language, f"note.{reason}") in set(table.iloc[0])
    assert not re.search(r"\b0 /", str(table))
    inside = open_page("map", lang=language, area=HANBIN, period="2025")
    assert not inside.error
    assert tiles(inside)["610902001000"]["fill"] is None
    assert text(language, "map.area_withheld") in inside.subheader[0].value
    assert [card.value for card in cards(inside)] == [text(language, "map.withheld")] * 5


def test_where_nothing_is_withheld_nothing_is_hatched(spoil: Spoil) -> None:
    spoil("UPDATE cells SET numerator = 5, withheld = NULL WHERE metric = 'received'")
    page = open_page("map")
    (chart,) = page.get("vega_lite_chart")
    assert '"rule"' not in chart.proto.spec
    assert text("zh", "map.hatched") not in texts(page)


def test_a_changed_cell_moves_its_own_figures_only(demo: Release, spoil: Spoil) -> None:
    before = {cell.key: cell.numerator for cell in cells(demo, "received")}
    spoil(
        "UPDATE cells SET numerator = numerator + 77 WHERE metric = 'received' "
        "AND period = '2026-Q3' AND area = '610902' AND town = 'all' AND category = 'all'"
    )
    shown = {area: tile["shown"] for area, tile in tiles(open_page("map")).items()}
    now = before | {HANBIN: (before[HANBIN] or 0) + 77}
    assert shown == {
        area: text("zh", "map.withheld") if count is None else numerals.count(count)
        for area, count in now.items()
    }
    assert cards(open_page("map", area=HANBIN))[0].value == numerals.count(now[HANBIN])
    found = figures(registry.get("satisfied"), cells(demo, "satisfied"))
    others = {
        area: tile["shown"] for area, tile in tiles(open_page("map", measure="satisfied")).items()
    }
    assert others[HANBIN] == numerals.value(next(one for one in found if one.key == HANBIN))


@pytest.mark.parametrize("wrong", ["999999", "all'--", "<script>", "none"])
def test_a_wrong_url_shows_the_whole_city(demo: Release, wrong: str) -> None:
    page = open_page("map", area=wrong, measure=wrong, view=wrong)
    assert set(tiles(page)) == {cell.key for cell in cells(demo, "received")}
    assert wrong not in texts(page)


def test_choices_go_into_the_url_and_the_button_leads_out(demo: Release) -> None:
    page = open_page("map", period="2025")
    page.selectbox(key="map_measure").set_value("satisfied").run()
    page.selectbox(key="map_area").set_value(HANBIN).run()
    assert page.query_params["measure"] == "satisfied"
    assert page.query_params["area"] == HANBIN
    assert len(tiles(page)) == 28
    page.button[0].click().run()
    assert "area" not in page.query_params
    assert page.query_params["period"] == "2025"
    assert HANBIN in tiles(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_a_review_number_the_borders_are_drawn_without_a_basemap(
    demo: Release, reviewed: None, language: str
) -> None:
    page = open_page("map", lang=language, measure="on_time_rate")
    (chart,) = page.get("deck_gl_json_chart")
    drawn = json.loads(chart.proto.json)
    # pydeck's mark for "not given"; null would make the browser ask a foreign host for a basemap.
    assert drawn["mapStyle"] == "__MAP_STYLE__"
    assert drawn.get("mapProvider") is None
    assert "http" not in chart.proto.json
    areas, labels = drawn["layers"]
    codes = {one["properties"]["code"] for one in areas["data"]["features"]}
    assert codes == {cell.key for cell in cells(demo, "on_time_rate")}
    (hanbin,) = figures(
        registry.get("on_time_rate"),
        [cell for cell in cells(demo, "on_time_rate") if cell.key == HANBIN],
    )
    assert any(one["text"].endswith(f"\n{numerals.value(hanbin)}") for one in labels["data"])
    assert text(language, "map.review_number", number=NUMBER) in texts(page)
    assert not page.get("vega_lite_chart")
    assert tables(page)


def test_the_diagram_can_be_had_instead_of_the_borders(demo: Release, reviewed: None) -> None:
    page = open_page("map", view="tiles")
    assert not page.get("deck_gl_json_chart")
    assert HANBIN in tiles(page)


def test_a_withheld_area_keeps_its_border_and_has_no_colour(spoil: Spoil, reviewed: None) -> None:
    spoil(f"{HIDE} 'few' WHERE area = '{HANBIN}'")
    (chart,) = open_page("map").get("deck_gl_json_chart")
    areas, _ = json.loads(chart.proto.json)["layers"]
    told = {one["properties"]["code"]: one["properties"] for one in areas["data"]["features"]}
    assert told[HANBIN]["fill"] == [0, 0, 0, 0]
    assert told[HANBIN]["shown"] == text("zh", "map.withheld")


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_tables_by_area_the_page_says_so(two_metrics: Release, language: str) -> None:
    page = open_page("map", lang=language)
    assert text(language, "period.nothing") in texts(page)
    assert not tables(page)
