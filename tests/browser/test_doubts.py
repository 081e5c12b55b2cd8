"""The closed loop on a phone, in both languages, each step by the program that does it in service.

Receipt, look-up, an extension that a refresh brings, closing by the next one, rating, a doubt, the
answer of staff, its approval, the public page.
"""

import csv
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import Engine

import cities
from cities import ROOT
from components.locales import LANGUAGES, text
from data_access.cases import openable
from data_access.cases.engine import opened
from data_access.settings import PROJECT, outbox
from metrics import lattice
from pipeline import callers
from pipeline.ingest import ingest
from pipeline.open_rows import tellable
from pipeline.open_subjects import subjects, why_not
from pipeline.outcomes import placed
from pipeline.publish import publish
from tests.browser.conftest import free_port, serving, uvicorn
from tests.browser.deliveries import Values, deliver, known, refresh
from tests.browser.test_browser import HEIGHT, Visit, visit
from tests.browser.test_cleared import desk
from tests.browser.test_login import enter, shot
from tests.browser.test_lookup import look_up
from tests.conftest import FEW_TABLES

pytestmark = pytest.mark.browser
ANKANG = cities.profile("ankang")
DOUBT = "路灯修好没几天又灭了，是不是线路没有换？"
ANSWER = "线路已经全部换新，灯还会灭是因为控制器没有更换，控制器本月内换完。"
NOW = datetime.now(ANKANG.zone)
NUMBER = "GD209912310000001"  # of a case of this test's own, like one of the demo city
SIGNED, EXTENDED, CLOSED = (NOW - timedelta(days=days) for days in (4, 3, 2))
DUE, UNTIL = NOW + timedelta(days=1), NOW + timedelta(days=9)
LATER = (
    "handled_at", "replied_at", "closed_at", "called_back_at", "extended_due_at", "outcome",
    "reason_code", "repeat_of",
)  # fmt: skip
EXTENSION = {
    "seq": 900, "kind": "extension", "at": EXTENDED, "until": UNTIL, "reason_code": "site_survey",
}  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A published city's data folder with a look-up, and a case whose answer may be published."""
    folder = tmp_path_factory.mktemp("doubts")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_DATA", str(folder))
        with opened() as engine:
            ingest(engine, "demo", None, ANKANG, cases=3_000, seed=3)
            number = tellable_case(engine)
        release(patch)
        run("pipeline", "lookup", "fill", "--city", "ankang", "--codes", str(folder / "codes.csv"))
    return folder, number


def release(patch: pytest.MonkeyPatch) -> None:
    """Publish, with few figures: none of them is looked at here."""
    patch.setattr(lattice, "tables", lambda path=None: FEW_TABLES)
    with opened() as engine:
        publish(engine, ANKANG, None, callers.values(engine, "ankang"))


def tellable_case(engine: Engine) -> str:
    """One that is closed, and shares its kind and quarter with ten others."""
    facts = openable.read(engine, "ankang", cities.midnight(date(2026, 11, 1), ANKANG)).to_pandas()
    until = datetime.combine(date(2026, 10, 1), time(), tzinfo=ANKANG.zone)
    why = why_not(facts, subjects(ROOT / "ankang" / "categories.csv"), until)
    cases = placed(tellable(facts, ANKANG.zone), running="2026")
    told = (why == "") & (cases["when"] != "").to_numpy() & facts["closed_at"].notna().to_numpy()
    return str(cases[told].sort_values("number")["number"].iloc[-1])


