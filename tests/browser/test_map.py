"""The map as its visitors use it: click, Back, phone, and the borders without a basemap."""

import io
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from components.locales import text
from components.maps.colours import STEPS, Rgb
from tests.browser.conftest import FLAGS, SHOTS, free_port, serving
from tests.browser.test_browser import visit

pytestmark = pytest.mark.browser
WEBGL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
NUMBER = "陕S(2026)000号"
# The site with a map review number, which no city of the project has.
REVIEWED = f"""
from dataclasses import replace
import cities, sys, uvicorn
profile = cities.profile
cities.profile = lambda city: replace(profile(city), map_review_number={NUMBER!r})
uvicorn.run("app:app", port=int(sys.argv[1]), log_level="error")
"""


@pytest.fixture
def reviewed_site(published_demo: Path) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-c", REVIEWED, str(port)]
    with serving(command, port, published_demo, cold=True) as url:
        yield url


@pytest.fixture
def webgl(browser: Browser) -> Iterator[Browser]:
    """A browser that draws WebGL in software; the one of the other tests has none."""
    flags = [flag for flag in FLAGS if flag != "--disable-gpu"] + WEBGL
    opened = browser.browser_type.launch(executable_path=shutil.which("chromium"), args=flags)
    yield opened
    opened.close()


def coloured(canvas: Locator, colours: Sequence[Rgb]) -> bool:
    """Whether the shapes are drawn: waits until each of the colours is to be seen."""
    for _ in range(60):
        picture = Image.open(io.BytesIO(canvas.screenshot())).convert("RGB")
        found = np.unique(np.asarray(picture, dtype=int).reshape(-1, 3), axis=0)
        # The ground shows through them a little.
        if all((np.abs(found - colour).max(axis=1) <= 36).any() for colour in colours):
            return True
        canvas.page.wait_for_timeout(500)
    return False


def tile(tab: Page, name: str) -> None:
    tab.locator("[data-testid=stVegaLiteChart] svg text", has_text=name).first.click()


def settled(tab: Page) -> None:
    """Until the page has been run to its end: what is clicked before that may be drawn anew."""
    app = tab.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning")


def finding(tab: Page, words: str) -> None:
    first = tab.get_by_role("heading", level=3).first
    expect(first).to_contain_text(words)
    settled(tab)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_click_shows_an_area_and_back_leads_out(browser: Browser, site: str, width: int) -> None:
    with visit(browser, width) as seen:
        tab = seen.tab
        tab.goto(f"{site}/map?period=2025&measure=on_time_rate")
        finding(tab, "按期办结率")
        for name, code in (("汉滨区", "610902"), ("汉滨区", "610902")):
            tile(tab, name)
            finding(tab, f"{name}，2025 年受理")
            expect(tab).to_have_url(f"{site}/map?period=2025&measure=on_time_rate&area={code}")
            seen.check(site)
            tab.go_back()
            finding(tab, "按期办结率")
            expect(tab).to_have_url(f"{site}/map?period=2025&measure=on_time_rate")
        tab.go_forward()
        finding(tab, "汉滨区，2025 年受理")
        seen.check(site)


def test_the_borders_ask_no_other_machine_and_a_click_chooses(
    webgl: Browser, reviewed_site: str
) -> None:
    with visit(webgl) as seen:
        tab = seen.tab
        tab.goto(f"{reviewed_site}/map?period=2025")
        canvas = tab.locator("[data-testid=stDeckGlJsonChart] canvas").first
        expect(canvas).to_be_visible()
        expect(tab.get_by_text(NUMBER)).to_be_visible()
        assert coloured(canvas, STEPS[-1:])
        tab.screenshot(path=SHOTS / "map-borders.png", full_page=True)
        canvas.click()  # its middle lies in Hanbin
        finding(tab, "汉滨区，2025 年受理")
        tab.go_back()
        finding(tab, "受理最多的是")
        tab.get_by_role("combobox", name=text("zh", "map.view")).click()
        tab.get_by_role("option", name=text("zh", "map.view_tiles")).click()
        expect(tab).to_have_url(f"{reviewed_site}/map?period=2025&view=tiles")
        tile(tab, "白河县")
        finding(tab, "白河县，2025 年受理")
        seen.check(reviewed_site)
