"""A site with a login, its people, and a provider."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx2 import Response
from sqlalchemy import Engine
from starlette.testclient import TestClient

from data_access.cases import batches
from data_access.settings import PROJECT
from data_access.supervision import database, passwords, people, sessions
from data_access.supervision.people import Grants
from data_access.supervision.viewer import Role
from supervision.web import place
from tests.browser.conftest import free_port

SETTINGS = (
    "SUNLINE_ORIGIN", "SUNLINE_LOCAL_ACCOUNTS", "OIDC_ISSUER", "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET_FILE", "OIDC_ROLES_FILE", "OIDC_SCOPE",
)  # fmt: skip
PASSWORD = "correct horse battery"  # noqa: S105 - of an account of these tests
ROLES: dict[str, Grants] = {
    "city": frozenset({(Role.CITY, "")}),
    "hanbin": frozenset({(Role.DEPARTMENT, "610902")}),
    "chengguan": frozenset({(Role.DEPARTMENT, "chengguan")}),
    "reviewer": frozenset({(Role.REVIEWER, "")}),
    "editor": frozenset({(Role.EDITOR, "")}),
    "auditor": frozenset({(Role.AUDITOR, "")}),
}
OURS = {"sec-fetch-site": "same-origin"}  # what a browser says of this site's own form


@pytest.fixture(autouse=True)
def bare(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No settings of the login, and no engine kept from test to test."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(passwords, "COST", 2**4)  # what guessing costs is not what is tested
    yield
    database.engine().dispose()
    database._engine.cache_clear()


@pytest.fixture
def base(data: Path) -> Engine:
    """The case database of the process, with one made-up batch in it."""
    take_in(synthetic=True)
    return database.engine()


def take_in(synthetic: bool) -> None:
    with database.engine().begin() as connection:
        batches.open_batch(connection, batches.About("ankang", "demo", "", "", synthetic=synthetic))


def enrol(name: str, password: str = "", prefix: str = "local:") -> int:
    """A person with the role of that name; their id."""
    with database.engine().begin() as connection:
        return people.enrol(
            connection, prefix + name, f"{name} (test)", "ankang", ROLES[name], "test",
            passwords.sealed(password) if password else "",
        )  # fmt: skip


def log_in(name: str) -> str:
    """A session of such a person, known to the provider; its token."""
    person = enrol(name, prefix="oidc:")
    with database.engine().begin() as connection:
        return sessions.begin(connection, person, "provider")


def cookie(token: str) -> dict[str, str]:
    """The header that a browser sends with a session."""
    return {"cookie": f"{place.cookie('session')}={token}"}


@pytest.fixture
def site(application: TestClient, base: Engine) -> Iterator[TestClient]:
    """The site as a browser without any cookie finds it."""
    application.cookies.clear()
    yield application
    application.cookies.clear()


@pytest.fixture
def local(site: TestClient, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """The site on one's own machine, with an account of the demo."""
    monkeypatch.setenv("SUNLINE_LOCAL_ACCOUNTS", "demo")
    enrol("auditor", PASSWORD)
    return site


def post(
    client: TestClient, name: str = "auditor", password: str = PASSWORD, onward: str = "",
    headers: dict[str, str] = OURS, url: str = "/login",
) -> Response:  # fmt: skip
    return client.post(
        url, data={"name": name, "password": password, "next": onward}, headers=headers
    )


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """A provider that is served for all tests; it knows whoever is put into it."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.supervision.provider", str(port)],
        cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://localhost:{port}"
    try:
        for _ in range(100):
            assert process.poll() is None, "the provider ended by itself"
            try:
                urllib.request.urlopen(f"{address}/jwks", timeout=1).close()  # noqa: S310
                break
            except OSError:
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(10)
