"""What was chosen on one page counts on the next, or the next one says that it cannot."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from components import sitemap
from components.locales import LANGUAGES, text
from data_access import published
from data_access.published import Release, Scope
from metrics import numerals, registry
from metrics.measure import figures
from tests.pages.linked import links
from tests.pages.test_pages import open_page, texts

CHOSEN = {"area": "610902", "unit": "gongan", "category": "城市管理", "period": "2025"}
HREF = re.compile(r'href="([^"]+)"')
NAMES = {"area": "汉滨区", "unit": "公安局", "category": "城市管理", "period": "2025 年"}


def carried(page: AppTest) -> list[str]:
    """Where the menu leads."""
    return HREF.findall(page.get("html")[0].proto.body.partition("</nav>")[0])


@pytest.mark.parametrize("page", ["units", "map", "methods"])
def test_every_link_of_the_menu_takes_along_what_was_chosen(demo: Release, page: str) -> None:
    found = carried(open_page(page, **CHOSEN))
    assert len(found) >= len([known for known in sitemap.PAGES if known.menu])
    for query in found:
        for name in CHOSEN:
            assert f"{name}=" in query


@pytest.mark.parametrize("page", sitemap.PAGES, ids=lambda page: page.id)
def test_a_page_takes_a_choice_up_or_says_that_it_cannot(demo: Release, page: sitemap.Page) -> None:
    shown = open_page(page.id, **CHOSEN)
    chosen = [box.value for box in shown.selectbox]
    for name, code in CHOSEN.items():
        said = text("zh", f"filter.chosen_{name}", name=NAMES[name])
        if said not in texts(shown):
            assert code in chosen or NAMES[name] in texts(shown), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_page_cannot_heed_can_be_dropped(demo: Release, language: str) -> None:
    page = open_page("methods", lang=language, category="城市管理")
    (button,) = [one for one in page.button if one.key == "drop_category"]
    button.click().run()
    assert "category" not in page.query_params
    assert not [one for one in page.button if one.key == "drop_category"]


@pytest.mark.parametrize("name", ["area", "unit", "category"])
def test_could_not_be_handled_is_told_of_what_was_chosen(demo: Release, name: str) -> None:
    page = open_page("not_handled", period="2025", **{name: CHOSEN[name]})
    scope = Scope(grain="year", period="2025", **{name: CHOSEN[name]})
    cell = published.total(demo, "not_handled", scope)
    assert cell is not None
    (figure,) = figures(registry.get("not_handled"), [cell])
    told = next(one.value for one in page.markdown if one.value.startswith(f"**{NAMES[name]}**"))
    assert (numerals.value(figure) if figure.value is not None else "没有公布") in told


def test_names_on_could_not_be_handled_lead_on(demo: Release) -> None:
    found = links(open_page("not_handled", period="2025", lang="en"))
    assert found["Hanbin"].startswith("/map?") or found["Hanbin"].startswith("/unit?")
    assert "period=2025" in found["Hanbin"]
    assert any(href.startswith("/times?") and "category=" in href for href in found.values())
    assert any(href.startswith("/unit?") and "unit=" in href for href in found.values())


@pytest.mark.parametrize("wrong", ["mars", "<script>alert(1)</script>", "2025-Q9"])
def test_junk_is_neither_shown_nor_explained(demo: Release, wrong: str) -> None:
    page = open_page("methods", area=wrong, unit=wrong, category=wrong, period=wrong)
    assert not page.error
    assert wrong not in texts(page)
    assert not page.button
