"""The pages, run by Streamlit's own test harness from app.py on."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from components import blocks, sitemap
from components.locales import LANGUAGES, text
from data_access import published
from data_access.published import Release, Scope
from data_access.settings import PROJECT
from metrics import numerals, registry
from metrics.measure import figures
from tests.conftest import NYC_2011, NYC_2013, PublishNyc
from tests.pages.carded import cards
from tests.pages.said import footer, said

PAGES = pytest.mark.parametrize("page", sitemap.PAGES, ids=lambda page: page.id)


def open_page(page: str = "overview", **query: str) -> AppTest:
    """A visitor's page, drawn anew: a test may have changed what else never changes."""
    blocks.SHELF.clear()
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    if page != "overview":
        app.switch_page(f"pages/public/{page}.py").run()
    assert not app.exception
    return app


def texts(app: AppTest) -> str:
    """All that a page says in its elements and in its HTML, but for its own address below."""
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning, app.error)
    told = [element.value for kind in kinds for element in kind]
    html = [element.proto.body for element in app.get("html")]
    return "\n".join([*told, *(said(body) for body in html if 'class="foot"' not in body)])


@PAGES
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_speaks_its_language_and_shows_its_label(
    demo: Release, page: sitemap.Page, language: str
) -> None:
    app = open_page(page.id, lang=language)
    assert not app.error
    assert text(language, f"page.{page.id}.title") in app.title[0].value
    assert app.warning[0].value == text(language, "site.synthetic")
    assert demo.id in footer(app)
    assert "2026-11-01" in footer(app)


def test_the_overview_shows_exactly_the_published_cells(demo: Release) -> None:
    app = open_page()
    cell = published.total(demo, "on_time_rate", Scope())
    assert cell is not None
    figure = figures(registry.get("on_time_rate"), [cell])[0]
    shown = {card.label: card.value for card in cards(app)}
    assert shown["累计受理量"] == numerals.count(demo.cases)
    assert shown["累计按期办结率"] == numerals.value(figure)
    low, high = numerals.bounds(figure)
    basis = f"{cell.numerator:,} / {cell.denominator:,} 件\n95% 置信区间 {low} 至 {high}"
    assert basis in {card.lines for card in cards(app)}


def test_the_period_comes_from_the_url_and_goes_back_into_it(demo: Release) -> None:
    app = open_page("units", period="2025-Q2")
    assert app.selectbox[0].value == "2025-Q2"
    app.selectbox[0].set_value("2024").run()
    assert app.query_params["period"] == "2024"
    assert app.selectbox[0].value == "2024"


@pytest.mark.parametrize("wrong", ["2099-Q1", "<script>", "'; DROP TABLE cells; --"])
def test_a_wrong_url_falls_back_to_the_default(demo: Release, wrong: str) -> None:
    app = open_page("units", period=wrong, lang=wrong, city=wrong)
    assert app.selectbox[0].value == "2026-Q3"
    assert "安康市" in app.title[0].value
    assert wrong not in texts(app)


def test_before_the_first_release_the_page_says_what_to_do() -> None:
    app = open_page()
    assert "python -m pipeline publish --city ankang" in app.info[0].value


@pytest.mark.real
@pytest.mark.parametrize("language", LANGUAGES)
def test_too_early_is_said_and_never_100_percent(publish_nyc: PublishNyc, language: str) -> None:
    publish_nyc(NYC_2013)
    early = text(language, "note.too_early")
    overview = open_page(lang=language, city="nyc")
    assert early in texts(overview)
    assert [card.value for card in cards(overview)] == ["142", "–"]
    units = open_page("units", lang=language, city="nyc")
    assert early in texts(units)
    assert not units.table
    assert "100%" not in texts(overview) + texts(units)


@pytest.mark.real
def test_the_only_published_city_is_the_home_city(publish_nyc: PublishNyc) -> None:
    publish_nyc(NYC_2011, date(2011, 4, 1))
    assert "纽约市" in open_page().title[0].value


@pytest.mark.real
def test_a_new_release_shows_at_the_next_rerun(publish_nyc: PublishNyc) -> None:
    publish_nyc(NYC_2011, date(2011, 4, 1))
    app = open_page("units", city="nyc")
    assert "2011-04-01-001" in footer(app)
    publish_nyc(NYC_2011, date(2011, 7, 1))
    app.run()
    assert "2011-07-01-001" in footer(app)
    assert app.selectbox[0].options == ["2011 年第 2 季度", "2011 年第 1 季度"]


@pytest.mark.usefixtures("no_stale_cells")
def test_a_failing_page_says_so_in_words(demo: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(metric: str) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("components.cached.monthly", broken)
    app = open_page()
    assert app.error[0].value == text("zh", "site.error")
    assert "secret detail" not in texts(app)