def test_a_case_goes_all_the_way_from_its_receipt_to_the_public_answer(
    browser: Browser, place: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, like = place
    monkeypatch.setenv("SUNLINE_DATA", str(folder))
    monkeypatch.setenv("SUNLINE_LOCAL_ACCOUNTS", "demo")
    run("supervision", "demo-accounts")
    news = {"number": NUMBER, "due_at": DUE, "signed_at": SIGNED}
    case = known(like) | dict.fromkeys(LATER) | news
    code = received(case, monkeypatch)
    port = free_port()
    with serving(uvicorn(port), port, folder) as url:
        for language in LANGUAGES:
            receipt(browser, url, code, language)
        case |= {"extended_due_at": UNTIL}
        deliver("1-extended", case, [EXTENSION])
        refresh(monkeypatch)
        for language in LANGUAGES:
            extended(browser, url, code, language)
        case |= dict.fromkeys(("handled_at", "replied_at", "closed_at"), CLOSED)
        deliver("2-closed", case | {"outcome": "solved"}, [])
        refresh(monkeypatch)
        for language in ("en", "zh"):
            rate(browser, url, code, language)
        refresh(monkeypatch)
        answer(browser, url, folder)
        desk(browser, url, folder, "shenhe", "state=submitted", "approve")
        public(browser, url, "zh", told=False)
        release(monkeypatch)
        for language in LANGUAGES:
            public(browser, url, language, told=True)


def received(case: Values, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have a new case taken in; the code that the refresh hands out for it."""
    before = set(outbox().glob("*.csv"))
    deliver("0-received", case, [])
    refresh(monkeypatch)
    (handed,) = set(outbox().glob("*.csv")) - before
    with handed.open(encoding="utf-8", newline="") as lines:
        return {row["case_number"]: row["code"] for row in csv.DictReader(lines)}[NUMBER]


def run(program: str, *words: str) -> None:
    subprocess.run([sys.executable, "-m", program, *words], cwd=PROJECT, check=True)


def receipt(browser: Browser, url: str, code: str, language: str) -> None:
    """From the page of the site to the case; on paper are its number and its QR code, no code."""
    with visit(browser, 390) as seen:
        seen.tab.goto(f"{url}/my_case?lang={language}")
        expect(seen.tab.locator("#case-number")).to_be_visible()
        look_up(seen.tab, NUMBER, code, language)
        expect(extension(seen.tab, language)).to_have_count(0)
        expect(seen.tab.locator("#rate")).to_have_count(0)
        expect(seen.tab.locator(".receipt svg")).to_be_visible()
        shot(seen.tab, f"receipt-{language}-phone")
        quiet(seen, url, code)
        paper = pypdfium2.PdfDocument(seen.tab.pdf())
        printed = "".join(page.get_textpage().get_text_bounded() for page in paper)
        paper.close()
        plain = "".join(printed.split())
        assert plain.count(NUMBER) == 2, "where the case is, and on the receipt"
        assert code not in plain
        assert text(language, "page.my_case.another") not in printed, "a link is no use on paper"


def extended(browser: Browser, url: str, code: str, language: str) -> None:
    """The extension that the refresh brought: its day, its reason, the new promise."""
    with visit(browser, 390) as seen:
        see(seen, url, code, language)
        expect(extension(seen.tab, language)).to_be_visible()
        expect(seen.tab.get_by_text(f"{UNTIL:%Y-%m-%d}").first).to_be_visible()
        reasons = {reason.code: reason.names[language] for reason in ANKANG.reasons}
        expect(seen.tab.get_by_text(reasons["site_survey"]).first).to_be_visible()
        expect(seen.tab.locator("#rate")).to_have_count(0)
        shot(seen.tab, f"extended-{language}-phone")
        quiet(seen, url, code)


def rate(browser: Browser, url: str, code: str, language: str) -> None:
    """Look up the case, which the refresh has closed, and rate it; in Chinese with a doubt."""
    with visit(browser, 390) as seen:
        see(seen, url, code, language)
        expect(seen.tab.locator("#rate")).to_be_visible()
        closed = seen.tab.get_by_text(text(language, "page.my_case.step.closed"), exact=True)
        expect(closed).to_be_visible()
        shot(seen.tab, f"rating-{language}-phone")
        for name, choice in (("contacted", "yes"), ("solved", "no"), ("satisfied", "dissatisfied")):
            seen.tab.get_by_label(word(language, f"{name}_{choice}"), exact=True).check()
        seen.tab.get_by_label(word(language, "reasons_unclear"), exact=True).check()
        if language == "zh":
            seen.tab.locator("#rate-doubt").fill(DOUBT)
        seen.tab.get_by_role("button", name=word(language, "submit")).click()
        expect(seen.tab.get_by_role("status")).to_have_text(word(language, "told_taken"))
        shot(seen.tab, f"rated-{language}-phone")
        quiet(seen, url, code)


def extension(tab: Page, language: str) -> Locator:
    return tab.get_by_text(text(language, "page.my_case.step.extension"), exact=True)


def quiet(seen: Visit, url: str, code: str) -> None:
    """Nothing wrong, nothing wide; neither number nor code in an address, nor the code shown."""
    seen.check(url)
    assert code not in seen.tab.content()
    assert not [asked for asked in seen.asked if code in asked or NUMBER in asked]


def see(seen: Visit, url: str, code: str, language: str) -> None:
    seen.tab.goto(f"{url}/lookup?lang={language}")
    look_up(seen.tab, NUMBER, code, language)


def word(language: str, key: str) -> str:
    return text(language, f"page.my_case.rate.{key}", hotline=ANKANG.hotline)


def answer(browser: Browser, url: str, folder: Path) -> None:
    """A city supervisor reads the doubt on a phone and answers it; in English it reads as well."""
    with visit(browser, 390) as seen:
        seen.tab.goto(f"{url}/doubts")
        enter(seen.tab, folder, "shiji")
        said(seen.tab, DOUBT)
        said(seen.tab, word("zh", "satisfied_dissatisfied"))
        whole(seen.tab, "doubts-zh-phone")
        seen.tab.get_by_label(text("zh", "doubts.answer"), exact=True).fill(ANSWER)
        seen.tab.get_by_role("button", name=text("zh", "doubts.do_answer")).click()
        said(seen.tab, text("zh", "doubts.done_answer"))
        seen.check(url)
        seen.tab.goto(f"{url}/doubts?lang=en")
        said(seen.tab, text("en", "doubts.about", number=NUMBER))
        whole(seen.tab, "doubts-en-phone")
        seen.check(url)


def whole(tab: Page, name: str) -> None:
    """A screenshot of a page of Streamlit's to its end, once it is drawn."""
    expect(tab.get_by_test_id("stSkeleton")).to_have_count(0)
    tab.set_viewport_size({"width": 390, "height": min(tab.evaluate(HEIGHT), 6000)})
    shot(tab, name)


def said(tab: Page, words: str) -> None:
    expect(tab.get_by_text(words).first).to_be_visible()


def public(browser: Browser, url: str, language: str, *, told: bool) -> None:
    """The public page, before and after; the caller's own words are never there."""
    with visit(browser, 390) as seen:
        seen.tab.goto(f"{url}/questions?lang={language}")
        said(seen.tab, ANSWER if told else text(language, "questions.none"))
        if told:
            whole(seen.tab, f"questions-{language}-phone")
        assert DOUBT not in seen.tab.content()
        seen.check(url)
