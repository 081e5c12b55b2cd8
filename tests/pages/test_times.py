"""Deadlines and times: which figures are shown for which period, and what is said without them."""

import pytest
from streamlit.testing.v1 import AppTest

from components import words
from components.locales import LANGUAGES, text
from data_access import published
from data_access.published import Release, Scope
from metrics import numerals, open_after, registry
from metrics.measure import Figure, figures
from tests.pages.carded import cards
from tests.pages.conftest import Spoil
from tests.pages.said import address
from tests.pages.test_pages import open_page, texts

RATES = ("on_time_rate", "on_time_extended", "on_time_official")
STAGES = ("time_accepting", "time_dispatching", "time_handling", "time_replying", "time_solving")
HIDE = "UPDATE cells SET numerator = NULL, denominator = NULL, value = NULL, p90 = NULL, withheld ="


def shown(release: Release, metric: str, grain: str, period: str) -> Figure:
    cell = published.total(release, metric, Scope(grain=grain, period=period))
    assert cell is not None
    return figures(registry.get(metric), [cell])[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("grain", "period"), [("quarter", "2026-Q3"), ("month", "2026-10"), ("all", "all")]
)
def test_the_cards_show_the_published_cells(
    demo: Release, language: str, grain: str, period: str
) -> None:
    page = open_page("times", lang=language, period=period)
    found = {card.label: card.value for card in cards(page)}
    for name in RATES:
        figure = shown(demo, name, grain, period)
        assert found[registry.get(name).wording[language].name] == numerals.value(figure)
        assert figure.numerator is not None
        counts = (numerals.count(number) for number in (figure.numerator, figure.denominator))
        basis = dict(zip(("numerator", "denominator"), counts, strict=True))
        assert text(language, "card.of_cases", **basis) in texts(page)
    late = shown(demo, "open_overdue", "all", "all")
    assert found[registry.get("open_overdue").wording[language].name] == numerals.value(late)


def test_the_first_period_shown_is_the_newest_closed_quarter(demo: Release) -> None:
    page = open_page("times")
    assert page.radio[0].value == "quarter"
    assert page.selectbox[0].options[:2] == ["2026 年第 3 季度", "2026 年第 2 季度"]
    assert page.selectbox[0].value == "2026-Q3"
    assert "/times?period=2026-Q3" in address(page)


def test_the_form_of_the_period_goes_into_the_url_too(demo: Release) -> None:
    page = open_page("times", period="2025-Q1")
    page.radio[0].set_value("month").run()
    assert page.query_params["period"] == "2026-10"
    assert page.selectbox[0].value == "2026-10"
    page.radio[0].set_value("all").run()
    assert page.query_params["period"] == "all"
    assert [box.key for box in page.selectbox] == ["category"]
    assert address(page) == "/times?period=all&category=all"


def test_stages_are_told_in_words_and_numbers(demo: Release) -> None:
    page = open_page("times")
    (table,) = (part.value for part in page.table if "从哪里到哪里" in part.value)
    assert list(table["名称"]) == [registry.get(name).wording["zh"].name for name in STAGES]
    for name, row in zip(STAGES, table.to_dict("records"), strict=True):
        figure = shown(demo, name, "quarter", "2026-Q3")
        assert row["件数"] == numerals.count(figure.numerator)
        assert figure.value is not None
        number = numerals.span(figure.value).split()[0].removesuffix(".0")
        assert number in row["一半"]
    assert "English" not in str(table)


@pytest.mark.parametrize("language", LANGUAGES)
def test_changes_are_told_and_not_for_all_time(demo: Release, language: str) -> None:
    told = texts(open_page("times", lang=language, period="2026-Q3"))
    before, year_before = ("2026 年第 2 季度", "2025 年第 3 季度")
    if language == "en":
        before, year_before = ("Q2 2026", "Q3 2025")
    assert told.count(before) >= 3
    assert told.count(year_before) >= 3
    assert "Q3 2025" not in texts(open_page("times", lang=language, period="all"))


