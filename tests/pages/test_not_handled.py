"""Could not be handled: published counts only, every reason explained, gaps said in words."""

import re
from collections import Counter
from html import unescape

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from cities import City
from cities.reasons import SETTLED
from components.locales import LANGUAGES, text
from data_access import published, similar
from data_access.open_cases import open_cases
from data_access.published import Release, Scope
from metrics import numerals, registry
from metrics.measure import figures
from metrics.shares import share
from tests.pages import linked
from tests.pages.carded import cards
from tests.pages.conftest import Spoil
from tests.pages.said import address, folds
from tests.pages.test_pages import open_page, texts

YEAR = Scope(grain="year", period="2025")
HIDE = "UPDATE cells SET numerator = NULL, denominator = NULL, withheld ="


def html(page: AppTest) -> str:
    return "\n".join(element.proto.body for element in page.get("html"))


def says(language: str, key: str, **values: object) -> str:
    return text(language, f"page.not_handled.{key}", **values)


def tables(page: AppTest, column: str) -> list[list[dict[str, str]]]:
    told = [*(part.value.astype(str) for part in page.table), *linked.tables(page)]
    frames = [frame for frame in told if column in frame]
    return [[{str(k): v for k, v in row.items()} for row in f.to_dict("records")] for f in frames]


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_many_and_the_share_are_the_published_cells(demo: Release, language: str) -> None:
    page = open_page("not_handled", lang=language, period="2025")
    found = {card.label: card.value for card in cards(page)}
    for name in ("not_handled", "not_handled_cases"):
        cell = published.total(demo, name, YEAR)
        assert cell is not None
        (figure,) = figures(registry.get(name), [cell])
        assert found[registry.get(name).wording[language].name] == numerals.value(figure)
        if name == "not_handled":
            basis = {"numerator": cell.numerator, "denominator": f"{cell.denominator:,}"}
            assert text(language, "card.of_cases", **basis) in texts(page)
            low, high = numerals.bounds(figure)
            assert text(language, "card.interval", low=low, high=high) in texts(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_are_told_with_share_or_with_why_not(
    demo: Release, ankang: City, language: str
) -> None:
    page = open_page("not_handled", lang=language, period="2025")
    metric = registry.get("not_handled_cases")
    given = figures(metric, published.read(demo, metric.id, YEAR, by="reason_code"))
    (whole,) = [cell for cell in published.read(demo, metric.id, YEAR) if cell.key == "2025"]
    (rows,) = tables(page, text(language, "table.cases"))
    told = {row[text(language, "table.name")]: row for row in rows}
    assert len(told) == len(given)
    names = {reason.code: reason.names[language] for reason in ankang.reasons}
    for figure in given:
        row = told[f"[{names[figure.key]}](#{figure.key})"]
        part = share(figure, figures(metric, [whole])[0])
        said = text(language, f"note.{part.note}") if part.note else numerals.value(part)
        assert row[says(language, "share")] == said
        assert row[text(language, "table.cases")] == numerals.count(figure.numerator)
    assert any(figure.note for figure in given)
    assert any(not figure.note for figure in given)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_is_explained_with_channel_and_next_step(
    demo: Release, ankang: City, language: str
) -> None:
    page = open_page("not_handled", lang=language)
    places = html(page)
    told = texts(page) + unescape(places)
    for reason in ankang.reasons:
        assert reason.meaning[language] in told
        assert reason.next_step[language] in told
        assert reason.to_check[language] in told
        for channel in reason.channels:
            assert channel.names[language] in places
            assert not channel.phone or f'href="tel:{channel.phone}"' in places
    assert places.count(says(language, "made_up")) == 4
    anchors = [heading.anchor for heading in page.subheader]
    assert anchors.count("petition") == 1
    plain = "".join((told + places).split()).casefold()
    assert not [phrase for phrase in SETTLED if phrase in plain]


def test_the_title_names_what_leads_and_says_what_it_rests_on(spoil: Spoil) -> None:
    spoil(
        "UPDATE cells SET withheld = NULL, numerator = CASE reason_code WHEN 'all' THEN 120 "
        "WHEN 'petition' THEN 60 WHEN 'emergency' THEN 40 ELSE 2 END "
        "WHERE metric = 'not_handled_cases'"
    )
    page = open_page("not_handled", period="2025")
    titles = [heading.value for heading in page.subheader]
    assert says("zh", "lead_one", name="已进入信访程序") in titles
    told = texts(page)
    assert says("zh", "bars", whole=120) in told
    assert "60 件，在全部 120 件未能办理的诉求里占 50%（95% 置信区间 41% 至 59%）" in told


def test_a_title_claims_nothing_of_what_is_withheld(spoil: Spoil) -> None:
    spoil(
        "UPDATE cells SET withheld = IF(reason_code IN ('all', 'petition'), NULL, 'protected'), "
        "numerator = CASE reason_code WHEN 'all' THEN 20 WHEN 'petition' THEN 6 END "
        "WHERE metric = 'not_handled_cases'"
    )
    page = open_page("not_handled", period="2025")
    said = says("zh", "lead_one", name="已进入信访程序")
    assert says("zh", "among_published", text=said) in [h.value for h in page.subheader]


@pytest.mark.parametrize("reason", ["few", "protected"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_withheld_is_said_and_never_nought(
    spoil: Spoil, language: str, reason: str
) -> None:
    spoil(f"{HIDE} '{reason}' WHERE metric LIKE 'not_handled%'")
    page = open_page("not_handled", lang=language, period="2025")
    assert not page.error
    told, said = texts(page), text(language, f"note.{reason}")
    assert says(language, "lead_none") in told
    assert {card.value for card in cards(page)[:2]} == {"–"}
    assert (
        says(language, "given", period="2025" if language == "en" else "2025 年", shown=said)
        in told
    )
    for rows in tables(page, says(language, "share")):
        assert {row[says(language, "share")] for row in rows} == {said}
    assert not re.search(r"(^|\D)0 (件|cases)", told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_that_is_not_published_is_said(spoil: Spoil, language: str) -> None:
    spoil(
        "DELETE FROM cells WHERE metric LIKE 'not_handled%' AND "
        "(reason_code <> 'all' OR unit <> 'all' OR area <> 'all' OR category <> 'all')"
    )
    page = open_page("not_handled", lang=language, period="2025")
    assert not page.error
    assert [info.value for info in page.info].count(says(language, "unpublished")) == 4
    assert says(language, "lead_none") in texts(page)
    assert registry.get("not_handled").wording[language].name in [
        card.label for card in cards(page)
    ]


def test_another_period_is_named_where_the_chosen_one_has_no_table(demo: Release) -> None:
    told = texts(open_page("not_handled", period="2025-05"))
    assert told.count(says("zh", "other_period", period="2025 年第 2 季度")) == 3
    assert told.count(says("zh", "other_period", period="2025 年")) == 1  # units: years only
    assert says("zh", "other_period", period="2025 年") not in texts(
        open_page("not_handled", period="2025")
    )


def test_units_stand_beside_their_peers_and_are_not_ranked(demo: Release, ankang: City) -> None:
    page = open_page("not_handled", period="2025")
    rows = tables(page, says("zh", "counts"))
    register = [unit.names["zh"] for unit in ankang.units]
    told = [[row["名称"] for row in table] for table in rows]
    groups = [names for names in told if len(names) > 1 and set(names) <= set(register)]
    assert len(groups) >= 2  # the counties as places, and as handling units
    for names in groups:
        assert names == [name for name in register if name in names]


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_are_explained_even_where_no_figure_is(
    two_metrics: Release, ankang: City, language: str
) -> None:
    page = open_page("not_handled", lang=language)
    assert not page.error
    assert text(language, "period.nothing") in texts(page)
    assert ankang.reasons[0].meaning[language] in unescape(html(page))
    assert not cards(page)


def test_before_the_first_release_there_is_one_sentence() -> None:
    page = open_page("not_handled")
    assert "python -m pipeline publish" in page.info[0].value
    assert not cards(page)


def test_delays_are_told_with_their_reasons(demo: Release, ankang: City) -> None:
    page = open_page("not_handled", period="2025")
    labels = [card.label for card in cards(page)]
    for name in ("extended", "moved_late", "age_open"):
        assert registry.get(name).wording["zh"].name in labels
    folded = [name for element in page.get("html") for name in folds(element.proto.body)]
    for reason in ankang.reasons:
        assert (reason.names["zh"] in folded) == (reason.kind != "not_handled")


def test_the_link_at_the_foot_carries_the_view(demo: Release) -> None:
    page = open_page("not_handled", lang="en", period="2024")
    assert address(page) == "/not_handled?lang=en&period=2024&category=all"


@pytest.mark.parametrize("language", LANGUAGES)
def test_cases_of_a_kind_are_counted_from_the_case_level_table(
    demo: Release, language: str
) -> None:
    rows = published.fetch(demo, select(open_cases)).to_pylist()
    category = Counter(row["category"] for row in rows).most_common(1)[0][0]
    page = open_page("not_handled", lang=language, category=category)
    for by in similar.TOLD:
        told = Counter(row[by] for row in rows if row["category"] == category)
        (shown,) = tables(page, text(language, f"similar.{by}"))
        cases = [int(row[text(language, "table.cases")].replace(",", "")) for row in shown]
        assert sorted(cases) == sorted(told.values())
    whole = sum(row["category"] == category for row in rows)
    assert text(language, "similar.total", n=numerals.count(whole)) in texts(page)


def test_a_kind_that_is_not_told_case_by_case_says_so(demo: Release, ankang: City) -> None:
    told = {row["category"] for row in published.fetch(demo, select(open_cases)).to_pylist()}
    untold = next(name for name in ankang.categories if name not in told)
    page = open_page("not_handled", category=untold)
    assert text("zh", "similar.none") in texts(page)
