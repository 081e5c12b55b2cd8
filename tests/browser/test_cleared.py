"""A thousand made-up callers are written into every text of a city; none of them comes out again.

Their texts are drafted, handed in and approved as they were redacted, without the second machine
that would stop some: what keeps them out here is redaction and coarse keys alone. Then the files
of the release, the pages as served, all that a browser is sent and the server's log are searched.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine, select, update

import cities
from components import sitemap
from components.locales import text
from data_access.cases.engine import connect
from data_access.cases.kinds import ASSIGNMENTS, CALLERS, CASES, EVENTS, TEXTS
from data_access.settings import PROJECT
from data_access.supervision import reviews
from pipeline.__main__ import main
from pipeline.attack.scan import Values, scan
from pipeline.drafting import draft
from pipeline.ingest import ingest
from tests.browser.conftest import free_port, serving, uvicorn
from tests.browser.test_browser import visit
from tests.browser.test_login import enter, shot
from tests.pipeline.test_outcomes import EDITOR, REVIEWER

pytestmark = pytest.mark.browser
ANKANG = cities.profile("ankang")
PLANTED, APPROVED = 1_000, 150
SENTENCE = "桂花路口的路灯已经换新，晚上都亮了。"
FAMILY, GIVEN = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许",
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚",
)
VILLAGES = "枣园村", "柳树沟村", "石堰河村", "茶店社区", "双龙院小区"
TEMPLATES = {
    "complaint": "{name}（电话{phone}，身份证{id_number}）家住{address}，反映门前路灯不亮。",
    "handling": "电话联系{name}，{phone}，已到{address}查看，车牌{plate}的车挡住了灯杆。",
    "reply": "{name}您好：（{phone}，{id_number}）反映{address}路灯不亮，经查属实，已经修好。",
}
ELSEWHERE = (  # other columns that hold words
    (CASES, ("legal_basis", "right_channel", "village", "grid")),
    (EVENTS, ("public_reason",)),
    (ASSIGNMENTS, ("return_reason",)),
)


def caller(place: int) -> dict[str, str]:
    """A person who does not exist: the district code 000000 and these numbers are nobody's."""
    name = FAMILY[place % 20] + GIVEN[place // 20 % 20] + GIVEN[place // 7 % 20]
    return {
        "name": name, "phone": f"1990000{place:04d}", "id_number": f"00000019800101{place:03d}X",
        "plate": f"陕G{place:05d}",
        "address": f"{VILLAGES[place % 5]}{place % 9 + 1}组{place + 100}号",
    }  # fmt: skip


def plant(engine: Engine) -> set[str]:
    """Give the callers of some cases away in every text there is; what they said of themselves."""
    told = select(TEXTS.table.c.case_id).where(TEXTS.table.c.reply != "").distinct()
    found: set[str] = set()
    with engine.begin() as connection:
        cases = connection.execute(told.order_by(TEXTS.table.c.case_id).limit(PLANTED)).scalars()
        for place, case in enumerate(cases.all()):
            person = caller(place)
            found |= set(person.values())
            words = {name: template.format(**person) for name, template in TEMPLATES.items()}
            for kind, values in ((CALLERS, person), (TEXTS, words)):
                mine = kind.table.c.case_id == case
                connection.execute(update(kind.table).where(mine).values(values))
            for kind, names in ELSEWHERE:
                mine = kind.table.c["id" if kind is CASES else "case_id"] == case
                given = dict.fromkeys(names, "".join(person.values()))
                connection.execute(update(kind.table).where(mine).values(given))
    assert len({value for value in found if value.startswith("1990000")}) == PLANTED
    return found


def clear(engine: Engine) -> int:
    """Approve drafts as they are, the riskiest first."""
    with engine.connect() as connection:
        waiting, _ = reviews.queue(EDITOR, connection, reviews.DRAFTED, APPROVED)
    for one in waiting:
        reviews.move(EDITOR, engine, one.id, "submit", one.version, lambda text: [], one.text)
        reviews.move(REVIEWER, engine, one.id, "approve", one.version + 1, lambda text: [])
    return len(waiting)


def release() -> None:
    """The command that publishes, in this process: tests replay no early warning."""
    assert main(["publish", "--city", "ankang"]) == 0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Values]:
    """The published city's data folder, and what must not be found of it."""
    folder = tmp_path_factory.mktemp("planted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_DATA", str(folder))
        engine = connect()
        ingest(engine, "demo", None, ANKANG, cases=6_000, seed=5)
        planted = plant(engine)
        draft(engine, ANKANG, 400)
        assert clear(engine) > 100
        engine.dispose()
        release()
    return folder, Values(planted)


