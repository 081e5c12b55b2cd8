"""Many writers of the ledger at once, and one that is killed: nothing is lost."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine

from data_access.settings import PROJECT
from data_access.supervision.actions import Outdated, add, begin
from tests.data_access.test_ledger import CITY, HANBIN, fill, one

WRITERS = 20


@pytest.fixture
def cases(engine: Engine) -> Engine:
    """A case of 汉滨区 on either database."""
    fill(engine)
    return engine


def test_twenty_writers_lose_nothing(cases: Engine) -> None:
    """Both sides write about one case at once, each on a connection of its own."""
    (action,) = begin(CITY, cases, ["1"], "remind")

    def write(number: int) -> list[str]:
        who = CITY if number % 2 else HANBIN
        words = [f"{number}-{turn}" for turn in range(3)]
        for text in words:
            add(who, cases, action, "note", text, seen=1)
        return words

    with ThreadPoolExecutor(WRITERS) as pool:
        wanted = {text for words in pool.map(write, range(WRITERS)) for text in words}
    found = one(cases, CITY, action)
    assert found is not None
    assert [entry.seq for entry in found.entries] == list(range(1, 2 + 3 * WRITERS))
    assert {entry.words for entry in found.entries} - {""} == wanted


def test_of_twenty_who_make_the_same_move_one_does_and_the_others_are_told(cases: Engine) -> None:
    (action,) = begin(CITY, cases, ["1"], "remind")

    def settle(number: int) -> bool:
        try:
            add(CITY, cases, action, "withdraw", f"{number}", seen=1)
        except Outdated as error:
            return error.now.state != "withdrawn"  # the others are told how it stands
        return True

    with ThreadPoolExecutor(WRITERS) as pool:
        assert sum(pool.map(settle, range(WRITERS))) == 1
    found = one(cases, CITY, action)
    assert found is not None
    assert len(found.entries) == 2


WRITER = """
import sys
from data_access.cases.engine import connect
from tests.data_access.test_ledger import CITY
from data_access.supervision.actions import add
engine = connect()
for number in range(100_000):
    add(CITY, engine, int(sys.argv[1]), "note", str(number), seen=1)
    print(number, flush=True)
"""


def test_a_killed_writer_loses_nothing_that_it_was_told_is_kept(cases: Engine) -> None:
    (action,) = begin(CITY, cases, ["1"], "remind")
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(action)],
        stdout=subprocess.PIPE, text=True, env=environment, cwd=PROJECT,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        told = [process.stdout.readline().strip() for _ in range(25)]
        process.send_signal(signal.SIGKILL)
        told += process.stdout.read().split()
    found = one(cases, CITY, action)
    assert found is not None
    kept = [entry.words for entry in found.entries[1:]]
    assert kept[: len(told)] == [str(number) for number in range(len(told))] == told
    assert len(kept) - len(told) in (0, 1)  # written, and killed before it could say so
    add(CITY, cases, action, "note", "goes on", seen=1)
