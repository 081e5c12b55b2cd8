"""Handling units: compared among peers only, few apart, and each leads to a page of its own."""

import json
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from cities import City
from components.locales import LANGUAGES, text
from data_access import adjusted, published
from data_access.published import Release, Scope
from metrics import numerals, registry
from metrics.comparison import compare
from metrics.measure import figures
from tests.pages.conftest import Spoil
from tests.pages.linked import links, tables
from tests.pages.test_pages import open_page, texts

YEAR = Scope(grain="year", period="2025")


@cache
def _seen(page: str, query: frozenset[tuple[str, str]]) -> AppTest:
    return open_page(page, **dict(query))


def seen(page: str, **query: str) -> AppTest:
    """A page of the demo city's release, opened once for all that only look."""
    return _seen(page, frozenset(query.items()))


def dots(page: AppTest) -> dict[str, dict[str, Any]]:
    """What the funnels show of each unit, by code."""
    found: dict[str, dict[str, Any]] = {}
    for chart in page.get("vega_lite_chart"):
        for told in json.loads(chart.proto.spec).get("datasets", {}).values():
            found |= {row["code"]: row for row in told if "code" in row}
        for dataset in chart.proto.datasets:
            rows = pa.ipc.open_stream(dataset.data.data).read_all().to_pylist()
            found |= {row["code"]: row for row in rows if "code" in row}
    return found