def test_nothing_of_a_caller_is_in_a_release(place: tuple[Path, Values]) -> None:
    folder, planted = place
    assert scan(folder / "releases", planted) == []
    assert scan(folder, planted)  # this search does find them where they are


def test_nothing_of_a_caller_is_served_sent_or_logged(
    browser: Browser, place: tuple[Path, Values], tmp_path: Path
) -> None:
    folder, planted = place
    port, log, heard = free_port(), tmp_path / "heard" / "log.txt", tmp_path / "heard"
    heard.mkdir()
    with serving(uvicorn(port), port, folder, log) as url, visit(browser) as seen:
        sent: list[bytes] = []

        def hear(frame: str | bytes) -> None:
            sent.append(frame if isinstance(frame, bytes) else frame.encode())

        seen.tab.on("websocket", lambda socket: socket.on("framereceived", hear))
        for page in sitemap.PAGES:
            served = seen.tab.goto(f"{url}{page.path}")
            assert served is not None
            sent.append(served.body())
            heading = seen.tab.get_by_role("heading", level=1)
            expect(heading).to_contain_text(text("zh", f"page.{page.id}.title"))
            expect(seen.tab.get_by_text("2026-11-01-001").last).to_be_visible()
            expect(seen.tab.get_by_test_id("stSkeleton")).to_have_count(0)
            sent.append(seen.tab.content().encode())
    (heard / "sent.bin").write_bytes(b"\0".join(sent))
    assert sum(map(len, sent)) > 1_000_000
    assert scan(heard, planted) == []


def test_the_drafting_command_says_nothing_of_a_caller(
    place: tuple[Path, Values], tmp_path: Path
) -> None:
    folder, planted = place
    command = [sys.executable, "-m", "pipeline", "draft", "--city", "ankang", "--most", "20"]
    environment = {"SUNLINE_DATA": str(folder), "PATH": "/usr/bin"}
    said = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, check=True)
    (tmp_path / "said").mkdir()
    (tmp_path / "said" / "out.txt").write_bytes(said.stdout + said.stderr)
    assert said.stdout
    assert scan(tmp_path / "said", planted) == []


def test_a_text_is_handed_in_approved_published_found_and_taken_back(
    browser: Browser, place: tuple[Path, Values], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = place
    monkeypatch.setenv("SUNLINE_DATA", str(folder))
    monkeypatch.setenv("SUNLINE_LOCAL_ACCOUNTS", "demo")
    run("supervision", "demo-accounts")
    port = free_port()
    with serving(uvicorn(port), port, folder) as url:
        link = desk(browser, url, folder, "bianji", "state=drafted", "submit", SENTENCE)
        desk(browser, url, folder, "shenhe", link, "approve")
        search(browser, url, found=False)
        release()
        search(browser, url, found=True)
        desk(browser, url, folder, "bianji", link, "withdraw", "来电人不愿公开")
        release()
        search(browser, url, found=False)


def run(program: str, *words: str) -> None:
    subprocess.run([sys.executable, "-m", program, *words], cwd=PROJECT, check=True)


def desk(
    browser: Browser, url: str, folder: Path, who: str, query: str, move: str, words: str = ""
) -> str:
    """Log in, move on the text that the address names or that is first; the query that names it."""
    with visit(browser, 1440) as seen:
        tab = seen.tab
        tab.goto(f"{url}/reviews?{query}")
        enter(tab, folder, who)
        expect(tab.get_by_text(text("zh", "reviews.public"), exact=True)).to_be_visible()
        if words:
            field = text("zh", "reviews.edit" if move == "submit" else "reviews.why")
            tab.get_by_label(field).fill(words)
        link = tab.get_by_role("link", name=text("zh", "reviews.link")).get_attribute("href")
        assert link is not None
        shot(tab, f"review-{move}")
        tab.get_by_role("button", name=text("zh", f"reviews.{move}")).click()
        expect(tab.get_by_text(text("zh", f"reviews.done_{move}"))).to_be_visible(timeout=30_000)
        seen.check(url)
    return link.partition("?")[2]


def search(browser: Browser, url: str, *, found: bool) -> None:
    """Look for the sentence as a reader does, on a phone."""
    with visit(browser, 390) as seen:
        seen.tab.goto(f"{url}/outcomes?q={SENTENCE[:4]}")
        if found:
            expect(seen.tab.get_by_text(SENTENCE)).to_be_visible()
            shot(seen.tab, "outcomes-found")
        else:
            expect(seen.tab.get_by_text(text("zh", "outcomes.nothing"))).to_be_visible()
