"""The site as its visitors see it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from components import sitemap
from components.locales import text
from tests.browser.axe import AXE, grave
from tests.browser.conftest import SHOTS, free_port, serving, streamlit_run, uvicorn

pytestmark = pytest.mark.browser
CHART = "[data-testid=stVegaLiteChart] svg, canvas"
LAST = {  # what is drawn last where there is no chart
    "methods": "#data", "units": "table", "data_quality": "table", "open_data": "table",
    "outcomes": "[data-testid=stAlert]", "questions": "[data-testid=stAlert]",
    "pledges": "[data-testid=stAlert]",
}  # fmt: skip
CHARTED = {"units": "&period=2025"}  # its newest quarter has too few cases for a funnel
COLD = "overview", "units"
Command = Callable[[int], list[str]]
HEIGHT = "document.querySelector('[data-testid=stMain]').scrollHeight"
WIDTHS = {"desk": 1440, "phone": 390}
PAGES = pytest.mark.parametrize("page", sitemap.PAGES, ids=lambda page: page.id)
# Which page it is does not concern Streamlit's own server, so most of them are asked for once more.
DEEP_LINKS = [
    pytest.param(
        page, command, id=f"{command.__name__}-{page.id}",
        marks=pytest.mark.thorough if command is streamlit_run and page.id not in COLD else (),
    )
    for page in sitemap.PAGES
    for command in (uvicorn, streamlit_run)
]  # fmt: skip


class Visit:
    """One tab, with everything it asked for and complained about."""

    def __init__(self, tab: Page) -> None:
        self.tab = tab
        self.asked: list[str] = []
        self.complaints: list[str] = []
        tab.on("request", lambda request: self.asked.append(request.url))
        tab.on("websocket", lambda socket: self.asked.append(socket.url))
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        tab.on("console", self._listen)

    def _listen(self, message: object) -> None:
        kind, words = getattr(message, "type", ""), getattr(message, "text", "")
        if kind in ("error", "warning"):
            self.complaints.append(f"{kind}: {words}")

    def check(self, url: str) -> None:
        here = (url, url.replace("http", "ws"), "data:", "blob:")
        assert [asked for asked in self.asked if not asked.startswith(here)] == []
        assert self.complaints == []
        wide = self.tab.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, "the page scrolls sideways"


@contextmanager
def visit(browser: Browser, width: int = 1440, theme: str = "light") -> Iterator[Visit]:
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if theme == "dark" else "light",
        locale="zh-CN",
    )
    context.set_default_timeout(30_000)
    yield Visit(context.new_page())
    context.close()


def drawn(tab: Page, page: sitemap.Page, language: str) -> None:
    """Wait until the page is drawn to its end, charts included."""
    heading = tab.get_by_role("heading", level=1)
    expect(heading).to_contain_text(text(language, f"page.{page.id}.title"))
    expect(tab.get_by_text("2026-11-01-001").last).to_be_visible()
    last = LAST.get(page.id, CHART)
    expect(tab.locator(last).first).to_be_visible()
    expect(tab.get_by_test_id("stSkeleton")).to_have_count(0)


@PAGES
@pytest.mark.parametrize(
    ("language", "place"),
    [
        ("zh", "phone"),
        ("en", "desk"),
        *(
            pytest.param(*one, marks=pytest.mark.thorough)
            for one in (("zh", "desk"), ("en", "phone"))
        ),
    ],
)
def test_every_page_is_whole_and_quiet(
    browser: Browser, site: str, page: sitemap.Page, language: str, place: str
) -> None:
    """By day, and when it gets dark; for all who use it, however they do."""
    width = WIDTHS[place]
    with visit(browser, width) as seen:
        seen.tab.goto(f"{site}{page.path}?lang={language}{CHARTED.get(page.id, '')}")
        for theme in ("light", "dark"):
            seen.tab.emulate_media(color_scheme=theme)
            seen.tab.set_viewport_size({"width": width, "height": 900})
            drawn(seen.tab, page, language)
            if page.id in CHARTED:
                expect(seen.tab.locator(CHART).first).to_be_visible()
            seen.check(site)
            seen.tab.evaluate(AXE)
            assert grave(seen.tab) == [], theme
            if "SUNLINE_SCREENSHOTS" in os.environ:
                height = min(seen.tab.evaluate(HEIGHT), 6000)
                seen.tab.set_viewport_size({"width": width, "height": height})
                seen.tab.screenshot(path=SHOTS / f"{page.id}-{language}-{theme}-{place}.png")


@pytest.mark.parametrize(("page", "command"), DEEP_LINKS)
def test_a_cold_deep_link_finds_its_page(
    browser: Browser, published_demo: Path, page: sitemap.Page, command: Command
) -> None:
    """Asked for first of a server; of some pages, of one that really starts from nothing."""
    port, cold = free_port(), page.id in COLD
    with serving(command(port), port, published_demo, cold=cold) as url, visit(browser) as seen:
        seen.tab.goto(f"{url}{page.path}")
        drawn(seen.tab, page, "zh")
        expect(seen.tab.get_by_text("Page not found")).to_have_count(0)
        assert seen.tab.evaluate("document.documentElement.lang") == "zh-CN"
        seen.check(url)


def test_the_language_stays_in_the_url_and_back_works(browser: Browser, site: str) -> None:
    overview, units = sitemap.PAGES[:2]
    with visit(browser) as seen:
        tab = seen.tab
        tab.goto(site)
        drawn(tab, overview, "zh")
        tab.get_by_role("link", name="English").click()
        drawn(tab, overview, "en")
        expect(tab).to_have_url(f"{site}/?lang=en")
        assert tab.evaluate("document.documentElement.lang") == "en"
        assert tab.title() == "Overview · Ankang 12345 hotline · Sunline"
        tab.get_by_role("link", name="Handling units").click()
        drawn(tab, units, "en")
        expect(tab).to_have_url(f"{site}/units?lang=en")
        tab.get_by_role("combobox").click()
        tab.get_by_role("option", name="2025", exact=True).click()
        expect(tab).to_have_url(f"{site}/units?lang=en&period=2025")
        tab.get_by_role("link", name="中文").click()
        drawn(tab, units, "zh")
        expect(tab).to_have_url(f"{site}/units?period=2025")
        expect(tab.get_by_role("combobox")).to_have_value("2025 年")
        tab.go_back()
        drawn(tab, units, "en")
        expect(tab.get_by_role("combobox")).to_have_value("2025")
        seen.check(site)


def test_without_javascript_the_figures_are_there(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(site)
    expect(tab.locator("dt").first).to_have_text("累计受理量")
    expect(tab.locator("dd").first).to_be_visible()
    expect(tab.locator("dd").first).to_have_text("12,000")
    context.close()
