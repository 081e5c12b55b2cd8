"""What is clicked counts on the next page, and Back leads back: units, counties, categories."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_browser import visit
from tests.browser.test_map import finding, settled, tile

pytestmark = pytest.mark.browser
DOTS = "[data-testid=stVegaLiteChart] svg path[aria-roledescription=point]"


def asked(tab: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(tab.url).query).items()}


def headed(tab: Page, title: str) -> None:
    expect(tab.get_by_role("heading", level=1)).to_contain_text(title)
    settled(tab)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_unit_in_the_table_and_in_the_funnel_leads_to_its_page(
    browser: Browser, site: str, width: int
) -> None:
    with visit(browser, width) as seen:
        tab = seen.tab
        tab.goto(f"{site}/units?period=2025")
        headed(tab, "承办单位")
        tab.get_by_role("link", name="汉阴县").click()
        finding(tab, "汉阴县")
        assert asked(tab) == {"period": "2025", "unit": "610921", "metric": "on_time_rate"}
        tab.go_back()
        finding(tab, "2025 年公布按期办结率")
        assert asked(tab) == {"period": "2025"}
        for _ in range(2):  # after Back the same dot can be clicked again
            tab.locator(DOTS).first.click()
            headed(tab, "承办单位详情")
            assert asked(tab)["period"] == "2025"
            assert "unit" in asked(tab)
            tab.go_back()
            finding(tab, "2025 年公布按期办结率")
        seen.check(site)


def test_a_county_chosen_on_the_map_counts_on_other_pages(browser: Browser, site: str) -> None:
    with visit(browser) as seen:
        tab = seen.tab
        tab.goto(f"{site}/map?period=2025")
        finding(tab, "受理最多的是")
        tile(tab, "汉滨区")
        finding(tab, "汉滨区，2025 年")
        tab.get_by_role("link", name="承办单位", exact=True).click()
        headed(tab, "承办单位")
        assert asked(tab) == {"period": "2025", "area": "610902"}
        tab.get_by_role("link", name="未能办理").click()
        headed(tab, "未能办理")
        expect(tab.get_by_text("汉滨区，2025 年：").first).to_be_visible()
        tab.get_by_role("button", name="不再选“汉滨区”").click()
        expect(tab.get_by_role("button", name="不再选“汉滨区”")).to_have_count(0)
        assert asked(tab) == {"period": "2025"}
        tab.go_back()
        expect(tab.get_by_text("汉滨区，2025 年：").first).to_be_visible()
        tab.go_back()
        headed(tab, "承办单位")
        tab.go_back()
        finding(tab, "汉滨区，2025 年")
        seen.check(site)


def test_a_county_in_the_table_beside_the_map(browser: Browser, site: str) -> None:
    with visit(browser) as seen:
        tab = seen.tab
        tab.goto(f"{site}/map?period=2025&measure=on_time_rate")
        finding(tab, "按期办结率")
        tab.get_by_role("link", name="汉滨区").click()
        finding(tab, "汉滨区，2025 年")
        assert asked(tab) == {"period": "2025", "measure": "on_time_rate", "area": "610902"}
        tab.get_by_role("link", name="汉滨区作为承办单位").click()
        headed(tab, "承办单位详情")
        assert asked(tab)["unit"] == "610902"
        tab.go_back()
        finding(tab, "汉滨区，2025 年")
        tab.go_back()
        finding(tab, "按期办结率")
        seen.check(site)


def test_a_category_leads_on_to_how_long_it_takes(browser: Browser, site: str) -> None:
    with visit(browser) as seen:
        tab = seen.tab
        tab.goto(f"{site}/not_handled?period=2025")
        headed(tab, "未能办理")
        tab.get_by_role("link", name="城市管理").click()
        headed(tab, "期限与时长")
        assert asked(tab)["category"] == "城市管理"
        assert asked(tab)["period"] == "2025"
        tab.go_back()
        headed(tab, "未能办理")
        assert asked(tab) == {"period": "2025"}
        seen.check(site)


def test_a_link_within_the_site_is_followed_without_loading_it_anew(
    browser: Browser, site: str
) -> None:
    with visit(browser) as seen:
        tab = seen.tab
        tab.goto(f"{site}/?period=2025")
        headed(tab, "总览")
        tab.evaluate("window.loaded = 'once'")
        main = tab.get_by_test_id("stMain")
        main.evaluate("main => main.scrollTo(0, 1000)")
        tab.get_by_role("link", name="期限与时长", exact=True).click()
        headed(tab, "期限与时长")
        assert asked(tab) == {"period": "2025"}
        assert "期限与时长" in tab.title()
        assert main.evaluate("main => main.scrollTop") < 100
        here = tab.get_by_role("navigation", name="页面").get_by_role("link", name="期限与时长")
        expect(here).to_have_attribute("aria-current", "page")
        tab.go_back()
        headed(tab, "总览")
        assert tab.evaluate("window.loaded") == "once"
        with tab.context.expect_page() as opened:  # as the reader's own browser does it
            tab.get_by_role("link", name="承办单位", exact=True).click(modifiers=["Control"])
        opened.value.close()
        tab.get_by_role("link", name="English").click()
        headed(tab, "Overview")
        assert tab.evaluate("window.loaded") is None
        assert tab.evaluate("document.documentElement.lang") == "en"
        seen.check(site)


def test_the_address_below_a_page_is_copied(browser: Browser, site: str) -> None:
    with visit(browser) as seen:
        tab = seen.tab
        tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
        tab.goto(f"{site}/times?period=2025")
        headed(tab, "期限与时长")
        tab.get_by_role("button", name="复制").click()
        expect(tab.get_by_role("button", name="已复制")).to_be_visible()
        copied = tab.evaluate("navigator.clipboard.readText()")
        assert copied == f"{site}/times?period=2025&category=all"
        tab.goto(copied)
        headed(tab, "期限与时长")
        seen.check(site)