@pytest.mark.parametrize("metric", ["on_time_rate", "satisfied"])
def test_the_funnels_hold_the_published_units_and_no_other(
    demo: Release, ankang: City, metric: str
) -> None:
    page = seen("units", period="2025", metric=metric)
    told = {
        c.key: c.denominator for c in published.read(demo, metric, YEAR, "unit") if c.denominator
    }
    of = {unit.code: unit.peer_group for unit in ankang.units}
    compared = [code for code in told if [of[one] for one in told].count(of[code]) > 1]
    assert {code: dot["cases"] for code, dot in dots(page).items()} == {
        code: told[code] for code in compared
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rate_has_its_counts_and_interval(demo: Release, ankang: City, language: str) -> None:
    page, metric = seen("units", period="2025", lang=language), registry.get("on_time_rate")
    column = text(language, "units.column.unit")
    rows = {row[column]: row for table in tables(page) for row in table.to_dict("records")}
    names = {unit.code: unit.names[language] for unit in ankang.units}
    found = figures(metric, published.read(demo, metric.id, YEAR, by="unit"))
    told = [figure for figure in found if figure.value is not None]
    assert len(rows) == len(told)
    for figure in told:
        row = rows[names[figure.key]]
        counts = f"{numerals.count(figure.numerator)} / {numerals.count(figure.denominator)}"
        assert row[text(language, "units.column.counts")] == counts
        shown = row[metric.wording[language].name].replace("\u2060", "")
        low, high = numerals.bounds(figure)
        both = text(language, "units.ranged", value=numerals.value(figure), range=f"{low}–{high}")
        assert shown == both


def test_units_are_never_in_order_of_their_rates(demo: Release, ankang: City) -> None:
    """They stand in the order of the register, each group by itself."""
    register = [unit.names["zh"] for unit in ankang.units]
    found = tables(seen("units", period="2025"))
    assert found
    for table in found:
        assert list(table["单位"]) == [name for name in register if name in set(table["单位"])]


def test_a_rank_is_a_range_and_a_tier_is_said_only_where_it_holds(
    demo: Release, ankang: City
) -> None:
    metric = registry.get("on_time_rate")
    found = figures(metric, published.read(demo, metric.id, YEAR, by="unit"))
    ranks = {
        unit.figure.key: unit.rank
        for peers in compare(metric, [one for one in found if one.key != "none"], ankang)
        for unit in peers.units
    }
    shown = {
        row["单位"]: row["名次可能在"]
        for table in tables(seen("units", period="2025"))
        for row in table.to_dict("records")
    }
    names = {unit.code: unit.names["zh"] for unit in ankang.units}
    tiers = {"top": "前三分之一", "middle": "中间三分之一", "bottom": "后三分之一",
             "cannot be told apart": "分不出档次"}  # fmt: skip
    assert any(ranks.values())
    for code, rank in ranks.items():
        if rank is None:
            assert shown[names[code]] == text("zh", "units.not_ranked")
            continue
        assert shown[names[code]].endswith(tiers[rank.tier])
        assert str(rank.low) in shown[names[code]]
        assert str(rank.high) in shown[names[code]]


def test_units_with_few_cases_are_listed_apart_without_a_rate(demo: Release, ankang: City) -> None:
    page = seen("units")
    scope = Scope(grain="quarter", period="2026-Q3")
    cells = [c for c in published.read(demo, "on_time_rate", scope, by="unit") if c.key != "none"]
    few = [cell.key for cell in cells if cell.withheld]
    assert few
    assert text("zh", "units.small", n=len(few)) in texts(page)
    assert sum(len(table) for table in tables(page)) == len(cells) - len(few)
    names = {unit.code: unit.names["zh"] for unit in ankang.units}
    assert not {names[code] for code in few} & set(links(page))
    assert not set(few) & set(dots(page))


def test_the_adjusted_share_is_made_of_the_published_expectation(demo: Release) -> None:
    found = adjusted.read(demo, "on_time_rate", YEAR)
    assert any(one.cases is not None for one in found)
    reasons = {one.withheld for one in found if one.cases is None}
    column = text("zh", "units.column.adjusted")
    shown = [value for table in tables(seen("units", period="2025")) for value in table[column]]
    assert len([value for value in shown if "%" in value]) == len(
        [one for one in found if one.cases is not None]
    )
    for reason in reasons:
        assert text("zh", f"units.unadjusted_{reason}") in shown


def test_a_name_leads_to_the_unit_with_metric_and_period(demo: Release) -> None:
    href = links(seen("units", period="2025", lang="en"))["Hanbin"]
    told = urlsplit(href)
    assert told.path == "/unit"
    assert parse_qs(told.query) == {
        "lang": ["en"], "period": ["2025"], "unit": ["610902"], "metric": ["on_time_rate"],
    }  # fmt: skip


def test_how_long_units_take_is_told_without_a_judgement(demo: Release) -> None:
    page = seen("units", metric="time_closed", period="2025")
    told = [cell for cell in published.read(demo, "time_closed", YEAR, "unit") if cell.numerator]
    assert sum(len(table) for table in tables(page)) == len([c for c in told if c.key != "none"])
    assert text("zh", "units.column.rank") not in {c for table in tables(page) for c in table}
    assert text("zh", "units.intro_times") in texts(page)


def test_what_is_far_off_is_named_in_the_title_and_not_by_chance_alone(spoil: Spoil) -> None:
    spoil(
        "UPDATE cells SET denominator = 1000, numerator = IF(unit = '610902', 600, 900), "
        "withheld = NULL WHERE metric = 'on_time_rate' AND unit <> 'all'"
    )
    page = open_page("units", period="2025")
    titles = [heading.value for heading in page.subheader]
    assert any("汉滨区远低于同类" in title for title in titles)
    shown = dots(page)
    assert shown["610902"]["kind"] == "far"
    assert {dot["kind"] for code, dot in shown.items() if code != "610902"} <= {"near", "beyond"}


def test_a_release_without_expected_counts_says_so(spoil: Spoil) -> None:
    spoil("DROP TABLE adjusted")
    page = open_page("units", period="2025")
    assert not page.error
    column = text("zh", "units.column.adjusted")
    assert {v for table in tables(page) for v in table[column]} == {
        text("zh", "units.unadjusted_none")
    }


def test_the_unit_that_was_chosen_elsewhere_is_marked(demo: Release) -> None:
    page = seen("units", period="2025", unit="610902")
    assert [code for code, dot in dots(page).items() if dot["shape"] == "this"] == ["610902"]
    again = seen("units", period="2025", area="610902")
    assert [code for code, dot in dots(again).items() if dot["shape"] == "this"] == ["610902"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_tables_by_unit_the_page_says_so(two_metrics: Release, language: str) -> None:
    page = open_page("units", lang=language, metric="satisfied")
    assert not page.error
    assert text(language, "units.no_periods") in texts(page)
