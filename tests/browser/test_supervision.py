"""A case is supervised as people do it: from the overdue list to the bulletin that tells of it."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Download, Page, expect
from sqlalchemy import update

from components.locales import text
from data_access.cases.engine import connect
from data_access.cases.kinds import CASES
from data_access.supervision import actions, overdue
from data_access.supervision.overdue import Question
from data_access.supervision.viewer import CASE, Role, Viewer
from tests.browser.conftest import SHOTS
from tests.browser.test_browser import Visit, visit
from tests.browser.test_login import SLOW, enter, laptop, place, shot  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser
CITY = Viewer("city", "周", "ankang", frozenset({Role.CITY}))
HANBIN = Viewer("hanbin", "王", "ankang", frozenset({Role.DEPARTMENT}), frozenset({"610902"}))
WANTED = "请在三个工作日内修好，并把照片附在答复里。"
LADDER = "按督办步骤，下一步可以：{step}。"
ROW = 35  # pixels, of a list and of its head
REPLY = "路面已经修好，诉求人签字确认。"


def overdue_case(folder: Path) -> str:
    """A case of the county that has an account in the demo, long overdue and reminded of already.

    The small demo city has hardly any, and none that is sure to be of that county.
    """
    opened = connect(f"sqlite:///{folder / 'cases.sqlite'}")
    with opened.begin() as connection:
        row = overdue.page(CITY, connection, Question("open", unit="610902")).rows[0]
        past = row.received_at - timedelta(days=45)
        values = {"received_at": past - timedelta(days=5), "due_at": past, "extended_due_at": None}
        connection.execute(update(CASES.table).where(CASE.id == row.id).values(values))
    (action,) = actions.begin(CITY, opened, [row.number], "remind")
    actions.add(HANBIN, opened, action, "reply", "正在办", seen=1)
    opened.dispose()
    return row.number


def words_of(download: Download, name: str) -> str:
    """The text of a PDF that was downloaded; its pages are kept as pictures to be looked at."""
    opened = pypdfium2.PdfDocument(io.BytesIO(Path(download.path()).read_bytes()))
    SHOTS.mkdir(parents=True, exist_ok=True)
    told = []
    for place_, page in enumerate(opened, 1):
        page.render(scale=1.25).to_pil().save(SHOTS / f"{name}-{place_}.png")
        told.append(page.get_textpage().get_text_range())
    opened.close()
    return "".join("".join(told).split())


def taken(tab: Page, label: str) -> Download:
    with tab.expect_download(timeout=SLOW) as caught:
        tab.get_by_role("link", name=label).last.click()
    return caught.value


def still(tab: Page) -> None:
    """Wait until nothing is drawn any more: a list that is open would close again."""
    expect(tab.locator("[data-test-script-state=notRunning]")).to_be_visible(timeout=SLOW)


def act(tab: Page, label: str, words: str, button: str) -> None:
    """Write into a field and press its button."""
    field = tab.get_by_label(label)
    field.fill(words)
    field.blur()
    still(tab)
    press = tab.get_by_role("button", name=button, exact=True)
    press.click()


def menu(tab: Page, page: str) -> None:
    """To a page by its link above every page."""
    title = text("zh", f"page.{page}.title")
    tab.get_by_role("link", name=title, exact=True).click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text(title, timeout=SLOW)
    still(tab)


def entered(seen: Visit, laptop: str, place: Path, name: str) -> Page:  # noqa: F811
    """From the front page through the login to the overdue list, which comes first."""
    tab = seen.tab
    tab.goto(laptop)
    tab.get_by_role("link", name=text("zh", "login.title")).click()
    enter(tab, place, name)
    title = text("zh", "page.overdue.title")
    expect(tab.get_by_role("heading", level=1)).to_contain_text(title, timeout=SLOW)
    still(tab)
    return tab


def opened(tab: Page, number: str) -> Visit:
    """Press the number of a case in the list: the case opens in a tab of its own.

    The list is painted, so the place of the cell is found by where the pointer becomes a hand.
    """
    grid = tab.get_by_test_id("stDataFrame").first
    grid.scroll_into_view_if_needed()
    row = (
        grid.locator("tbody tr").filter(has=tab.get_by_text(number)).get_attribute("aria-rowindex")
    )
    box = grid.bounding_box()
    assert row is not None
    assert box is not None
    y = box["y"] + ROW * (int(row) - 0.5)
    for x in range(int(box["x"]) + 60, int(box["x"] + box["width"]), 20):
        tab.mouse.move(x, y)
        if grid.locator("canvas").first.evaluate("it => it.style.cursor") == "pointer":
            with tab.context.expect_page() as found:
                tab.mouse.click(x, y)
            return Visit(found.value)
    raise AssertionError(f"{number} cannot be pressed")


def order(seen: Visit, laptop: str, place: Path, number: str) -> None:  # noqa: F811
    """From the list to the case; an order is sent out, and its document taken away."""
    tab = entered(seen, laptop, place, "shiji")
    label = text("zh", "export.take", name=text("zh", "export.overdue"), form="CSV")
    assert number in Path(taken(tab, label).path()).read_text("utf-8-sig")
    shot(tab, "supervision-overdue")
    seen.check(laptop)
    seen = opened(tab, number)
    tab = seen.tab
    expect(tab.get_by_text(LADDER.format(step="督办单"))).to_be_visible(timeout=SLOW)
    still(tab)
    button = text("zh", "act.begin", n=1, kind="督办单")
    act(tab, text("zh", "act.words"), WANTED, button)
    expect(tab.get_by_text(text("zh", "act.begun", n=1, kind="督办单"))).to_be_visible()
    told = words_of(taken(tab, text("zh", "paper.pdf")), "supervision-order")
    for said in ("督办单", number, WANTED, "汉滨区：", "（盖章）", "模拟数据"):
        assert said in told
    shot(tab, "supervision-case")
    seen.check(laptop)


def reply(seen: Visit, laptop: str, place: Path, number: str) -> None:  # noqa: F811
    """The unit reads it and replies; it cannot make bulletins."""
    tab = opened(entered(seen, laptop, place, "hanbin"), number).tab
    form = tab.get_by_text(text("zh", "ledger.act")).last
    expect(form).to_be_visible(timeout=SLOW)
    still(tab)
    form.click()
    act(tab, text("zh", "act.words_reply"), REPLY, text("zh", "move.reply"))
    moved = text("zh", "act.moved", move=text("zh", "move.reply"))
    expect(tab.get_by_text(moved)).to_be_visible()
    assert REPLY in words_of(taken(tab, text("zh", "paper.pdf")), "supervision-order-replied")
    shot(tab, "supervision-replied-phone")
    link = tab.get_by_role("link", name=text("zh", "page.bulletin.title"), exact=True)
    expect(link).to_have_count(0)
    tab.goto(f"{laptop}/bulletin")  # nor by its address
    expect(tab.get_by_role("heading", name=text("zh", "site.not_found"))).to_be_visible()
    assert tab.get_by_role("button", name=text("zh", "bulletin.make")).count() == 0


def bulletin(seen: Visit, laptop: str, place: Path, number: str) -> None:  # noqa: F811
    """The ladder has moved on, and the bulletin tells of the order."""
    seen = opened(entered(seen, laptop, place, "shiji"), number)
    tab = seen.tab
    expect(tab.get_by_text(LADDER.format(step="通报"))).to_be_visible(timeout=SLOW)
    menu(tab, "bulletin")
    expect(tab.get_by_role("button", name=text("zh", "bulletin.make"))).to_be_visible(timeout=SLOW)
    still(tab)
    tab.get_by_role("button", name=text("zh", "bulletin.make")).click()
    made = text("zh", "bulletin.made", version=1)
    expect(tab.get_by_text(made)).to_be_visible(timeout=SLOW)
    shot(tab, "supervision-bulletin")
    label = text("zh", "bulletin.file", form="PDF")
    told = words_of(taken(tab, label), "supervision-bulletin-page")
    for said in (f"安热督〔{datetime.now(UTC).year}〕2号", "督办单1项", "已答复"):
        assert said in told
    assert number not in told
    assert REPLY not in told
    seen.check(laptop)


def test_from_the_overdue_list_to_the_bulletin(
    browser: Browser,
    laptop: str,  # noqa: F811
    place: Path,  # noqa: F811
) -> None:
    number = overdue_case(place)
    for step, width in ((order, 1440), (reply, 390), (bulletin, 1440)):
        with visit(browser, width) as seen:
            step(seen, laptop, place, number)
