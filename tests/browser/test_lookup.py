"""My case as a caller sees it: on a phone, in both languages, with and without scripts."""

import csv
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import cities
from components.locales import text
from data_access.cases.engine import connect
from data_access.lookup import schema
from data_access.lookup.progress import Progress, Step
from pipeline.lookup import fill
from tests import lookup_store
from tests.browser.conftest import SHOTS, free_port, serving, uvicorn
from tests.browser.test_browser import visit

pytestmark = pytest.mark.browser
NUMBER = "GD209910150000001"  # a case of this test's own, beside those of the demo city
BEFORE = Progress(
    as_of=date(2026, 10, 29), synthetic=True, unit="610902", category="城市管理",
    due=date(2026, 11, 6), steps=(Step("received", date(2026, 10, 15)),),
)  # fmt: skip
EXTENSION = Step("extension", date(2026, 10, 30), date(2026, 11, 20), "site_survey")
LATER = Progress(
    **vars(BEFORE)
    | {"steps": (*BEFORE.steps, EXTENSION), "extended_due": EXTENSION.until}
)  # fmt: skip


@pytest.fixture(scope="module")
def place(published_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo city's release, and a look-up store to be filled."""
    folder = tmp_path_factory.mktemp("lookup")
    shutil.copytree(published_demo / "releases", folder / "releases")
    return folder


@pytest.fixture(scope="module")
def served(place: Path) -> Iterator[str]:
    port = free_port()
    with serving(uvicorn(port), port, place) as url:
        yield url


@pytest.fixture
def code(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The code of NUMBER, whose case has just been received."""
    monkeypatch.setenv("SUNLINE_DATA", str(place))
    monkeypatch.delenv("LOOKUP_DATABASE_URL", raising=False)
    lookup_store.fill({})
    yield lookup_store.fill({NUMBER: BEFORE})[NUMBER]
    schema.connect().dispose()


def look_up(tab: Page, number: str, code: str, language: str) -> None:
    tab.locator("#case-number").fill(number)
    tab.locator("#case-code").fill(code)
    tab.get_by_role("button", name=text(language, "page.my_case.submit")).click()
    expect(tab).to_have_url(f"{tab.url.split('/lookup')[0]}/lookup?lang={language}&city=ankang")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_caller_follows_a_case_on_a_phone(
    browser: Browser, served: str, code: str, language: str
) -> None:
    """From the page of the site to the case; after a refresh of the data, its extension."""
    with visit(browser, 390) as seen:
        tab, frames = seen.tab, list[object]()
        tab.on("websocket", lambda opened: opened.on("framesent", lambda sent: frames.append(sent)))
        tab.goto(f"{served}/my_case?lang={language}")
        expect(tab.locator("#case-number")).to_be_visible()
        look_up(tab, NUMBER, code.lower(), language)
        now = text(language, "page.my_case.now.received")
        expect(tab.locator(".where")).to_contain_text(now)
        extension = tab.get_by_text(text(language, "page.my_case.step.extension"), exact=True)
        expect(extension).to_have_count(0)
        seen.check(served)
        assert code not in tab.content()
        assert frames
        assert not [sent for sent in (*frames, *seen.asked) if code.lower() in str(sent).lower()]
        assert (
            tab.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])").find(
                code
            )
            == -1
        )

        lookup_store.fill({NUMBER: LATER})
        tab.goto(f"{served}/lookup?lang={language}")
        look_up(tab, NUMBER, code, language)
        expect(extension).to_be_visible()
        expect(tab.get_by_text("2026-11-20").first).to_be_visible()
        seen.check(served)
        tab.screenshot(path=SHOTS / f"lookup-{language}-phone.png", full_page=True)


def test_it_works_without_scripts(browser: Browser, served: str, code: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    tab = context.new_page()
    tab.goto(f"{served}/my_case")
    look_up(tab, NUMBER, code, "zh")
    expect(tab.locator(".where")).to_contain_text(text("zh", "page.my_case.now.received"))
    context.close()


def test_two_browsers_never_see_each_others_case(
    browser: Browser, served: str, code: str, place: Path
) -> None:
    other = lookup_store.fill({NUMBER: BEFORE, "GD2": LATER})["GD2"]
    with visit(browser) as one, visit(browser) as two:
        for tab, number, key in ((one.tab, NUMBER, code), (two.tab, "GD2", other)):
            tab.goto(f"{served}/lookup")
            look_up(tab, number, key, "zh")
            expect(tab.get_by_text(number).first).to_be_visible()
        one.tab.reload()  # asks again with what this browser sent, and nothing else
        expect(one.tab.get_by_text(NUMBER).first).to_be_visible()
        expect(one.tab.get_by_text("GD2", exact=True)).to_have_count(0)
        two.tab.goto(f"{served}/lookup")
        expect(two.tab.locator(".where")).to_have_count(0)


def test_a_failure_keeps_nothing_of_what_was_typed(
    browser: Browser, served: str, code: str
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900})
    tab = context.new_page()
    tab.goto(f"{served}/lookup?lang=en")
    look_up(tab, NUMBER, "ABCDEFGHJK", "en")
    expect(tab.get_by_role("alert")).to_contain_text("Nothing found")
    expect(tab.locator("#case-number")).to_have_value("")
    expect(tab.locator("#case-code")).to_have_value("")
    context.close()


def test_a_case_of_the_demo_city_is_found(
    browser: Browser, served: str, place: Path, demo_folder: Path, code: str
) -> None:
    """The whole way: case database, fill, list of codes, page."""
    engine, city = connect(f"sqlite:///{demo_folder / 'cases.sqlite'}"), cities.profile("ankang")
    listed = place / f"codes-{date.today():%j}.csv"  # noqa: DTZ011 - a name
    fill(engine, city, cities.midnight(date(2026, 11, 1), city), listed)
    engine.dispose()
    with listed.open(encoding="utf-8", newline="") as lines:
        handed = {row["case_number"]: row["code"] for row in csv.DictReader(lines)}
    number = next(iter(handed))  # the oldest: taken up again or still open
    with visit(browser, 390) as seen:
        seen.tab.goto(f"{served}/lookup")
        look_up(seen.tab, number, handed[number], "zh")
        expect(seen.tab.locator("li.mark").first).to_contain_text(
            text("zh", "page.my_case.step.received")
        )
        seen.check(served)
