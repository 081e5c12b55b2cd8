"""What an attacker sends to the pages themselves: nothing that is not theirs comes back."""

import json
import os
import subprocess
import sys

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit.util import calc_hash

from components import sitemap
from components.locales import text
from data_access.settings import PROJECT
from data_access.supervision import database, people, sessions
from supervision import access
from supervision.web import application
from tests.supervision.conftest import ROLES, cookie, log_in
from tests.supervision.visitor import Tab

TITLE = text("zh", "page.audit.title")
INSIDE = text("zh", "audit.proof_about")  # a text of the page that no other page has
SPOOFED = {
    "x-app-role": "auditor", "x-app-sid": "x", "x-app-user": "oidc:auditor",
    "x-forwarded-user": "oidc:auditor", "x-remote-user": "oidc:auditor", "remote-user": "auditor",
    "x-auth-request-user": "auditor", "authorization": "Bearer auditor",
    "x-streamlit-user": '{"sub": "auditor"}', "x-forwarded-for": "127.0.0.1",
}  # fmt: skip


def test_an_auditor_sees_the_page(site: TestClient) -> None:
    """So that the tests below would notice it."""
    with Tab(site, cookie(log_in("auditor"))) as tab:
        shown = tab.ask("audit")
        assert INSIDE in tab.ask("", script=calc_hash("audit"))
    assert INSIDE in shown
    assert "oidc:auditor" in shown


def test_nobody_else_does_whatever_they_send(site: TestClient) -> None:
    log_in("auditor")
    strangers: list[dict[str, str]] = [{}, SPOOFED, cookie("forged"), cookie("")]
    strangers += [cookie(log_in(name)) for name in ROLES if name != "auditor"]
    strangers += [SPOOFED | cookie(log_in("city")), {"cookie": "_streamlit_user=auditor"}]
    for headers in strangers:
        with Tab(site, headers) as tab:
            for asked in (
                ("audit",), ("audit", "user=oidc:auditor&role=auditor"),
                ("", "", calc_hash("audit")), ("pages/supervision/audit.py",),
            ):  # fmt: skip
                shown = tab.ask(*asked)
                assert INSIDE not in shown, headers
                assert "oidc:auditor" not in shown, headers
                assert "audit_check" not in shown


def test_a_cookie_replayed_after_logout_opens_nothing(site: TestClient) -> None:
    token = log_in("auditor")
    with database.engine().begin() as connection:
        sessions.end(connection, token)
    with Tab(site, cookie(token)) as tab:
        assert INSIDE not in tab.ask("audit")
    assert site.get("/audit", headers=cookie(token)).status_code == 303


def test_an_open_tab_loses_access_at_its_next_rerun(site: TestClient) -> None:
    token = log_in("auditor")
    with Tab(site, cookie(token)) as tab:
        assert INSIDE in tab.ask("audit")
        with database.engine().begin() as connection:
            sessions.end(connection, token)
        shown = tab.ask("audit")
        assert INSIDE not in shown
        assert "oidc:" not in shown
        assert text("zh", "login.first") in shown


def test_roles_that_change_count_at_the_next_rerun(site: TestClient) -> None:
    token = log_in("auditor")
    with Tab(site, cookie(token)) as tab:
        assert INSIDE in tab.ask("audit")
        with database.engine().begin() as connection:
            known = people.find(connection, "oidc:auditor")
            assert known is not None
            people.grant(connection, known.id, ROLES["hanbin"], "test")
        shown = tab.ask("audit")
        assert INSIDE not in shown
        assert text("zh", "login.not_yours") in shown
        with database.engine().begin() as connection:
            people.grant(connection, known.id, ROLES["auditor"], "test")
        assert INSIDE in tab.ask("audit")


def test_taking_over_an_abandoned_tab_gives_nothing(site: TestClient) -> None:
    """Streamlit lets a socket take up an earlier session by its id: not with its cookie."""
    with Tab(site, cookie(log_in("auditor"))) as tab:
        shown = tab.ask("audit")
        assert INSIDE in shown
    abandoned = tab.session
    assert abandoned
    with Tab(site, {}, abandoned) as thief:
        taken = thief.ask("audit")
    assert thief.session == abandoned
    assert INSIDE not in taken
    assert "oidc:auditor" not in taken


def test_two_tabs_with_two_cookies_stay_two_people(site: TestClient) -> None:
    with Tab(site, cookie(log_in("auditor"))) as one, Tab(site, cookie(log_in("city"))) as two:
        assert INSIDE in one.ask("audit")
        assert INSIDE not in two.ask("audit")
        assert "auditor (test)" in one.ask("")
        assert "city (test)" in two.ask("")


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://localhost.evil.example", "null", "http://localhost:9"],
)
def test_another_site_cannot_open_a_socket_with_our_cookie(site: TestClient, origin: str) -> None:
    headers = cookie(log_in("auditor")) | {"origin": origin}
    with pytest.raises(WebSocketDisconnect), Tab(site, headers) as tab:
        tab.ask("audit")


