"""Login by a real OpenID provider: who comes in, as what, and what must not pass for a return."""

import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import httpx2
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from components.locales import text
from data_access.supervision import attempts, database, people, sessions
from data_access.supervision.audit_tables import LOG
from data_access.supervision.viewer import Role, Viewer
from tests.supervision.conftest import cookie

SESSION, PENDING = "sunline_session", "sunline_login"
MAPPING = """
city = "ankang"
[[grant]]
group = "12345-supervision"
role = "city_supervisor"
[[grant]]
group = "12345-hanbin"
role = "department_supervisor"
units = ["610902", "chengguan"]
[[grant]]
group = "12345-audit"
role = "auditor"
"""
ID = "sunline"


@pytest.fixture
def provided(
    site: TestClient, issuer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> TestClient:
    """The site with a provider and a mapping."""
    (tmp_path / "roles.toml").write_text(MAPPING, "utf-8")
    (tmp_path / "secret").write_text("s%cret\n", "utf-8")
    for name, value in {
        "OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": ID, "OIDC_ROLES_FILE": tmp_path / "roles.toml",
        "OIDC_CLIENT_SECRET_FILE": tmp_path / "secret",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, str(value))
    return site


def at_provider(issuer: str, sub: str, **claims: object) -> None:
    """Have the provider know somebody."""
    body = json.dumps(claims).encode()
    headers = {"Content-Type": "application/json"}
    asked = Request(f"{issuer}/users/{sub}", body, headers, method="PUT")  # noqa: S310
    urlopen(asked, timeout=5).close()  # noqa: S310 - a server of this test


def away(client: TestClient, sub: str, onward: str = "/audit") -> str:
    """Off to the provider, logged in there; the address it sends the browser back to."""
    start = client.get("/login/start", params={"next": onward})
    assert start.status_code == 303, start.text
    answer = httpx2.post(start.headers["location"], data={"sub": sub}, follow_redirects=False)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == "http://localhost/login/return"
    return f"{back.path}?{back.query}"


def test_a_person_of_the_provider_comes_in_with_the_roles_of_their_groups(
    provided: TestClient, issuer: str
) -> None:
    at_provider(issuer, "wang", name="王芳", groups=["12345-hanbin", "12345-audit", "canteen"])
    entered = provided.get(away(provided, "wang", "/audit?lang=en"))
    assert (entered.status_code, entered.headers["location"]) == (303, "/audit?lang=en")
    viewer = sessions.viewer(database.engine(), entered.cookies[SESSION])
    assert viewer == Viewer(
        "oidc:wang", "王芳", "ankang", frozenset({Role.DEPARTMENT, Role.AUDITOR}),
        frozenset({"610902", "chengguan"}),
    )  # fmt: skip


def test_the_browser_sees_neither_verifier_nor_secret(provided: TestClient) -> None:
    start = provided.get("/login/start")
    asked = parse_qs(urlsplit(start.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert "client_secret" not in asked
    assert "code_verifier" not in asked
    assert len(start.cookies[PENDING]) == 43


def test_unknown_groups_give_no_role_and_no_session(provided: TestClient, issuer: str) -> None:
    strange: tuple[object, ...] = (["canteen"], [], "12345-Audit", None, {"12345-audit": 1}, [1])
    for groups in strange:
        at_provider(issuer, "li", name="李", groups=groups)
        refused = provided.get(away(provided, "li"))
        assert refused.status_code == 403
        assert text("zh", "login.notice.no_role") in refused.text
        assert SESSION not in refused.cookies


def test_changed_groups_count_in_sessions_that_are_open(provided: TestClient, issuer: str) -> None:
    at_provider(issuer, "chen", name="陈", groups=["12345-supervision"])
    held = provided.get(away(provided, "chen")).cookies[SESSION]
    at_provider(issuer, "chen", name="陈", groups=["12345-audit"])
    provided.cookies.clear()
    provided.get(away(provided, "chen"))  # elsewhere
    now = sessions.viewer(database.engine(), held)
    assert now is not None
    assert now.roles == {Role.AUDITOR}
    at_provider(issuer, "chen", name="陈", groups=[])
    provided.get(away(provided, "chen"))
    assert not sessions.viewer(database.engine(), held).roles  # type: ignore[union-attr]


def test_a_suspended_person_stays_out_whatever_the_provider_says(
    provided: TestClient, issuer: str
) -> None:
    at_provider(issuer, "zhao", name="赵", groups=["12345-audit"])
    provided.get(away(provided, "zhao"))
    with database.engine().begin() as connection:
        people.suspend(connection, "oidc:zhao", suspended=True, by="test")
    assert provided.get(away(provided, "zhao")).status_code == 403


def test_a_return_is_good_once_in_one_browser(provided: TestClient, issuer: str) -> None:
    at_provider(issuer, "sun", name="孙", groups=["12345-audit"])
    back = away(provided, "sun")
    pending = provided.cookies[PENDING]
    provided.cookies.clear()
    assert provided.get(back).status_code == 403  # in another browser: login by a planted link
    assert provided.get(back, headers={"cookie": f"{PENDING}=x"}).status_code == 403
    mine = {"cookie": f"{PENDING}={pending}"}
    assert provided.get(back, headers=mine).status_code == 303
    provided.cookies.clear()
    assert provided.get(back, headers=mine).status_code == 403  # replayed


CHANGES: tuple[dict[str, list[str]], ...] = (
    {"state": ["wrong"]}, {"state": []}, {"code": ["wrong"]}, {"code": []},
    {"iss": ["https://evil.example"]}, {"code": [], "error": ["access_denied"]},
)  # fmt: skip


def test_a_changed_return_opens_nothing(provided: TestClient, issuer: str) -> None:
    at_provider(issuer, "qian", name="钱", groups=["12345-audit"])
    for change in CHANGES:
        told = parse_qs(urlsplit(away(provided, "qian")).query) | change
        query = "&".join(f"{name}={value}" for name, values in told.items() for value in values)
        refused = provided.get(f"/login/return?{query}")
        assert refused.status_code == 403, change
        assert SESSION not in refused.cookies
    with database.engine().connect() as connection:
        failed = connection.execute(select(LOG.c.id).where(LOG.c.did == "login_failed")).all()
    assert len(failed) == len(CHANGES)


def test_nobody_fills_the_log_from_outside(
    provided: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        assert provided.get("/login/return?state=x&code=y").status_code == 403
    with database.engine().connect() as connection:
        assert connection.execute(select(LOG.c.id)).all() == []
    monkeypatch.setattr(attempts, "STARTS", 2)
    told = [provided.get("/login/start").status_code for _ in range(4)]
    assert told == [303, 303, 429, 429]


def test_the_session_of_before_is_not_that_of_after(provided: TestClient, issuer: str) -> None:
    at_provider(issuer, "wu", name="吴", groups=["12345-audit"])
    planted = "planted"
    provided.cookies.set(SESSION, planted)
    assert provided.get(away(provided, "wu")).cookies[SESSION] != planted
    provided.cookies.clear()
    assert provided.get("/audit", headers=cookie(planted)).status_code == 303


def test_a_provider_that_does_not_answer_is_said(
    provided: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for address in ("http://localhost:9", "http://provider.example", "not an address"):
        monkeypatch.setenv("OIDC_ISSUER", address)
        answer = provided.get("/login/start")
        assert answer.status_code == 503
        assert text("zh", "login.notice.not_set_up") in answer.text
