"""Local accounts open nothing but the demo on one's own machine: each condition alone."""

import subprocess
import sys

import pytest
from starlette.testclient import TestClient

from data_access.settings import PROJECT
from tests.supervision.conftest import OURS, cookie, post, take_in

SESSION = "sunline_session"


def test_local_accounts_are_not_served_through_a_proxy(local: TestClient) -> None:
    for headers in (
        {"x-forwarded-for": "127.0.0.1"}, {"forwarded": "for=127.0.0.1"}, {"via": "1.1 proxy"},
        {"x-real-ip": "127.0.0.1"}, {"host": "duban.example.gov.cn"}, {"host": "192.0.2.1"},
    ):  # fmt: skip
        assert post(local, headers=OURS | headers).status_code in (403, 503), headers
        assert 'type="password"' not in local.get("/login", headers=headers).text


def test_local_accounts_are_not_served_to_another_machine(local: TestClient) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local._transport, "client", ("192.0.2.7", 50000))
        assert post(local).status_code == 403
        assert 'type="password"' not in local.get("/login").text


def test_local_accounts_need_to_be_asked_for(
    local: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in ("", "1", "true", "DEMO"):
        monkeypatch.setenv("SUNLINE_LOCAL_ACCOUNTS", value)
        assert post(local).status_code == 403
        assert 'type="password"' not in local.get("/login").text


def test_local_accounts_end_where_real_cases_begin(local: TestClient) -> None:
    inside = cookie(post(local).cookies[SESSION])
    assert local.get("/audit", headers=inside).status_code == 200
    take_in(synthetic=False)
    assert post(local).status_code == 403
    local.cookies.clear()
    assert local.get("/audit", headers=inside).status_code == 303


def test_local_accounts_end_where_https_begins(
    local: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUNLINE_ORIGIN", "https://duban.example.gov.cn")
    assert post(local).status_code == 403


def test_a_server_for_others_refuses_to_start_with_local_accounts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SUNLINE_LOCAL_ACCOUNTS", "demo")
    run = subprocess.run(
        [sys.executable, "-m", "web.serve", "--host", "0.0.0.0", "--port", "1"],  # noqa: S104
        cwd=PROJECT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert run.returncode == 2
    assert "SUNLINE_LOCAL_ACCOUNTS" in run.stderr
