"""The overview: each figure follows from its own published cells, and from no others."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from components import session, sitemap, words
from components.locales import LANGUAGES, text
from data_access import published
from data_access.published import Release, Scope
from metrics import headline, numerals, registry
from metrics.measure import figures
from tests import small_release
from tests.pages.carded import cards, cards_of
from tests.pages.conftest import Spoil, forget
from tests.pages.test_pages import open_page, texts
from tests.pages.test_times import HIDE

Q3 = Scope(grain="quarter", period="2026-Q3")
# The sections in the order of the page, each under a heading of its own.
SECTIONS = (
    "top", "figures", "mine", "official", "months on time", "months received", "stages",
    "worse", "refused", "so far", "onward",
)  # fmt: skip


CITY = " AND ".join(f"{name} = 'all'" for name in published.DIMENSIONS)
LOWER, MORE = "numerator = numerator // 2", "numerator = numerator + 1000"


def drawn(page: AppTest) -> dict[str, list[str]]:
    """All that the page shows, by the section (and card) it stands in."""
    found: dict[str, list[str]] = {}
    place = 0
    for element in page.main:
        if isinstance(element, Block):  # it is what is in it
            continue
        if element.type == "subheader":
            place += 1
        found_cards = cards_of(element.proto.body) if element.type == "html" else []
        for card in found_cards:
            found.setdefault(f"{SECTIONS[place]} {card.label}", []).append(str(card))
        if not found_cards:
            found.setdefault(SECTIONS[place], []).append(str(element.proto))  # of a chart all data
    return found


def moved(before: AppTest, after: AppTest) -> set[str]:
    """Where two pages differ."""
    first, second = drawn(before), drawn(after)
    assert list(first) == list(second)
    return {place for place in first if first[place] != second[place]}


@pytest.fixture
def whole(spoil: Spoil) -> Release:
    """A release in which all that the overview shows is told: a small city withholds some."""
    tell = "UPDATE cells SET withheld = NULL, numerator"
    quarter = f"period = '2026-Q3' AND {CITY}"
    return spoil(
        f"{tell} = 20 + hash(reason_code) % 9 WHERE metric = 'not_handled_cases'"
        " AND period = '2026-Q3' AND reason_code <> 'all';"
        f"{tell} = 300 WHERE metric = 'not_handled_cases' AND {quarter};"
        f"{tell} = 300, denominator = 900 WHERE metric = 'not_handled' AND {quarter}"
    )


@pytest.fixture
def alter(whole: Release) -> Callable[[str, str], None]:
    """Alter the cells of that release between two views of it."""

    def altered(assignment: str, where: str) -> None:
        published._opened.cache_clear()
        small_release.alter(whole.folder, f"UPDATE cells SET {assignment} WHERE {where}")  # noqa: S608
        forget()

    return altered


# What is altered, of which cells, and where that shows; one after the other in one release.
ALTERATIONS = [
    (MORE, f"metric = 'received' AND period = '2026-Q3' AND {CITY}", {"figures 受理量"}),
    (MORE, f"metric = 'received' AND period = '2024-02' AND {CITY}", {"months received"}),
    (MORE, f"metric = 'received' AND period = 'all' AND {CITY}", {"so far 累计受理量"}),
    (LOWER, f"metric = 'on_time_official' AND period = '2026-Q3' AND {CITY}", {"official"}),
    (LOWER, f"metric = 'on_time_rate' AND period LIKE '2025-0%' AND {CITY}", {"months on time"}),
    (
        LOWER, f"metric = 'on_time_rate' AND period = '2026-Q3' AND {CITY}",
        {"figures", "figures 按期办结率", "official", "worse"},
    ),
    (LOWER, f"metric = 'solved' AND period = '2026-Q3' AND {CITY}", {"figures 解决率", "worse"}),
    ("value = value * 3", "metric = 'time_replying' AND period = '2026-Q3'", {"stages"}),
    (MORE, "metric = 'not_handled_cases' AND period = '2026-Q3'", {"refused"}),
    (LOWER, f"metric = 'not_handled' AND period = '2026-Q3' AND {CITY}", {"refused"}),
    (
        LOWER, "metric = 'returned' OR metric = 'on_time_rate' AND period = '2024-Q1'"
        " OR metric = 'received' AND period = '2026-Q3' AND town <> 'all'", set(),
    ),
]  # fmt: skip


def test_exactly_what_rests_on_a_cell_moves_with_it(alter: Callable[[str, str], None]) -> None:
    before = open_page()
    for assignment, where, expected in ALTERATIONS:
        alter(assignment, where)
        after = open_page()
        assert moved(before, after) == expected, where
        before = after


def test_every_section_shows_a_figure(whole: Release) -> None:
    """So that what does not move above is not merely missing."""
    found = drawn(open_page())
    assert list(dict.fromkeys(place.split(" ")[0] for place in found)) == [
        "top", "figures", "mine", "official", "months", "stages", "worse", "refused", "so", "onward"
    ]  # fmt: skip
    for name in headline.METRICS:
        called = registry.get(name).wording["zh"].name
        assert {f"figures {called}", f"so far 累计{called}"} <= set(found)
    assert sum("vega" in told or "spec" in told for told in found["stages"]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_formulas_stand_in_one_sentence_with_their_numbers(
    demo: Release, language: str
) -> None:
    told = []
    for name in ("on_time_official", "on_time_rate"):
        cell = published.total(demo, name, Q3)
        assert cell is not None
        figure = figures(registry.get(name), [cell])[0]
        told += [f"**{numerals.value(figure)}**", words.counts(language, figure)]
    lines = texts(open_page(lang=language)).splitlines()
    assert any(all(part in line for part in told) for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_my_county_and_my_kind_of_case_are_one_choice_away(demo: Release, language: str) -> None:
    page = open_page(lang=language)
    said_of = {}
    for name, metric in (("area", "on_time_rate"), ("category", "time_closed")):
        chooser = next(box for box in page.selectbox if box.key == name)
        cells = published.read(demo, metric, Scope(grain="year", period="2025"), by=name)
        told = next(cell for cell in cells if cell.numerator is not None and cell.key != "none")
        page = chooser.set_value(told.key).run()
        said_of[name] = told
    page.radio[0].set_value("year").run()
    assert page.query_params["area"] == said_of["area"].key
    figure = figures(registry.get("on_time_rate"), [said_of["area"]])[0]
    assert f"**{numerals.value(figure)}**" in texts(page)
    assert words.counts(language, figure) in texts(page)
    cases = numerals.count(said_of["category"].numerator)
    usual = figures(registry.get("time_closed"), [said_of["category"]])[0]
    for part in (cases, *words.percentiles(language, usual)):
        assert part in texts(page)


def test_a_county_s_withheld_rate_is_said(spoil: Spoil) -> None:
    spoil(f"{HIDE} 'protected' WHERE metric = 'on_time_rate' AND area = '610902'")
    told = texts(open_page(area="610902"))
    assert text("zh", "note.protected") in told


def test_every_question_leads_to_a_place_that_is_there(demo: Release) -> None:
    links = [
        urlsplit(href)
        for html in open_page().get("html")
        if html.proto.body.startswith("<ul")  # not the frame's
        for href in re.findall(r'href="(/[^"]*)"', html.proto.body)
    ]
    asked = {"/not_handled", "/times", "/map", "/units", "/my_case", "/methods"}
    assert asked <= {link.path for link in links} <= {page.path for page in sitemap.PAGES}
    for link in links:
        if link.fragment:
            target = open_page(link.path.removeprefix("/"))
            assert link.fragment in {head.anchor for head in (*target.header, *target.subheader)}


def test_open_data_is_linked_where_there_is_such_a_page(
    demo: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only then: a link that leads nowhere is worse than none."""
    shown = text("zh", "page.overview.to_open_data")
    others = tuple(page for page in sitemap.PAGES if page.id != "open_data")
    monkeypatch.setattr(sitemap, "PAGES", others)
    assert not any(shown in html.proto.body for html in open_page().get("html"))


