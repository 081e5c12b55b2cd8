"""How often one may fail, over restarts and processes, and without shutting a neighbour out."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine

from data_access.lookup import keys, limits, schema
from data_access.settings import PROJECT
from tests.lookup_store import CITY, fill

NOW = 1_762_700_000.0 // 900 * 900 + 1
HERE, THERE = "192.0.2.7", "198.51.100.9"
TRY = """
import sys
from data_access.lookup import keys, limits, schema
store, pepper = schema.connect(), keys.secret("pepper")
prefix, now, tries = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
print(sum(
    limits.enter(store, pepper, "192.0.2.7", "ankang", f"{prefix}{n}", now).granted
    for n in range(tries)
))
"""


@pytest.fixture(autouse=True)
def filled(store: Engine) -> None:
    fill()


def enter(address: str, number: str, now: float = NOW) -> limits.Admission:
    return limits.enter(schema.connect(), keys.secret("pepper"), address, CITY, number, now)


def granted(address: str, number: str, times: int, now: float = NOW) -> int:
    return sum(enter(address, number, now).granted for _ in range(times))


def test_five_failures_for_a_case_then_a_pause() -> None:
    assert granted(HERE, "GD1", 8) == 5
    assert granted(HERE, "gd-1", 1) == 0, "the same case, typed otherwise"
    assert granted(HERE, "GD1", 8, NOW + 900) == 5


def test_a_neighbour_behind_the_same_address_is_not_kept_out(store: Engine) -> None:
    """However often one of them tries his own number."""
    assert granted(HERE, "GD1", 400) == 5
    assert granted(HERE, "GD2", 1) == 1


def test_nobody_elsewhere_is_kept_from_a_case() -> None:
    assert granted(HERE, "GD1", 50) == 5
    assert granted(THERE, "GD1", 1) == 1


def test_an_address_that_tries_many_numbers_is_stopped(store: Engine) -> None:
    found = [enter(HERE, f"GD{n}").granted for n in range(1000)]
    assert sum(found) == limits.ADDRESS.most
    assert granted(THERE, "GD1", 1) == 1, "and does not use up what all have together"


def test_all_together_have_a_limit_that_says_so(
    store: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ALL", limits.Limit(20, 60))
    found = [enter(f"192.0.2.{n}", f"GD{n}") for n in range(30)]
    assert [one.granted for one in found] == [True] * 20 + [False] * 10
    assert {one.overall for one in found[20:]} == {True}
    assert granted("192.0.2.99", "GD99", 1, NOW + 60) == 1


def test_a_success_does_not_count(store: Engine) -> None:
    for _ in range(50):
        admission = enter(HERE, "GD1")
        assert admission.granted
        limits.forgive(store, admission)


def test_old_counts_and_addresses_are_not_kept(store: Engine, data: Path) -> None:
    granted(HERE, "GD1", 3)
    granted(THERE, "GD2", 1, NOW + 2000)
    with store.connect() as connection:
        rows = connection.execute(schema.ATTEMPTS.select()).all()
    assert len(rows) == 3
    stored = b"".join(path.read_bytes() for path in data.glob("lookup.sqlite*"))
    assert HERE.encode() not in stored
    assert THERE.encode() not in stored


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"), ("192.0.2.7", "192.0.2.7"), ("testclient", "testclient"),
    ],
)  # fmt: skip
def test_a_household_is_one_address(address: str, network: str) -> None:
    assert limits.network(address) == network


def test_limits_hold_over_two_processes_and_a_restart(store: Engine) -> None:
    def start(prefix: str, tries: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", TRY, prefix, str(NOW), str(tries)]
        return subprocess.Popen(
            command, cwd=PROJECT, env=os.environ.copy(), stdout=subprocess.PIPE, text=True
        )

    together = [start("A", 80), start("B", 80)]
    assert sum(int(one.communicate(timeout=60)[0]) for one in together) == limits.ADDRESS.most
    again = start("C", 5)
    assert int(again.communicate(timeout=60)[0]) == 0
