"""/login and /logout over HTTP: forms of this site only, the way back kept, nothing given away."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from components.locales import text
from data_access.supervision import attempts, database
from data_access.supervision.audit_tables import LOG
from supervision.web import cookies, onward, place
from tests.supervision.conftest import OURS, cookie, log_in, post

SESSION, SECRET, WRONG = "sunline_session", "hush-hush", "wrong"


def did() -> list[tuple[str, str]]:
    with database.engine().connect() as connection:
        return [(row.did, row.actor) for row in connection.execute(select(LOG).order_by(LOG.c.id))]


def test_a_login_leads_to_the_page_that_was_asked_for(local: TestClient) -> None:
    asked = local.get("/audit?lang=en")
    assert asked.status_code == 303
    form = local.get(asked.headers["location"])
    carried = re.search('name="next" value="([^"]*)"', form.text)
    assert carried is not None
    entered = post(local, onward=unescape(carried[1]))
    assert (entered.status_code, entered.headers["location"]) == (303, "/audit?lang=en")
    page = local.get(entered.headers["location"])
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert text("en", "page.audit.title") in page.text


def test_the_cookie_is_for_this_site_and_no_script(
    local: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = post(local).headers["set-cookie"]
    assert held.startswith(f"{SESSION}=")
    assert "HttpOnly" in held
    assert "SameSite=lax" in held
    assert "Path=/" in held
    assert "Domain" not in held
    assert "Max-Age" not in held
    monkeypatch.setenv("SUNLINE_ORIGIN", "https://duban.example.gov.cn")
    assert place.cookie(cookies.SESSION) == "__Host-sunline_session"
    response = PlainTextResponse("")
    cookies.put(response, cookies.SESSION, "x")
    assert "Secure" in response.headers["set-cookie"]


def test_a_wrong_password_and_an_unknown_name_are_told_alike(local: TestClient) -> None:
    wrong, unknown = post(local, password=WRONG), post(local, name="nobody")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text == unknown.text
    assert "set-cookie" not in wrong.headers
    assert did()[-2:] == [("login_failed", "local:auditor"), ("login_failed", "unknown")]


def test_what_was_typed_is_neither_shown_nor_logged(local: TestClient) -> None:
    answer = post(local, name=SECRET, password=f"{SECRET}!")
    assert SECRET not in answer.text
    with database.engine().connect() as connection:
        assert SECRET not in str(connection.execute(select(LOG)).all())


def test_guessing_is_slowed_down_per_account(local: TestClient) -> None:
    for _ in range(attempts.NAME):
        assert post(local, password=WRONG).status_code == 401
    assert post(local).status_code == 429  # even the right one, until the window is over
    with database.engine().begin() as connection:
        assert attempts.enter(connection, "local:other", "192.0.2.9").granted


def test_success_is_not_counted(local: TestClient) -> None:
    for _ in range(attempts.NAME + 2):
        assert post(local).status_code == 303


def test_another_site_cannot_log_anybody_in(local: TestClient) -> None:
    foreign: tuple[dict[str, str], ...] = (
        {}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"}, {"origin": "https://evil.example"}, {"origin": "null"},
        {"sec-fetch-site": "cross-site", "origin": "http://localhost"},
    )  # fmt: skip
    for headers in foreign:
        refused = post(local, headers=headers)
        assert refused.status_code == 403, headers
        assert "set-cookie" not in refused.headers


def test_a_planted_session_is_not_taken_up(local: TestClient) -> None:
    """Session fixation: the token of before is not that of after, and opens nothing."""
    planted = "attacker-knows-this"
    entered = post(local, headers=OURS | cookie(planted))
    assert planted not in entered.headers["set-cookie"]
    local.cookies.clear()
    assert local.get("/audit", headers=cookie(planted)).status_code == 303


ELSEWHERE = (
    "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example",
    "/audit/../../evil", "/%2f%2fevil.example", "javascript:alert(1)", "/login", "/logout",
    "/audit\r\nSet-Cookie: x=y", "http:/audit", "///audit", "audit", " /audit", "/nowhere",
    "/audit" + "x" * 3000, "/audit?x=" + "y" * 3000, "//localhost:80\t/audit",
)  # fmt: skip


def test_the_way_back_never_leads_elsewhere(local: TestClient) -> None:
    for asked in ELSEWHERE:
        assert onward.safe(asked) == "", asked
        assert post(local, onward=asked).headers["location"] == "/audit"


@given(st.text(alphabet="/\\:?#@.%&=aud it\t\nхевi1", max_size=40))
def test_whatever_is_asked_the_way_back_is_a_page_of_ours(asked: str) -> None:
    found = onward.safe("/" + asked)
    assert found == "" or re.fullmatch(r"/[a-z_]*(\?[\w%=&.+~-]+)?", found)


def test_logging_out_needs_a_form_of_this_session(local: TestClient) -> None:
    token = post(local).cookies[SESSION]
    mine = cookie(token)
    other = cookies.form_key(log_in("city"))
    for fields in ({}, {"key": ""}, {"key": "x"}, {"key": "é"}, {"key": other}):
        assert local.post("/logout", data=fields, headers=mine).status_code == 403
    local.get("/logout", headers=mine)
    assert local.get("/account", headers=mine).status_code == 200


def test_logging_out_ends_the_session_for_every_holder_of_the_cookie(local: TestClient) -> None:
    token = post(local).cookies[SESSION]
    page = local.get("/account")
    key = re.search('name="key" value="([0-9a-f]{64})"', page.text)
    assert key is not None
    out = local.post("/logout", data={"key": key[1]})
    assert out.headers["location"].startswith("/login?out=1")
    assert f'{SESSION}=""' in out.headers["set-cookie"]
    local.cookies.clear()
    assert local.get("/audit", headers=cookie(token)).status_code == 303
    assert local.get("/account", headers=cookie(token)).status_code == 303
    assert [entry for entry, _ in did()][-2:] == ["login", "logout"]


def test_one_can_log_out_everywhere(local: TestClient) -> None:
    first, second = (post(local).cookies[SESSION] for _ in range(2))
    fields = {"key": cookies.form_key(second), "everywhere": "yes"}
    local.cookies.clear()
    assert local.post("/logout", data=fields, headers=cookie(second)).status_code == 303
    for token in (first, second):
        local.cookies.clear()
        assert local.get("/audit", headers=cookie(token)).status_code == 303


def test_a_page_of_another_role_does_not_exist(site: TestClient) -> None:
    for name in ("city", "hanbin", "reviewer", "editor"):
        page = site.get("/audit", headers=cookie(log_in(name)))
        assert page.status_code == 404
        assert text("zh", "page.audit.title") not in page.text


def test_without_a_provider_or_local_accounts_there_is_nothing_to_log_in_with(
    site: TestClient, base: Engine
) -> None:
    assert text("zh", "login.none") in site.get("/login").text
    assert site.get("/login/start").status_code == 503
    assert site.get("/login", headers={"host": "duban.example.gov.cn"}).status_code in (400, 503)


def test_an_unsafe_origin_is_refused(site: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for origin in ("http://duban.example.gov.cn", "duban", "https://a/b", "ftp://x", "https://u@a"):
        monkeypatch.setenv("SUNLINE_ORIGIN", origin)
        answer = site.get("/login")
        assert answer.status_code == 503, origin
        assert text("zh", "login.notice.not_set_up") in answer.text
