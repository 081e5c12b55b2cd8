"""The closed loop on a phone: look-up, closing, rating, doubt, answer, approval, public page."""

import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

import cities
from cities import ROOT
from components.locales import text
from data_access.cases import openable
from data_access.cases.engine import opened
from data_access.lookup import schema
from data_access.lookup.progress import Step
from data_access.settings import PROJECT
from metrics import lattice
from pipeline import callers
from pipeline.ingest import ingest
from pipeline.open_rows import tellable
from pipeline.open_subjects import subjects, why_not
from pipeline.outcomes import placed
from pipeline.publish import publish
from tests import lookup_store
from tests.browser.conftest import free_port, serving, uvicorn
from tests.browser.test_browser import Visit, visit
from tests.browser.test_cleared import desk
from tests.browser.test_login import enter, shot
from tests.browser.test_lookup import BEFORE, look_up
from tests.conftest import FEW_TABLES

pytestmark = pytest.mark.browser
ANKANG = cities.profile("ankang")
LATER = replace(BEFORE, steps=(*BEFORE.steps, Step("closed", date(2026, 10, 28))))
DOUBT = "路灯修好没几天又灭了，是不是线路没有换？"
ANSWER = "线路已经全部换新，灯还会灭是因为控制器没有更换，控制器本月内换完。"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A published city's data folder, and a case of it whose answer may be published."""
    folder = tmp_path_factory.mktemp("doubts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_DATA", str(folder))
        with opened() as engine:
            ingest(engine, "demo", None, ANKANG, cases=3_000, seed=3)
            number = tellable_case(engine)
        release(patch)
    return folder, number


def release(patch: pytest.MonkeyPatch) -> None:
    """Publish, with few figures: none of them is looked at here."""
    patch.setattr(lattice, "tables", lambda path=None: FEW_TABLES)
    with opened() as engine:
        publish(engine, ANKANG, None, callers.values(engine, "ankang"))


def tellable_case(engine: Engine) -> str:
    facts = openable.read(engine, "ankang", cities.midnight(date(2026, 11, 1), ANKANG)).to_pandas()
    until = datetime.combine(date(2026, 10, 1), time(), tzinfo=ANKANG.zone)
    why = why_not(facts, subjects(ROOT / "ankang" / "categories.csv"), until)
    cases = placed(tellable(facts, ANKANG.zone), running="2026")
    told = (why == "") & (cases["when"] != "").to_numpy() & facts["closed_at"].notna().to_numpy()
    return str(cases[told].sort_values("number")["number"].iloc[-1])


def test_a_doubt_goes_all_the_way_from_the_caller_to_the_public_page(
    browser: Browser, place: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, number = place
    monkeypatch.setenv("SUNLINE_DATA", str(folder))
    monkeypatch.setenv("SUNLINE_LOCAL_ACCOUNTS", "demo")
    code = lookup_store.fill({number: BEFORE})[number]
    run("supervision", "demo-accounts")
    port = free_port()
    with serving(uvicorn(port), port, folder) as url:
        for language in ("en", "zh"):
            rate(browser, url, number, code, language)
        schema.connect().dispose()
        run("pipeline", "lookup", "collect")
        answer(browser, url, folder, number)
        desk(browser, url, folder, "shenhe", "state=submitted", "approve")
        public(browser, url, "zh", told=False)
        release(monkeypatch)
        for language in ("zh", "en"):
            public(browser, url, language, told=True)


def run(program: str, *words: str) -> None:
    subprocess.run([sys.executable, "-m", program, *words], cwd=PROJECT, check=True)


def rate(browser: Browser, url: str, number: str, code: str, language: str) -> None:
    """Look up an open case, then the closed one, and rate it; in Chinese with a doubt."""
    with visit(browser, 390) as seen:
        lookup_store.fill({number: BEFORE})
        form = seen.tab.locator("#rate")
        see(seen, url, number, code, language)
        expect(form).to_have_count(0)
        lookup_store.fill({number: LATER})
        see(seen, url, number, code, language)
        expect(form).to_be_visible()
        assert code not in seen.tab.content()
        shot(seen.tab, f"rating-{language}-phone")
        for name, choice in (("contacted", "yes"), ("solved", "no"), ("satisfied", "dissatisfied")):
            seen.tab.get_by_label(word(language, f"{name}_{choice}"), exact=True).check()
        seen.tab.get_by_label(word(language, "reasons_unclear"), exact=True).check()
        if language == "zh":
            seen.tab.locator("#rate-doubt").fill(DOUBT)
        seen.tab.get_by_role("button", name=word(language, "submit")).click()
        expect(seen.tab.get_by_role("status")).to_have_text(word(language, "told_taken"))
        shot(seen.tab, f"rated-{language}-phone")
        seen.check(url)
        assert not [asked for asked in seen.asked if code in asked or number in asked]


def see(seen: Visit, url: str, number: str, code: str, language: str) -> None:
    seen.tab.goto(f"{url}/lookup?lang={language}")
    look_up(seen.tab, number, code, language)


def word(language: str, key: str) -> str:
    return text(language, f"page.my_case.rate.{key}", hotline=ANKANG.hotline)


def answer(browser: Browser, url: str, folder: Path, number: str) -> None:
    """A city supervisor reads the doubt on a phone and answers it; in English it reads as well."""
    with visit(browser, 390) as seen:
        seen.tab.goto(f"{url}/doubts")
        enter(seen.tab, folder, "shiji")
        said(seen.tab, DOUBT)
        said(seen.tab, word("zh", "satisfied_dissatisfied"))
        shot(seen.tab, "doubts-phone")
        seen.tab.get_by_label(text("zh", "doubts.answer"), exact=True).fill(ANSWER)
        seen.tab.get_by_role("button", name=text("zh", "doubts.do_answer")).click()
        said(seen.tab, text("zh", "doubts.done_answer"))
        seen.check(url)
        seen.tab.goto(f"{url}/doubts?lang=en")
        said(seen.tab, text("en", "doubts.about", number=number))
        shot(seen.tab, "doubts-en-phone")
        seen.check(url)


def said(tab: Page, words: str) -> None:
    expect(tab.get_by_text(words).first).to_be_visible()


def public(browser: Browser, url: str, language: str, *, told: bool) -> None:
    """The public page, before and after; the caller's own words are never there."""
    with visit(browser, 390) as seen:
        seen.tab.goto(f"{url}/questions?lang={language}")
        said(seen.tab, ANSWER if told else text(language, "questions.none"))
        if told:
            shot(seen.tab, f"questions-{language}-phone")
        assert DOUBT not in seen.tab.content()
        seen.check(url)
