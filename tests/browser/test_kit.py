"""The place for journalists: a comparison in the address, and a kit whose page stands alone."""

import io
import urllib.request
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from components import sitemap
from components.locales import text
from tests.browser.axe import AXE, grave
from tests.browser.test_browser import WIDTHS, drawn, visit

pytestmark = pytest.mark.browser
PAGE = next(page for page in sitemap.PAGES if page.id == "open_data")
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
TRIES = 10  # a box that opens while the page above it still grows closes again


def choose(tab: Page, name: str, option: str) -> None:
    """Open a box of choices once the page has come to rest, and take one of them."""
    expect(tab.locator(IDLE)).to_be_visible()
    box = tab.get_by_role("combobox", name=text("en", f"filter.{name}"), exact=True)
    wanted = tab.get_by_role("option", name=option, exact=True)
    for _ in range(TRIES):
        box.click()
        with suppress(Error):
            wanted.click(timeout=2_000)
            return
    expect(wanted).to_be_visible()


def test_a_comparison_is_in_the_address_and_its_refusal_on_the_page(
    browser: Browser, site: str
) -> None:
    with visit(browser) as seen:
        address = f"{site}/open_data?lang=en&period=2025&b=gongan"
        seen.tab.goto(address)
        drawn(seen.tab, PAGE, "en")
        expect(seen.tab.get_by_text(text("en", "page.open_data.never"))).to_be_visible()
        choose(seen.tab, "by", text("en", "page.open_data.by_unit"))
        expect(seen.tab).to_have_url(f"{address}&by=unit")
        choose(seen.tab, "a", "Hanyin")
        expect(seen.tab).to_have_url(f"{address}&by=unit&a=610921")
        refused = text("en", "compared.refused.peers", a="Hanyin", b="Public Security")
        expect(seen.tab.get_by_text(refused)).to_be_visible()
        seen.check(site)


@pytest.mark.parametrize("place", WIDTHS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_story_stands_alone_wherever_it_is_opened(
    browser: Browser, site: str, tmp_path: Path, place: str, theme: str
) -> None:
    address = f"{site}/kits/ankang/latest/2025.zip?lang=zh&unit=610902"
    with urllib.request.urlopen(address, timeout=120) as answer:  # noqa: S310 - localhost
        zipfile.ZipFile(io.BytesIO(answer.read())).extractall(tmp_path)
    with visit(browser, WIDTHS[place], theme) as seen:
        seen.tab.goto(f"file://{tmp_path}/story.html")
        expect(seen.tab.get_by_role("heading", level=1)).to_contain_text("汉滨区")
        for image in seen.tab.locator("img").all():
            assert image.evaluate("one => one.complete && one.naturalWidth > 0")
        seen.check("file://")
        seen.tab.evaluate(AXE)
        assert grave(seen.tab) == []