@pytest.mark.parametrize("reason", ["few", "protected"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_withheld_is_said(spoil: Spoil, language: str, reason: str) -> None:
    spoil(f"{HIDE} '{reason}' WHERE grain = 'quarter' AND unit = 'all'")
    page = open_page("times", lang=language)
    assert not page.error
    told = texts(page).replace('width="100%"', "")  # how a chart is embedded elsewhere
    said = text(language, f"note.{reason}")
    found = {card.label: card.value for card in cards(page)}
    for name in RATES:
        assert found[registry.get(name).wording[language].name] == "–"
    assert told.count(said) >= len(RATES) + 1  # every card, and in place of the finding
    table = page.table[-1].value
    assert list(table[text(language, "table.median")]) == [said] * len(STAGES)
    assert "0%" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_early_is_said(spoil: Spoil, language: str) -> None:
    spoil(f"{HIDE} 'too early' WHERE metric LIKE 'on_time%' OR metric LIKE 'time_%'")
    page = open_page("times", lang=language)
    assert text(language, "note.too_early") in texts(page)
    assert text(language, "note.none_cases") in texts(page)  # the official formula has no deadline
    assert text(language, "chart.too_few_months") in texts(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_release_does_not_tell_is_not_made_up(two_metrics: Release, language: str) -> None:
    page = open_page("times", lang=language)
    assert not page.error
    values = [card.value for card in cards(page)]
    assert values[0].endswith("%")
    assert set(values[1:]) == {"–"}
    assert text(language, "note.not_published") in texts(page)


@pytest.mark.parametrize("page", ["times", "satisfaction", "hotline"])
def test_before_the_first_release_there_is_one_sentence(page: str) -> None:
    opened = open_page(page)
    assert "python -m pipeline publish" in opened.info[0].value
    assert not cards(opened)


@pytest.mark.parametrize("wrong", ["2099-Q1", "2026-Q4", "2026-11", "<script>"])
def test_a_period_that_is_not_over_is_not_shown(demo: Release, wrong: str) -> None:
    assert open_page("times", period=wrong).selectbox[0].value == "2026-Q3"


@pytest.mark.parametrize(
    ("language", "grain", "period"), [("zh", "quarter", "2026-Q3"), ("en", "all", "all")]
)
def test_the_share_still_open_has_its_counts_and_interval(
    demo: Release, language: str, grain: str, period: str
) -> None:
    page = open_page("times", lang=language, period=period)
    table = open_table(page, language)
    for days, name in open_after.METRICS.items():
        figure = shown(demo, name, grain, period)
        assert text(language, "page.times.after", days=days) in table
        if figure.value is None:
            assert text(language, f"note.{figure.note}") in table
        else:
            assert numerals.value(figure) in table
            assert f"{figure.numerator:,} / {figure.denominator:,}" in table
            assert all(bound in table for bound in numerals.bounds(figure))


def open_table(page: AppTest, language: str) -> str:
    heading = text(language, "page.times.open_counts")
    (table,) = (html.proto.body for html in page.get("html") if heading in html.proto.body)
    assert isinstance(table, str)
    return table


def test_a_period_that_is_cut_short_says_so_and_is_not_compared(demo: Release) -> None:
    short = text("zh", "page.times.open_short", days="3、7、15、30")
    recent, settled = (texts(open_page("times", period=month)) for month in ("2026-10", "2026-09"))
    assert short in recent
    assert text("zh", "page.times.unsettled") in recent
    assert text("zh", "page.times.open_short", days="")[:10] not in settled
    assert text("zh", "page.times.unsettled") not in settled


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kind_of_case_is_told_by_when_most_are_closed(demo: Release, language: str) -> None:
    scope = Scope(grain="year", period="2025")
    cells = published.read(demo, "time_closed", scope, by="category")
    told = [cell for cell in cells if cell.numerator is not None and cell.key != published.NONE]
    figure = figures(registry.get("time_closed"), told[:1])[0]
    page = open_page("times", lang=language, period="2025", category=figure.key)
    median, most = words.percentiles(language, figure)
    said = texts(page)
    assert median in said
    assert most in said
    assert numerals.count(figure.numerator) in said
    (table,) = (
        html.proto.body for html in page.get("html")
        if "category=" in html.proto.body and "<table" in html.proto.body
    )  # fmt: skip
    assert table.count("<tr>") == len([cell for cell in cells if cell.key != published.NONE]) + 1


def test_kinds_that_are_withheld_are_said(spoil: Spoil) -> None:
    spoil(f"{HIDE} 'few' WHERE metric = 'time_closed' AND period = '2025' AND category <> 'all'")
    cells = published.read(spoiled(), "time_closed", Scope(grain="year", period="2025"), "category")
    page = open_page("times", period="2025", category=cells[0].key)
    assert text("zh", "note.few") in texts(page)
    assert not page.error


def spoiled() -> Release:
    found = published.current("ankang")
    assert found is not None
    return found
