"""The list of overdue cases and the case page, run by Streamlit's own harness from app.py on."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from components.locales import LANGUAGES, text
from data_access.cases.engine import connect
from data_access.cases.frames import frame
from data_access.cases.kinds import CASES, EVENTS
from data_access.settings import PROJECT
from data_access.supervision import actions, ledger, overdue
from data_access.supervision.database import engine
from data_access.supervision.overdue import Question
from data_access.supervision.viewer import CASE, Role, Viewer
from supervision import session
from tests.conftest import store
from tests.pages.carded import cards

CITY = Viewer("city", "周明", "ankang", frozenset({Role.CITY}))
OPEN = Question("open")
UNIT = Viewer("hanbin", "王芳", "ankang", frozenset({Role.DEPARTMENT}), frozenset({"610902"}))


@pytest.fixture
def city(demo_folder: Path, data: Path) -> None:
    """The demo city's cases in a folder of the test's own, because looking at a case writes."""
    connect(f"sqlite:///{demo_folder / 'cases.sqlite'}").dispose()
    data.mkdir(parents=True, exist_ok=True)
    shutil.copy(demo_folder / "cases.sqlite", data / "cases.sqlite")


def look(
    monkeypatch: pytest.MonkeyPatch, viewer: Viewer | None, page: str, **query: str
) -> AppTest:
    monkeypatch.setattr(session, "found", lambda: viewer)
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60)
    app.run()
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(f"pages/supervision/{page}.py").run()
    return app


def said(app: AppTest) -> str:
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning, app.text)
    told = [str(element.value) for kind in kinds for element in kind]
    return "\n".join([*told, *("\n".join(card) for card in cards(app))])


def listed(viewer: Viewer, asked: Question = OPEN) -> list[str]:
    with engine().connect() as connection:
        return [row.number for row in overdue.page(viewer, connection, asked).rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_shows_the_viewers_cases(
    city: None, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    for viewer in (CITY, UNIT):
        app = look(monkeypatch, viewer, "overdue", lang=language, which="open")
        assert not app.exception
        assert not app.error
        numbers = listed(viewer)
        assert numbers
        column = text(language, "overdue.column.number")
        shown = [str(value) for value in app.dataframe[0].value[column]]
        assert [value.split("number=")[1] for value in shown] == numbers
        assert all(("lang=en" in value) == (language == "en") for value in shown)
        assert text(language, "overdue.which.overdue") in app.radio[0].options
        assert "2026-11-01 00:00" in said(app)
        assert text(language, "site.synthetic") in said(app)  # though nothing is published
        assert bool(app.text_area) == viewer.has(Role.CITY)  # the form to begin an action


def test_filters_come_from_the_address(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    app = look(monkeypatch, CITY, "overdue", which="open", unit="610902", sort="received_desc")
    numbers = listed(CITY, Question("open", unit="610902", sort="received_desc"))
    shown = app.dataframe[0].value["工单号"]
    assert [str(value).split("number=")[1] for value in shown] == numbers
    nonsense = look(monkeypatch, CITY, "overdue", which="x", unit="' OR 1=1", after="x", days="-3")
    assert not nonsense.exception
    assert len(nonsense.dataframe[0].value) == len(listed(CITY, Question())) > 0


def test_a_unit_cannot_ask_for_another(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    app = look(monkeypatch, UNIT, "overdue", which="all", unit="chengguan")
    shown = set(app.dataframe[0].value["承办单位"])
    assert shown == {"汉滨区"}
    foreign = listed(CITY, Question("all", unit="chengguan"))[0]
    page = look(monkeypatch, UNIT, "case", number=foreign)
    assert text("zh", "case.not_yours") in said(page)
    assert foreign not in said(page)


@pytest.mark.parametrize("page", ["overdue", "case", "accountability", "behind"])
@pytest.mark.parametrize("roles", [(), (Role.REVIEWER,), (Role.AUDITOR,), (Role.EDITOR,)])
def test_others_find_a_closed_door(
    city: None, monkeypatch: pytest.MonkeyPatch, page: str, roles: tuple[Role, ...]
) -> None:
    viewer = Viewer("other", "", "ankang", frozenset(roles), frozenset({"610902"}))
    number = listed(CITY)[0]
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60)
    monkeypatch.setattr(session, "found", lambda: viewer if roles else None)
    app.query_params["number"] = number
    app.run()
    with pytest.raises(ValueError, match="supervision"):
        app.switch_page(f"pages/supervision/{page}.py")
    assert number not in said(app)
    assert not app.dataframe


def test_a_case_is_reminded_answered_and_settled(
    city: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = listed(UNIT)[0]
    app = look(monkeypatch, CITY, "case", number=number)
    assert not app.exception
    assert number in said(app)
    app.text_area(key="begin_words").set_value("请本周办结")
    _press(app, "对这 1 件发出：催办")
    assert "已对 1 件工单发出：催办。" in [element.value for element in app.success]

    action = _actions(number)[0]
    reply = look(monkeypatch, UNIT, "case", number=number)
    reply.text_area(key=f"move_{action.id}_words").set_value("周五办完")
    _press(reply, "答复")
    assert _actions(number)[0].state == "replied"
    assert "周五办完" in said(look(monkeypatch, CITY, "case", number=number))

    settle = look(monkeypatch, CITY, "case", number=number)
    settle.selectbox(key=f"move_{action.id}").set_value("settle").run()
    settle.text_area(key=f"move_{action.id}_words").set_value("已核实")
    _press(settle, "认可，办结")
    assert _actions(number)[0].state == "settled"


def test_a_form_answers_what_its_sender_saw(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sending a form runs the page anew, which by then reads an entry its sender never saw."""
    number, move = listed(UNIT)[0], text("zh", "move.withdraw")
    (begun,) = actions.begin(CITY, engine(), [number], "remind", "请本周办结")
    app = look(monkeypatch, CITY, "case", number=number)
    app.selectbox(key=f"move_{begun}").set_value("withdraw").run()
    actions.add(UNIT, engine(), begun, "note", "周五办完", seen=1)
    app.text_area(key=f"move_{begun}_words").set_value("重复了")
    _press(app, move)
    assert "王芳" in app.error[0].value
    assert _actions(number)[0].state == "sent"
    _press(app, move)  # having seen it
    assert _actions(number)[0].state == "withdrawn"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_change_of_category_is_on_the_way_of_a_case(
    city: None, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """As the hotline noted it, and as a later file tells it."""
    number = listed(UNIT)[0]
    with engine().connect() as connection:
        row = connection.execute(select(CASES.table).where(CASE.number == number)).mappings().one()
    again = {name: [row[name]] for name in CASES.content} | {
        "number": [number], "category": ["别的"], "category2": [""], "category3": [""],
    }  # fmt: skip
    event = {"number": [number], "seq": [99], "kind": ["recategorised"], "unit": ["610902"],
             "at": [row["received_at"]], "public_reason": ["原来分错了"]}  # fmt: skip
    store(engine(), "ankang", frame(again), others=((EVENTS, frame(event, EVENTS)),))
    app = look(monkeypatch, CITY, "case", number=number, lang=language)
    what, more = text(language, "case.what"), text(language, "case.more")
    way = next(table.value for table in app.dataframe if what in table.value)
    said_of = dict(zip(way[what], way[more], strict=True))
    assert said_of[text(language, "case.event.recategorised")] == "原来分错了"
    before, after = said_of[text(language, "case.event.retold")].split(" → ")
    old = [row[name] for name in ("category", "category2", "category3")]
    assert before == " / ".join(filter(None, old))
    assert after == " / ".join(["别的", *filter(None, old[1:])])


def test_a_caller_is_shown_for_a_reason_only(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    number = listed(UNIT)[0]
    app = look(monkeypatch, CITY, "case", number=number)
    assert "电话 1" in said(app)
    assert "＊＊" in said(app)
    app.text_input(key="unmask_reason").set_value("看")
    _press(app, "显示")
    assert app.error
    app.text_input(key="unmask_reason").set_value("核实地址后上门处理")
    _press(app, "显示")
    assert "身份证 ＊＊" not in said(app)


def _press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception


def _actions(number: str) -> list[ledger.Action]:
    with engine().connect() as connection:
        return ledger.of_case(CITY, connection, number)