def test_every_restricted_page_says_who_it_is_for_and_asks_first() -> None:
    """A page without readers is for nobody; one that does not ask would be for everybody."""
    assert {page.id for page in sitemap.SUPERVISION} == set(access.READERS)
    for page in sitemap.SUPERVISION:
        source = (PROJECT / page.file).read_text("utf-8")
        calls = [line for line in source.splitlines() if line and line[0] not in "\"'#ft)} "]
        first = next(line for line in calls if not line.startswith(("import ", "from ")))
        assert f'session.viewer("{page.id}")' in first, page.file


def test_nothing_of_a_page_runs_without_asking_who_looks() -> None:
    """A fragment runs without its page, and a download is fetched by its address alone."""
    for folder in ("supervision", "pages/supervision"):
        for path in (PROJECT / folder).rglob("*.py"):
            for forbidden in ("st.fragment", "download_button", "trustedUserHeaders", "st.user"):
                assert forbidden not in path.read_text("utf-8"), path
    settings = (PROJECT / ".streamlit" / "config.toml").read_text("utf-8")
    assert "trustedUserHeaders" not in settings


COLD = """
import json, sys, app
from starlette.testclient import TestClient
from tests.supervision.visitor import Tab
page, headers = sys.argv[1], json.loads(sys.argv[2])
with TestClient(app.app, base_url="http://localhost", follow_redirects=False) as client:
    try:
        with Tab(client, headers) as tab:
            socket = tab.ask(page)
    except Exception as error:
        socket = f"closed: {type(error).__name__}"
    found = {path: (answer.status_code, answer.headers.get("location", ""), answer.text)
             for path in json.loads(sys.argv[3])
             for answer in [client.get(path, headers={"accept": "text/html"} | headers)]}
loaded = [name for name in sys.modules if name.startswith(("data_access.cases",
          "data_access.supervision", "supervision", "pages.supervision"))]
print(json.dumps({"socket": socket, "found": found, "loaded": loaded}))
"""


def cold(
    page: str, paths: list[str], site: str = "all", headers: dict[str, str] | None = None
) -> dict[str, object]:
    """What a process that has served nobody yet says to a first visitor."""
    run = subprocess.run(
        [sys.executable, "-c", COLD, page, json.dumps(headers or {}), json.dumps(paths)],
        cwd=PROJECT, env=os.environ | {"SITE": site}, capture_output=True, text=True, check=True,
        timeout=120,
    )  # fmt: skip
    found: dict[str, object] = json.loads(run.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("page", sitemap.SUPERVISION, ids=lambda page: page.id)
def test_a_cold_process_shows_a_restricted_page_to_nobody(base: Engine, page: sitemap.Page) -> None:
    answered = cold(page.id, [page.path], headers=SPOOFED)
    about = text("zh", f"page.{page.id}.about")
    assert text("zh", "login.first") in str(answered["socket"])
    assert about not in str(answered)
    assert text("zh", f"page.{page.id}.title") not in str(answered)
    status, location, _ = answered["found"][page.path]  # type: ignore[index]
    assert (status, location) == (303, f"/login?next=%2F{page.id}")


def test_a_public_process_has_no_login_and_no_case_database(base: Engine) -> None:
    paths = [route.path for route in application.routes()]
    answered = cold("audit", paths, "public", cookie(log_in("auditor")))
    assert answered["loaded"] == []
    found = answered["found"]
    assert isinstance(found, dict)
    assert {status for status, _, _ in found.values()} == {404}
    assert INSIDE not in str(answered)
    assert text("zh", "login.title") not in str(answered["socket"])


def test_a_supervision_process_lets_strangers_see_the_login_alone(base: Engine) -> None:
    unknown = [page.path for page in sitemap.PAGES if page.path != "/"]
    behind = ["/", "/audit", "/_stcore/script-health-check", "/_stcore/metrics", "/media/x.csv",
              "/open-data/x.csv", "/app/static/x.js", "/component/x/y.js"]  # fmt: skip
    answered = cold("audit", [*unknown, *behind, "/login", "/favicon.svg"], "supervision")
    found = answered["found"]
    assert isinstance(found, dict)
    assert answered["socket"] == "closed: WebSocketDisconnect"
    for path in behind:
        status, location, words = found[path]
        assert (status, location.split("?")[0], words) == (303, "/login", ""), path
    assert {found[path][0] for path in unknown} == {404}
    assert found["/login"][0] == found["/favicon.svg"][0] == 200
    assert "/login?next=%2Faudit" in found["/audit"][1]


def test_a_supervision_process_serves_those_who_are_logged_in(base: Engine) -> None:
    inside = cookie(log_in("auditor"))
    answered = cold("audit", ["/", "/audit", "/units", "/account"], "supervision", inside)
    assert INSIDE in str(answered["socket"])
    found = answered["found"]
    assert isinstance(found, dict)
    assert found["/"][:2] == [303, "/audit"]
    assert [found[path][0] for path in ("/audit", "/units", "/account")] == [200, 404, 200]
