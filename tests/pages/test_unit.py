"""One unit's page: its published cells in sentences, and what is not told of a unit said so."""

import pytest

from components import words
from components.locales import LANGUAGES, text
from data_access import published
from data_access.published import Release, Scope
from metrics import numerals, registry
from metrics.measure import Figure, figures
from tests.pages.carded import cards
from tests.pages.conftest import Spoil
from tests.pages.test_pages import open_page, texts
from tests.pages.test_units import dots, seen

HANBIN = "610902"
MINE = Scope(grain="year", period="2025", unit=HANBIN)
HIDE = "UPDATE cells SET numerator = NULL, denominator = NULL, withheld ="


def figure(release: Release, metric: str, scope: Scope = MINE) -> Figure:
    cell = published.total(release, metric, scope)
    assert cell is not None
    return figures(registry.get(metric), [cell])[0]


@pytest.mark.parametrize(
    ("language", "metric"),
    [("zh", "on_time_rate"), ("en", "on_time_rate"), ("zh", "solved"), ("en", "time_closed")],
)
def test_the_cards_are_the_published_cells(demo: Release, language: str, metric: str) -> None:
    page = seen("unit", lang=language, unit=HANBIN, period="2025", metric=metric)
    assert not page.error
    shown = {card.label: card.value for card in cards(page)}
    for name in ("received", "on_time_rate", "satisfied", "solved"):
        told = numerals.value(figure(demo, name))
        assert shown[registry.get(name).wording[language].name] == told
    assert "汉滨区" in page.subheader[0].value or "Hanbin" in page.subheader[0].value


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_where_the_unit_stands_beside_city_and_peers(demo: Release, language: str) -> None:
    page = seen("unit", lang=language, unit=HANBIN, period="2025", metric="on_time_rate")
    mine = figure(demo, "on_time_rate")
    city = figure(demo, "on_time_rate", Scope(grain="year", period="2025"))
    told = texts(page)
    assert words.counts(language, mine) in told
    assert numerals.value(city) in told
    assert text(language, "unit.rank", rank="").rstrip("。.") in told
    assert [code for code, dot in dots(page).items() if dot["shape"] == "this"] == [HANBIN]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_open_overdue_of_a_unit_are_not_invented(demo: Release, language: str) -> None:
    page = seen("unit", lang=language, unit=HANBIN, period="2025", metric="on_time_rate")
    cases = numerals.count(figure(demo, "open_overdue", Scope()).numerator)
    assert text(language, "unit.open_told", cases=cases, day="2026-11-01") in texts(page)


def test_what_could_not_be_handled_is_that_of_the_year(demo: Release) -> None:
    told = figure(demo, "not_handled")
    page = open_page("unit", unit=HANBIN, period="2025-Q2")
    assert f"{told.numerator:,} / {told.denominator:,} 件" in texts(page)
    latest = texts(open_page("unit", unit=HANBIN, period="2026-Q2"))  # 2026 is not over
    assert f"{told.numerator:,} / {told.denominator:,} 件" in latest


@pytest.mark.parametrize(("language", "reason"), [("zh", "few"), ("en", "protected")])
def test_what_is_withheld_is_said(spoil: Spoil, language: str, reason: str) -> None:
    spoil(f"{HIDE} '{reason}' WHERE unit = '{HANBIN}'")
    page = open_page("unit", lang=language, unit=HANBIN, period="2025")
    assert not page.error
    assert {card.value for card in cards(page)} <= {"–", text(language, f"note.{reason}")}
    assert text(language, "unit.no_place") in texts(page)
    assert text(language, f"note.{reason}") in texts(page)
    assert "0 /" not in texts(page)


def test_the_county_chosen_on_the_map_is_the_unit_shown(demo: Release) -> None:
    page = open_page("unit", area=HANBIN)
    assert page.selectbox[0].value == HANBIN
    assert page.selectbox[0].options[0] == "汉滨区"


@pytest.mark.parametrize("wrong", ["mars", "<script>"])
def test_an_unknown_unit_falls_back_to_the_first(demo: Release, wrong: str) -> None:
    page = open_page("unit", unit=wrong)
    assert not page.error
    assert page.selectbox[0].value == HANBIN
    assert wrong not in texts(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_tables_by_unit_the_page_says_so(two_metrics: Release, language: str) -> None:
    page = open_page("unit", lang=language, metric="satisfied")
    assert not page.error
    assert text(language, "units.no_periods") in texts(page)
