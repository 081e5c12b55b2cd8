"""The page of early warning, run by Streamlit's own harness from app.py on."""

from datetime import date, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from components.locales import LANGUAGES, text
from data_access.supervision import alert_keeping, alerts
from data_access.supervision.alert_keeping import Signal
from data_access.supervision.database import engine
from data_access.supervision.viewer import Role, Viewer
from tests.pages.carded import cards
from tests.supervision.test_overdue_pages import look, said

CITY = Viewer("city", "周明", "ankang", frozenset({Role.CITY}))
UNIT = Viewer("hanbin", "王芳", "ankang", frozenset({Role.DEPARTMENT}), frozenset({"610902"}))
DAY = date(2026, 3, 10)
DAYS = [[str(DAY - timedelta(days=back)), back, 0.5, 2] for back in range(41, -1, -1)]


@pytest.fixture
def kept(data: None) -> None:
    """Two alerts."""
    two = [
        Signal("城市管理", "市政设施", area, 3, 9, 1.5, 1e-5, 0.01, DAYS)
        for area in ("610902", "610921")
    ]
    with engine().begin() as connection:
        alert_keeping.keep(connection, "ankang", DAY, 400, two, 7)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_the_evidence(
    kept: None, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    app = look(monkeypatch, CITY, "alerts", lang=language)
    assert not app.exception
    assert not app.error
    assert len(app.dataframe[0].value) == 2
    assert text(language, "alerts.nothing_decided") in said(app)
    assert app.get("vega_lite_chart")
    assert {card.value for card in cards(app)} == {"–", "2"}


def test_an_alert_is_assigned_and_decided(kept: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert text("zh", "alerts.nothing") in said(look(monkeypatch, UNIT, "alerts"))
    app = look(monkeypatch, CITY, "alerts", alert="1")
    late = look(monkeypatch, CITY, "alerts", alert="1")
    app.selectbox(key="alert_1").set_value("assign").run()
    app.selectbox(key="alert_1_unit").set_value("610902")
    _press(app, "交给一个单位")
    assert app.success
    _press(late, "知悉")
    assert "没有记入：周明" in late.error[0].value

    unit = look(monkeypatch, UNIT, "alerts")
    assert len(unit.dataframe[0].value) == 1
    assert "结论：属实" not in unit.selectbox(key="alert_1").options
    assert text("zh", "alerts.not_yours") in said(look(monkeypatch, UNIT, "alerts", alert="2"))

    app = look(monkeypatch, CITY, "alerts", alert="1")
    app.selectbox(key="alert_1").set_value("close_true").run()
    _press(app, "结论：属实")
    assert app.error[0].value == text("zh", "alerts.bad_words")
    app.text_area(key="alert_1_close_true_words").set_value("水厂已确认")
    _press(app, "结论：属实")
    with engine().connect() as connection:
        assert alerts.counts(CITY, connection) == alerts.Counts(1, 0, 1)
    app = look(monkeypatch, CITY, "alerts", alert="1")
    assert "水厂已确认" in said(app)
    assert text("zh", "alerts.of", n=1, m=1) in said(app)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER, Role.AUDITOR])
def test_others_find_a_closed_door(kept: None, monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    with pytest.raises(ValueError, match="supervision"):
        look(monkeypatch, Viewer("x", "", "ankang", frozenset({role})), "alerts")


def _press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click()
    app.run()
    assert not app.exception
