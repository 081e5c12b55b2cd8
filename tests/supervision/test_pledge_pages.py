"""The register of time-limited solutions, run by Streamlit's own harness from app.py on."""

from datetime import date, timedelta
from functools import partial

import pytest

from components.locales import LANGUAGES, text
from data_access.supervision import pledges, promised
from data_access.supervision.database import engine
from data_access.supervision.pledges import Wanted
from data_access.supervision.promised import Pledge
from data_access.supervision.viewer import Role, Viewer
from tests.supervision.test_overdue_pages import look, said

EDITOR = Viewer("editor", "赵", "ankang", frozenset({Role.EDITOR}))
REVIEWER = Viewer("reviewer", "陈", "ankang", frozenset({Role.REVIEWER}))
TITLE, NEWS = "高层小区一停电就停水", "十八个泵房接上了备用电源。"
press = partial(text, "zh")


def only() -> Pledge:
    with engine().connect() as connection:
        return promised.read(connection, "ankang")[0]


@pytest.fixture
def registered(data: None) -> None:
    """A pledge that waits for approval."""
    today = date.today()  # noqa: DTZ011 - a day more or less does not matter here
    wanted = Wanted(TITLE, "", "供水供电供气", "", ("gongshui",), "没有人管过",
                    today - timedelta(days=2), today + timedelta(days=60))  # fmt: skip
    pledges.register(EDITOR, engine(), wanted, lambda text: [])


def test_it_is_approved_told_of_and_approved_again(
    registered: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = look(monkeypatch, EDITOR, "pledge_register")
    assert not app.exception
    assert text("zh", "pledge.needs_another") in said(app)
    assert press("pledge.approve") not in [button.label for button in app.button]

    app = look(monkeypatch, REVIEWER, "pledge_register")
    assert not app.text_area  # who approves does not write
    app.button(key="approve_1_1").click().run()
    assert press("pledge.done_approve") in [element.value for element in app.success]
    assert only().public

    app = look(monkeypatch, EDITOR, "pledge_register")
    late = look(monkeypatch, EDITOR, "pledge_register")
    for tab in (app, late):
        tab.text_area(key="tell_1_progress_text").set_value(NEWS)
        next(b for b in tab.button if b.label == press("pledge.hand_in")).click().run()
    assert press("pledge.done_tell") in [element.value for element in app.success]
    assert "赵 刚刚作了" in late.error[0].value  # and nothing is entered twice
    assert [entry.text for entry in only().entries][2:] == [NEWS]
    assert NEWS not in [entry.text for entry in only().told]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_register_speaks_the_language(
    registered: None, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    app = look(monkeypatch, REVIEWER, "pledge_register", lang=language)
    assert not app.exception
    assert TITLE in said(app)
    assert text(language, "pledge.waiting", n=1) in said(app)


def test_a_department_finds_a_closed_door(
    registered: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = Viewer("u", "", "ankang", frozenset({Role.DEPARTMENT}), frozenset({"610902"}))
    with pytest.raises(ValueError, match="supervision"):
        look(monkeypatch, unit, "pledge_register")
