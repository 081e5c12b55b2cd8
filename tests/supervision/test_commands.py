"""python -m supervision, as the operator of a server types it."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from data_access.settings import demo_accounts
from data_access.supervision import attempts, database, passwords, people, sessions
from data_access.supervision.viewer import Role
from supervision.__main__ import main
from tests.supervision.conftest import log_in, take_in


def test_demo_accounts_are_made_once_and_printed(
    base: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SUNLINE_LOCAL_ACCOUNTS", "demo")
    assert main(["demo-accounts"]) == 0
    printed = capsys.readouterr().out
    told = dict(line.split()[:2] for line in demo_accounts().read_text("utf-8").splitlines())
    assert stat.S_IMODE(demo_accounts().stat().st_mode) == 0o600
    assert all(password in printed for password in told.values())
    with database.engine().connect() as connection:
        made = {name: people.find(connection, f"local:{name}") for name in told}
    granted = {role for known in made.values() if known for role in known.viewer.roles}
    assert granted == set(Role)
    units = [known.viewer.units for known in made.values() if known and known.viewer.units]
    assert len(units) == len(set(units)) == 2
    for name, password in told.items():
        known = made[name]
        assert known is not None
        assert passwords.fits(password, known.password)
    assert main(["demo-accounts"]) == 0
    assert str(demo_accounts()) in capsys.readouterr().out
    assert main(["demo-accounts", "--new"]) == 0
    with database.engine().connect() as connection:
        again = people.find(connection, f"local:{next(iter(told))}")
    assert again is not None
    assert not passwords.fits(next(iter(told.values())), again.password)


@pytest.mark.parametrize("why", ["not asked for", "real cases", "no cases"])
def test_demo_accounts_are_not_made_by_accident(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], why: str
) -> None:
    if why != "not asked for":
        monkeypatch.setenv("SUNLINE_LOCAL_ACCOUNTS", "demo")
    if why != "no cases":
        take_in(synthetic=True)
        take_in(synthetic=why != "real cases")
    assert main(["demo-accounts"]) == 0
    assert "No demo accounts" in capsys.readouterr().out
    assert not demo_accounts().exists()
    with database.engine().connect() as connection:
        assert people.everyone(connection, "ankang") == []


def test_an_operator_sees_and_ends_sessions(
    base: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    token = log_in("city")
    assert main(["sessions"]) == 0
    assert "oidc:city\tcity (test)" in capsys.readouterr().out
    assert main(["end", "oidc:city"]) == 0
    assert sessions.viewer(database.engine(), token) is None
    assert main(["end", "oidc:nobody"]) == 2
    token = log_in("city")
    assert main(["suspend", "oidc:city"]) == 0
    assert sessions.viewer(database.engine(), token) is None
    assert main(["people"]) == 0
    assert "oidc:city\tcity (test)\tsuspended" in capsys.readouterr().out
    assert main(["reinstate", "oidc:city"]) == 0
    assert sessions.viewer(database.engine(), token) is not None


def test_the_audit_log_is_checked_against_a_head_that_was_kept(
    base: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    log_in("city")
    assert main(["audit"]) == 0
    kept = capsys.readouterr().out.split()[1]
    assert main(["audit", "--kept", kept]) == 0
    assert main(["audit", "--kept", kept[:-1] + ("0" if kept[-1] != "0" else "1")]) == 1
    with base.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_log_no_delete"))
        connection.execute(text("DELETE FROM audit_log WHERE id = 1"))
    assert main(["audit"]) == 1
    assert "BROKEN at entry 1" in capsys.readouterr().out


def test_guesses_at_once_are_counted_one_by_one(engine: Engine) -> None:
    def guess(_: int) -> bool:
        with engine.begin() as connection:
            return attempts.enter(connection, "local:city", "192.0.2.7").granted

    with ThreadPoolExecutor(10) as pool:
        granted = sum(pool.map(guess, range(30)))
    assert granted <= 2 * attempts.NAME  # twice only where a window ends in between
    assert granted >= attempts.NAME


def test_one_address_cannot_guess_at_many_accounts(engine: Engine) -> None:
    with engine.begin() as connection:
        for number in range(2 * attempts.ADDRESS):
            last = attempts.enter(connection, f"local:{number}", "192.0.2.7")
        assert not last.granted
        assert attempts.enter(connection, "local:x", "192.0.2.8").granted
