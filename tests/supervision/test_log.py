"""The auditor's page as Streamlit draws it, in both languages."""

import pytest
from sqlalchemy import Engine
from streamlit.testing.v1 import AppTest

from components.locales import LANGUAGES, text
from data_access.settings import PROJECT
from data_access.supervision import audit, database, people
from data_access.supervision.audit import Did
from data_access.supervision.viewer import Viewer
from supervision import session
from tests.supervision.conftest import log_in


@pytest.fixture
def auditor(base: Engine, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    """Somebody who is logged in as an auditor: the test harness knows no cookies."""
    log_in("hanbin")
    log_in("auditor")
    with database.engine().connect() as connection:
        known = people.find(connection, "oidc:auditor")
    assert known is not None
    monkeypatch.setattr(session, "found", lambda: known.viewer)
    return known.viewer


def open_page(language: str = "zh") -> AppTest:
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=30)
    app.query_params["lang"] = language
    app.run()
    app.switch_page("pages/supervision/audit.py").run()
    assert not app.exception
    assert not app.error
    return app


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_tells_who_did_what_in_words(auditor: Viewer, language: str) -> None:
    table = open_page(language).dataframe[0].value
    told = " ".join(table.astype(str).to_numpy().flatten())
    for key in ("audit.did.login", "audit.did.roles_changed", "role.department_supervisor"):
        assert text(language, key) in told
    assert "department_supervisor" not in told
    assert ("汉滨区" if language == "zh" else "Hanbin") in told


def test_it_finds_what_is_wanted(auditor: Viewer) -> None:
    app = open_page()
    app.selectbox(key="audit_did").set_value(Did.LOGIN).run()
    assert list(app.dataframe[0].value[text("zh", "audit.actor")]) == [
        "oidc:auditor",
        "oidc:hanbin",
    ]
    app.text_input(key="audit_actor").set_value("oidc:hanbin").run()
    assert len(app.dataframe[0].value) == 1
    app.text_input(key="audit_subject").set_value("nothing").run()
    assert not app.dataframe
    assert text("zh", "audit.found", n="0") in [caption.value for caption in app.caption]


def test_it_checks_the_chain_and_tells_the_head(auditor: Viewer) -> None:
    app = open_page()
    app.button(key="audit_check").click().run()
    with database.engine().connect() as connection:
        head = audit.check(connection).head
    assert app.success[0].value == text("zh", "audit.holds", n=f"{head.id - 1:,}")
    assert app.code[0].value.startswith(f"{head.id - 1}:")


def test_more_than_a_page_is_paged(auditor: Viewer) -> None:
    with database.engine().begin() as connection:
        for number in range(150):
            audit.record(connection, auditor, Did.SAW, f"GD{number}")
    app = open_page()
    assert len(app.dataframe[0].value) == 100
    subject = text("zh", "audit.subject")
    assert app.dataframe[0].value[subject].iloc[1] == "GD149"
    app.session_state["audit_page"] = 2
    app.run()
    assert app.dataframe[0].value[subject].iloc[0] == "GD51"  # two entries of reading came on top
