"""Logging in as people do: on the laptop of the demo, and by the city's own provider."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from components.locales import text
from data_access.settings import PROJECT
from tests.browser.conftest import SHOTS, free_port, serving, uvicorn
from tests.browser.test_browser import visit
from tests.supervision.conftest import issuer  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser
SLOW = 30_000  # ms: the first page of a process
MAPPING = '[[grant]]\ngroup = "12345-audit"\nrole = "auditor"\n'


@pytest.fixture(scope="module")
def place(published_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo city and accounts of its demo."""
    folder = tmp_path_factory.mktemp("login")
    shutil.copytree(published_demo, folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_LOCAL_ACCOUNTS", "demo")
        patch.setenv("SUNLINE_DATA", str(folder))
        command = [sys.executable, "-m", "supervision", "demo-accounts"]
        subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="module")
def laptop(place: Path) -> Iterator[str]:
    """The whole site on one's own machine."""
    port = free_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_LOCAL_ACCOUNTS", "demo")
        with serving(uvicorn(port), port, place) as url:
            yield url


def enter(tab: Page, place: Path, name: str, language: str = "zh") -> None:
    lines = (place / "secrets" / "demo_accounts.txt").read_text("utf-8").splitlines()
    tab.locator("#login-name").fill(name)
    tab.locator("#login-password").fill(dict(line.split()[:2] for line in lines)[name])
    tab.get_by_role("button", name=text(language, "login.submit")).click()


def shot(tab: Page, name: str) -> None:
    tab.screenshot(path=SHOTS / f"{name}.png", full_page=True)


@pytest.mark.parametrize(
    ("language", "width", "theme"),
    [("zh", 1440, "light"), ("zh", 390, "dark"), ("en", 390, "light")],
)
def test_an_auditor_logs_in_reads_and_logs_out(
    browser: Browser, laptop: str, place: Path, language: str, width: int, theme: str
) -> None:
    with visit(browser, width, theme) as seen:
        tab, view = seen.tab, f"{language}-{theme}-{width}"
        asked = f"{laptop}/audit?lang={language}"
        tab.goto(asked)
        expect(tab.get_by_role("heading", level=1)).to_have_text(text(language, "login.title"))
        shot(tab, f"login-{view}")
        enter(tab, place, "shenji", language)
        expect(tab).to_have_url(asked)
        expect(tab.get_by_text(text(language, "audit.proof_about"))).to_be_visible()
        expect(tab.get_by_test_id("stDataFrame")).to_be_visible()
        shot(tab, f"audit-{view}")
        tab.get_by_role("link", name="孙丽（演示）").click()
        expect(tab.get_by_text(text(language, "role.auditor"), exact=True)).to_be_visible()
        shot(tab, f"account-{view}")
        tab.get_by_role("button", name=text(language, "account.out"), exact=True).click()
        expect(tab.get_by_role("alert")).to_have_text(text(language, "login.notice.out"))
        tab.goto(asked)
        expect(tab.locator("#login-name")).to_be_visible()
        seen.check(laptop)


def test_an_open_tab_is_empty_after_the_logout_in_another(
    browser: Browser, laptop: str, place: Path
) -> None:
    with visit(browser) as seen:
        tab = seen.tab
        tab.goto(f"{laptop}/audit")
        enter(tab, place, "shenji")
        expect(tab.get_by_test_id("stDataFrame")).to_be_visible()
        other = tab.context.new_page()
        other.goto(f"{laptop}/account")
        other.get_by_role("button", name=text("zh", "account.out"), exact=True).click()
        expect(other.get_by_role("alert")).to_be_visible()
        tab.get_by_role("button", name=text("zh", "audit.check")).click()
        expect(tab.get_by_text(text("zh", "login.first"))).to_be_visible()
        expect(tab.get_by_test_id("stDataFrame")).to_have_count(0)
        seen.check(laptop)


def test_a_wrong_password_is_said_and_the_page_is_not_forgotten(
    browser: Browser, laptop: str, place: Path
) -> None:
    with visit(browser) as seen:
        tab = seen.tab
        tab.goto(f"{laptop}/audit?lang=en")
        tab.locator("#login-name").fill("shenji")
        tab.locator("#login-password").fill("wrong")
        tab.get_by_role("button", name=text("en", "login.submit")).click()
        expect(tab.get_by_role("alert")).to_have_text(text("en", "login.notice.wrong"))
        expect(tab.locator("#login-password")).to_have_value("")
        enter(tab, place, "shenji", "en")
        expect(tab).to_have_url(f"{laptop}/audit?lang=en")


def test_visitors_see_a_way_to_log_in_and_no_page_behind_it(browser: Browser, laptop: str) -> None:
    with visit(browser) as seen:
        seen.tab.goto(laptop)
        way_in = seen.tab.get_by_role("link", name=text("zh", "login.title"))
        expect(way_in).to_be_visible(timeout=SLOW)
        expect(seen.tab.get_by_text(text("zh", "page.audit.title"))).to_have_count(0)
        seen.check(laptop)


def test_the_citys_own_login_leads_to_the_page_that_was_asked_for(
    browser: Browser,
    place: Path,
    issuer: str,  # noqa: F811
    tmp_path: Path,
) -> None:
    """A site of its own for supervision, with a provider and nothing else to log in with."""
    told = json.dumps({"name": "孙丽", "groups": ["12345-audit"]}).encode()
    headers = {"Content-Type": "application/json"}
    known = Request(f"{issuer}/users/sunli", told, headers, method="PUT")  # noqa: S310
    urlopen(known, timeout=5).close()  # noqa: S310 - a server of this test
    (tmp_path / "roles.toml").write_text(MAPPING, "utf-8")
    (tmp_path / "secret").write_text("hush", "utf-8")
    port = free_port()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "SITE": "supervision", "OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": "sunline",
            "OIDC_ROLES_FILE": str(tmp_path / "roles.toml"),
            "OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret"),
        }.items():  # fmt: skip
            patch.setenv(name, value)
        patch.delenv("SUNLINE_LOCAL_ACCOUNTS", raising=False)
        with serving(uvicorn(port), port, place) as url, visit(browser) as seen:
            tab = seen.tab
            tab.goto(f"{url}/audit?lang=en")
            expect(tab.locator("#login-password")).to_have_count(0)
            shot(tab, "login-provider")
            tab.get_by_role("link", name=text("en", "login.provider")).click()
            tab.locator("input[name=sub]").fill("sunli")
            tab.locator("input[name=sub]").press("Enter")
            expect(tab).to_have_url(f"{url}/audit?lang=en", timeout=SLOW)
            expect(tab.get_by_text(text("en", "audit.proof_about"))).to_be_visible(timeout=SLOW)
            shot(tab, "audit-supervision-alone")
            tab.goto(url)
            expect(tab).to_have_url(f"{url}/audit")
            assert not [line for line in seen.complaints if url in line]
