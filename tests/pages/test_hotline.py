"""The hotline: emergency numbers always, figures where there are calls, lines as documented."""

import re
from pathlib import Path

import pytest

import cities
from components.locales import LANGUAGES, text
from data_access import intake, published
from data_access.published import Release, Scope
from metrics import numerals, registry
from metrics.measure import figures
from tests.pages.carded import cards
from tests.pages.conftest import Spoil
from tests.pages.said import folds
from tests.pages.test_pages import open_page, texts
from tests.pages.test_times import HIDE

CALLS = ("answered_calls", "answered_in_15_seconds", "answered_on_the_spot")


def html(page: object) -> str:
    return "".join(part.proto.body for part in page.get("html"))  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cards_show_the_published_cells(demo: Release, language: str) -> None:
    page = open_page("hotline", lang=language)
    found = {card.label: card.value for card in cards(page)}
    for name in CALLS:
        cell = published.total(demo, name, Scope(grain="quarter", period="2026-Q3"))
        assert cell is not None
        (figure,) = figures(registry.get(name), [cell])
        assert found[registry.get(name).wording[language].name] == numerals.value(figure)
    assert text(language, "note.how", name=registry.get(CALLS[0]).wording[language].name) in (
        folds(html(page))
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_numbers_that_are_real_can_be_dialled(demo: Release, language: str) -> None:
    dialled = re.findall(r'href="tel:([^"]*)"', html(open_page("hotline", lang=language)))
    assert dialled == ["110", "119", "120", "12345"]


def test_where_emergency_numbers_are_not_known_none_is_offered(
    demo: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.lines.EMERGENCY", {})
    page = open_page("hotline")
    assert re.findall(r'href="tel:([^"]*)"', html(page)) == ["12345"]
    assert text("zh", "lines.danger") not in texts(page)


def test_the_table_of_lines_says_which_are_documented(demo: Release) -> None:
    page = open_page("hotline")
    table = page.table[-1].value
    lines = cities.profile("ankang").lines
    assert list(table["号码"]) == [line.code for line in lines]
    real = table[table["来源"] == "公开资料"]
    assert list(real["号码"]) == ["12369", "12328", "12333"]
    assert set(table["来源"]) == {"公开资料", "演示编写"}
    assert list(real["归并方式"]) == ["双号并行", "双号并行", "设分中心"]
    assert "%" not in str(table), "the shares of the demo are invented"


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_records_of_calls_the_page_says_so(spoil: Spoil, language: str) -> None:
    spoil(f"{HIDE} 'too early' WHERE metric LIKE 'answered_calls' OR metric LIKE 'answered_in%'")
    page = open_page("hotline", lang=language, period="all")
    assert not page.error
    assert text(language, "note.none_calls") in texts(page)
    assert [card.value for card in cards(page)][:2] == ["–", "–"]


@pytest.mark.parametrize("reason", ["few", "protected"])
def test_what_is_withheld_is_said(spoil: Spoil, reason: str) -> None:
    spoil(f"{HIDE} '{reason}' WHERE metric LIKE 'answered%' OR metric = 'received'")
    page = open_page("hotline")
    assert [card.value for card in cards(page)] == ["–"] * 3
    assert texts(page).count(text("zh", f"note.{reason}")) >= 4
    assert text("zh", "chart.too_few_months") in texts(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_release_without_calls_still_has_its_volume(two_metrics: Release, language: str) -> None:
    page = open_page("hotline", lang=language)
    assert [card.value for card in cards(page)] == ["–"] * 3
    assert text(language, "note.not_published") in texts(page)
    assert 'href="tel:110"' in html(page)


def test_a_city_without_a_list_of_lines_has_none() -> None:
    assert cities.profile("nyc").lines == ()


def test_a_mode_we_do_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="mode"):
        cities.Line("1", {"zh": "一", "en": "one"}, "half", "u", real=False)


def test_every_line_belongs_to_a_unit_of_the_profile() -> None:
    for path in cities.ROOT.glob("*/lines.csv"):
        city = cities.profile(Path(path).parent.name)
        known = {unit.code for unit in city.units}
        assert {line.unit for line in city.lines} <= known
        assert all(set(line.names) == {"zh", "en"} for line in city.lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_week_and_the_ways_are_those_of_the_release(demo: Release, language: str) -> None:
    page = open_page("hotline", lang=language, period="2025")
    hours = [one for one in intake.hours(demo) if one.period == "2025"]
    busiest = max(one.at_least for one in hours)
    ways = [one for one in intake.ways(demo) if one.period == "2025"]
    told = texts(page)
    assert text(language, "intake.week_hint") in told
    assert any(f"{numerals.count(busiest)}" in one.value for one in page.subheader)
    specs = [chart.proto for chart in page.get("vega_lite_chart")]
    assert len(specs) == 3  # months, the week, the ways
    phone = next(one for one in ways if one.channel == "phone")
    name = cities.profile("ankang").channels["phone"][language]
    assert name in page.subheader[-2].value
    assert numerals.count(phone.at_least) in specs[2].alt
    assert name in specs[2].alt


def test_a_release_without_the_week_and_the_ways_shows_the_rest(spoil: Spoil) -> None:
    spoil("DROP TABLE rhythm; DROP TABLE channels")
    page = open_page("hotline")
    assert not page.error
    assert text("zh", "intake.week_hint") not in texts(page)
    assert len(page.get("vega_lite_chart")) == 1


def test_a_quarter_shows_the_week_of_its_year(demo: Release) -> None:
    page = open_page("hotline", period="2025-Q2")
    assert any(one.value.startswith("2025 年打来最多的是") for one in page.subheader)
    assert any(one.value.startswith("2025 年第 2 季度的诉求") for one in page.subheader)