def test_nothing_worse_is_said_with_how_many_were_looked_at(demo: Release) -> None:
    told = texts(open_page())
    assert re.search(r"\*\*\d+\*\*", told)
    assert text("zh", "page.overview.discovery") in told


def test_what_became_worse_is_listed(whole: Release, alter: Callable[[str, str], None]) -> None:
    alter(LOWER, f"metric = 'solved' AND period = '2026-Q3' AND {CITY}")
    page = open_page()
    (table,) = (html.proto.body for html in page.get("html") if "<table" in html.proto.body)
    cell = published.total(whole, "solved", Q3)
    assert cell is not None
    assert registry.get("solved").wording["zh"].name in table
    assert f"{cell.numerator} / {cell.denominator}" in table
    assert text("zh", "page.overview.city") in table
    assert "有 **1** 个变差" in texts(page)


@pytest.mark.parametrize(
    ("language", "days", "stale"), [("zh", 45, False), ("zh", 46, True), ("en", 400, True)]
)
def test_an_old_release_says_that_it_is_old(
    demo: Release, monkeypatch: pytest.MonkeyPatch, language: str, days: int, stale: bool
) -> None:
    monkeypatch.setattr(session, "today", lambda: demo.as_of + timedelta(days=days))
    page = open_page(lang=language)
    said_so = text(language, "page.overview.stale", day=demo.as_of, age=days)
    assert (said_so in {one.value for one in page.warning}) is stale
    assert f"{days} " in texts(page)
    assert demo.id in page.caption[1].value


@pytest.mark.parametrize(("language", "reason"), [("zh", "few"), ("en", "protected")])
def test_what_is_withheld_is_said_and_never_0(spoil: Spoil, language: str, reason: str) -> None:
    spoil(f"{HIDE} '{reason}' WHERE period <> 'all'")
    page = open_page(lang=language)
    assert not page.error
    told = texts(page)
    assert told.count(text(language, f"note.{reason}")) >= len(headline.METRICS)
    assert text(language, "page.overview.official_unknown") in told
    assert text(language, "page.overview.nothing_to_compare") in told
    assert " 0%" not in told


def test_what_a_city_does_not_have_is_left_out(two_metrics: Release) -> None:
    page = open_page()
    assert not page.error
    called = [registry.get(name).wording["zh"].name for name in headline.ALWAYS]
    assert [card.label for card in cards(page)[:2]] == called
    assert len(cards(page)) == 2 * len(headline.ALWAYS)


def test_all_time_has_no_second_row_of_itself(demo: Release) -> None:
    page = open_page(period="all")
    assert [card.label for card in cards(page)] == [
        registry.get(name).wording["zh"].name for name in headline.METRICS
    ]
