"""A refresh that is killed anywhere leaves everything whole, and the next one finishes the work."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from data_access.cases import internal
from data_access.published import ALL, cells, current
from data_access.settings import PROJECT
from metrics.lattice import Table
from pipeline.__main__ import main
from pipeline.internal.writing import digest
from pipeline.refresh import inbox, lock, monitoring
from pipeline.refresh.command import BUSY
from pipeline.verify import verify

# Reads a number N a line and refreshes for each in a child of its own, which kills itself when it
# comes to its Nth place, as kill -9 would. Places are the lines of all that a refresh runs through,
# each where it is come by first. Prints the child's exit, and how many places there were.
KILLER = """
import os, signal, sys
from datetime import date
import cities
from data_access.cases.engine import opened
from metrics import lattice
from pipeline import refresh
from pipeline.refresh import lock
from tests.pipeline.test_refresh_interrupted import TABLES
lattice.tables = lambda path=None: TABLES
HERE = ("pipeline/refresh/", "pipeline/internal/", "pipeline/disk.py", "pipeline/ingest.py",
        "pipeline/release.py", "pipeline/publish.py", "data_access/cases/workings.py",
        "data_access/cases/merging.py", "data_access/cases/batches.py")
city = cities.profile("ankang")
def run():
    with lock.held("ankang"), opened() as engine:
        return refresh.refresh(engine, city, date(2026, 11, 1))
for command in sys.stdin:
    number, seen = int(command), set()
    def line(frame, event, argument):
        if event == "line":
            seen.add((frame.f_code.co_filename, frame.f_lineno))
            if len(seen) == number:
                os.kill(os.getpid(), signal.SIGKILL)
        return line
    def call(frame, event, argument):
        return line if any(part in frame.f_code.co_filename for part in HERE) else None
    child = os.fork()
    if not child:
        sys.stdout = open(os.devnull, "w")
        sys.settrace(call)
        failed = run().failed
        sys.settrace(None)
        sys.stderr.write(f"{len(seen)}\\n")
        sys.stderr.flush()
        os._exit(int(failed))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
HEADER = "number,received_at,channel,nature,category,area,status,due_at,closed_at\n"
MOMENTS = int(os.environ.get("SUNLINE_KILLS", "5"))  # places, spread over the whole way
LAST = date(2026, 11, 1)


TABLES = (
    Table(("received",), (), ("month", "quarter", "year", ALL), 5),
    Table(("received",), ("area",), ("quarter", "year"), 5),
    Table(("on_time_rate",), (), ("month", "quarter", "year", ALL), 30),
)


def rows(first: date, days: int, mark: str) -> str:
    """Twenty cases a day; most are closed in time."""
    text = [HEADER]
    for day in (first + timedelta(days=n) for n in range(days)):
        for case in range(20):
            due, end = day + timedelta(days=10), day + timedelta(days=3 if case else 12)
            text.append(
                f"{mark}{day:%m%d}{case},{day} 08:00,phone,help,Roads,61090{2 + case % 2},closed,"
                f"{due} 18:00,{end} 09:00\n"
            )
    return "".join(text)


def deliver(name: str, text: str) -> None:
    inbox.prepare("ankang")
    path = inbox.home("ankang") / name
    path.write_text(text, "utf-8")
    os.utime(path, (time.time() - 2 * inbox.QUIET,) * 2)


@pytest.fixture
def ready(data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A city with a release and cells of September; October waits in the inbox. A copy of it."""
    monkeypatch.setattr("metrics.lattice.tables", lambda path=None: TABLES)
    deliver("1.csv", rows(date(2026, 8, 1), 50, "a"))
    assert main(["refresh", "--as-of", "2026-09-15"]) == 0
    deliver("2.csv", rows(date(2026, 9, 15), 50, "b"))
    return Path(shutil.copytree(data, tmp_path / "ready"))


@pytest.fixture
def killer(ready: Path) -> Iterator["subprocess.Popen[str]"]:
    run = subprocess.Popen(
        [sys.executable, "-c", KILLER], cwd=PROJECT, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    yield run
    run.communicate(timeout=60)


def refresh_in(killer: "subprocess.Popen[str]", place: int) -> int:
    """Refresh in a child that dies at a place; its exit status."""
    assert killer.stdin is not None
    assert killer.stdout is not None
    killer.stdin.write(f"{place}\n")
    killer.stdin.flush()
    return int(killer.stdout.readline())


def state() -> tuple[str, str, int, tuple[str, ...]]:
    """Cells, release, cases, and what was put away: all of it whole, or this fails."""
    found, release = internal.current("ankang"), current("ankang")
    assert found is not None
    assert digest(internal.fetch(found, select(cells))) == found.digest
    assert release is not None
    assert verify(release.folder) == []
    for line in monitoring.place().read_text("utf-8").splitlines():
        assert line.startswith("# ") or float(line.rpartition(" ")[2]) >= 0
    put_away = (inbox.home("ankang") / "done").iterdir()
    done = tuple(sorted(path.name.partition("-")[2] for path in put_away))
    return found.digest, str(release.as_of), found.cases, done


def test_killed_anywhere_the_next_run_comes_to_the_same(
    ready: Path, data: Path, killer: "subprocess.Popen[str]"
) -> None:
    before = state()
    assert refresh_in(killer, 10**9) == 0
    whole = state()
    assert before[0] != whole[0]
    assert (before[1], whole[1]) == ("2026-09-15", "2026-11-01")
    assert killer.stderr is not None
    places = int(killer.stderr.readline())
    assert places > 300
    seen = set()
    for moment in range(MOMENTS):
        shutil.rmtree(data)
        shutil.copytree(ready, data)
        assert refresh_in(killer, 1 + places * moment // MOMENTS) == -signal.SIGKILL
        killed = state()
        assert killed[0] in (before[0], whole[0]), "cells of one count or the other, never mixed"
        seen.add(killed)
        assert main(["refresh", "--as-of", str(LAST)]) == 0
        assert state() == whole, moment
    assert len(seen) > 1


def test_a_second_refresh_says_who_is_at_it(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hold = (
        "from pipeline.refresh import lock\nwith lock.held('boston'):\n"
        "    print('held', flush=True)\n    input()\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", hold], cwd=PROJECT, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, env={**os.environ, "SUNLINE_ACTOR": "night shift"},
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    assert main(["refresh"]) == BUSY == 75
    said = capsys.readouterr().err
    assert f"night shift (process {holder.pid}) has been refreshing boston since 20" in said
    holder.kill()
    holder.communicate()
    # The lock of a dead process is no obstacle, though its file still names it.
    assert json.loads(lock.place().read_text("utf-8"))["pid"] == holder.pid
    with lock.held("ankang"):
        assert json.loads(lock.place().read_text("utf-8"))["pid"] == os.getpid()
