"""Satisfaction: one set of answers behind all formulas, and nothing where any is withheld."""

from dataclasses import replace
from html import unescape

import pytest
from lxml.html import fromstring
from streamlit.testing.v1 import AppTest

import cities
from cities.surveys import Survey
from components import words
from components.locales import LANGUAGES, text
from data_access import published
from data_access.published import Release, Scope
from metrics import registry
from metrics.answers import METRICS
from metrics.change import earlier
from tests.pages.carded import cards
from tests.pages.conftest import Spoil, forget
from tests.pages.test_pages import open_page, texts
from tests.pages.test_times import HIDE


def counts(release: Release, period: str) -> dict[str, int]:
    """What is told of a quarter: a small city withholds some."""
    scope = Scope(grain="quarter", period=period)
    cells = {name: published.total(release, name, scope) for name in METRICS}
    return {
        name: cell.numerator for name, cell in cells.items() if cell and cell.numerator is not None
    }


def told_in_full(release: Release) -> list[str]:
    """The quarters of which everything is told, newest first."""
    quarters = [f"{year}-Q{quarter}" for year in (2026, 2025, 2024) for quarter in (4, 3, 2, 1)]
    return [period for period in quarters[1:] if len(counts(release, period)) == len(METRICS)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_formulas_from_the_same_answers(demo: Release, language: str) -> None:
    period = told_in_full(demo)[0]
    page = open_page("satisfaction", lang=language, period=period)
    asked, _, answered, yes, basically, not_dissatisfied = counts(demo, period).values()
    found = {card.label: card.value for card in cards(page)}
    expected = {
        "satisfied": yes,
        "satisfied_weighted": yes + 0.9 * basically,
        "not_dissatisfied": not_dissatisfied,
    }
    for name, score in expected.items():
        digits = 0 if answered < 200 else 1
        label = registry.get(name).wording[language].name
        assert found[label] == f"{score / answered * 100:.{digits}f}%"
    digits = 0 if asked < 200 else 1
    low, high = (f"{n / asked * 100:.{digits}f}%" for n in (yes, yes + asked - answered))
    assert text(language, "page.satisfaction.silent", low=low, high=high) in texts(page)


def test_the_weighted_formula_is_compared_too(demo: Release) -> None:
    """The page makes it of other figures, for the periods before as well."""

    def score(period: str) -> float:
        found = counts(demo, period)
        answered = found["callbacks_answered"]
        return (found["satisfied"] + 0.9 * found["basically_satisfied"]) / answered

    told = told_in_full(demo)
    period = next(one for one in told if earlier(one)[0] in told)
    moved = abs(score(period) - score(earlier(period)[0])) * 100
    page = open_page("satisfaction", period=period)
    wording = registry.get("satisfied_weighted").wording["zh"]
    (lines,) = {card.lines for card in cards(page) if card.label == wording.name}
    assert f"{moved:.1f} 个百分点" in lines
    for other in earlier(period):
        assert (words.period("zh", other) in lines) == (other in told)
    assert wording.numerator in lines


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", METRICS)
def test_one_withheld_count_hides_what_rests_on_it(spoil: Spoil, language: str, name: str) -> None:
    spoil(f"{HIDE} 'protected' WHERE metric = '{name}'")
    page = open_page("satisfaction", lang=language)
    assert not page.error
    told = texts(page)
    assert text(language, "page.satisfaction.no_funnel") in told
    assert text(language, "page.satisfaction.formulas") not in told
    weighted = registry.get("satisfied_weighted").wording[language].name
    assert weighted not in {card.label for card in cards(page)}


def test_few_answers_are_warned_of(demo: Release, spoil: Spoil) -> None:
    """Eight asked for every one who answered: nothing contradicts, but little is known."""
    period, warning = told_in_full(demo)[0], text("zh", "page.satisfaction.few_answered")
    assert warning not in texts(open_page("satisfaction", period=period))
    spoil(
        "UPDATE cells SET numerator = numerator * 8 WHERE metric = 'callbacks_asked';"
        "UPDATE cells SET denominator = denominator * 8 "
        "WHERE metric IN ('callbacks_reached', 'callbacks_answered')"
    )
    forget()
    assert warning in texts(open_page("satisfaction", period=period))


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_callbacks_the_page_says_so(two_metrics: Release, language: str) -> None:
    page = open_page("satisfaction", lang=language)
    assert text(language, "period.nothing") in texts(page)
    assert not cards(page)


def survey(period: str, satisfied: int) -> Survey:
    return Survey(
        period, {"zh": "甲公司", "en": "A Ltd"}, {"zh": "电话", "en": "telephone"}, "", True,
        2_000, 1_500, 1_000, satisfied, 100, 20, 880 - satisfied,
    )  # fmt: skip


def beside(page: AppTest, language: str) -> dict[str, list[str]]:
    """The table of callbacks and survey by the names of its rows."""
    body = next(
        part.proto.body for part in page.get("html")
        if text(language, "survey.own") in unescape(part.proto.body)
    )  # fmt: skip
    rows = [[cell.text_content() for cell in row] for row in fromstring(body).iter("tr")]
    return {name: told for name, *told in rows}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("satisfied", "way"), [(100, "lower"), (880, "higher"), (None, "same")])
def test_a_third_party_survey_stands_beside_the_callbacks(
    demo: Release, monkeypatch: pytest.MonkeyPatch, language: str, satisfied: int | None, way: str
) -> None:
    period = told_in_full(demo)[0]
    asked, _, answered, yes, _, _ = counts(demo, period).values()
    told = round(1_000 * yes / answered) if satisfied is None else satisfied
    city = replace(cities.profile("ankang"), surveys=(survey(period, told),))
    monkeypatch.setattr(cities, "profile", lambda name: city)
    page = open_page("satisfaction", lang=language, period=period)
    said = texts(page)
    assert text(language, "survey.made_up") in said
    digits = 0 if answered < 200 else 1
    own, other = f"{yes / answered * 100:.{digits}f}%", f"{told / 10:.1f}%"
    points = f"{abs(told / 1_000 - yes / answered) * 100:.1f}"
    sentence = text(
        language, f"survey.{way}", theirs=other, ours=own, points=points, low="@", high="@"
    )
    assert sentence.split("@")[0] in said
    assert beside(page, language)[text(language, "page.satisfaction.asked")] == [
        f"{asked:,}", "2,000",
    ]  # fmt: skip
    when = words.period(language, period)
    assert text(language, "survey.other_period", period=when) not in said


def test_without_one_of_the_period_the_latest_is_shown_with_its_own_callbacks(
    demo: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown, asked_of = told_in_full(demo)[:2]
    city = replace(cities.profile("ankang"), surveys=(survey(asked_of, 500),))
    monkeypatch.setattr(cities, "profile", lambda name: city)
    page = open_page("satisfaction", period=shown)
    when = words.period("zh", asked_of)
    assert text("zh", "survey.other_period", period=when) in texts(page)
    own, _ = beside(page, "zh")[text("zh", "page.satisfaction.asked")]
    assert own == f"{counts(demo, asked_of)['callbacks_asked']:,}"


def test_a_city_without_surveys_shows_none(demo: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    city = replace(cities.profile("ankang"), surveys=())
    monkeypatch.setattr(cities, "profile", lambda name: city)
    assert text("zh", "survey.other") not in texts(open_page("satisfaction"))
