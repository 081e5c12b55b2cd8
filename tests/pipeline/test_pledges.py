"""Pledges get into a release by two people's word alone, all of them, and are checked there."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sqlalchemy import Engine

from data_access.cases.engine import connect
from data_access.settings import DATABASE
from data_access.supervision import pledges as desk
from data_access.supervision import promised
from data_access.supervision.pledges import Telling
from data_access.supervision.viewer import Role, Viewer
from pipeline import callers, checks, pledges, publish
from pipeline.demo.pledges import pledge
from pipeline.ingest import ingest
from pipeline.verify import verify
from tests import made_up_pledges, small_release
from tests.made_up_pledges import ANKANG

LAST = date(2026, 11, 1)  # of the demo city
REVIEWER = Viewer("r", "R", "ankang", frozenset({Role.REVIEWER}))
EDITOR = Viewer("e", "E", "ankang", frozenset({Role.EDITOR}))


@pytest.fixture(scope="module")
def entered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case database with the demo's pledges and no case."""
    path = tmp_path_factory.mktemp("entered") / "cases.sqlite"
    opened = connect(f"sqlite:///{path}")
    assert pledge(opened, ANKANG, LAST) == 6
    assert pledge(opened, ANKANG, LAST) == 0  # a second time: they are there
    opened.dispose()
    return path


@pytest.fixture
def base(entered: Path, data: Path) -> Iterator[Engine]:
    """A copy of it, in the data folder."""
    data.mkdir(parents=True)
    shutil.copy(entered, data / "cases.sqlite")
    opened = connect()
    yield opened
    opened.dispose()


def told(engine: Engine, as_of: date = LAST) -> tuple[list[dict[Any, Any]], list[Any]]:
    made = pledges.tables(engine, ANKANG, as_of)
    table, log = made["pledges"], made["pledge_log"]
    assert table is not None
    assert log is not None
    return table.to_dict("records"), log["text"].tolist()


def test_all_of_them_are_told_kept_or_missed(base: Engine) -> None:
    rows, _ = told(base)
    states = [row["state"] for row in rows]
    assert sorted(map(str, states)) == ["kept", "kept", "missed", "missed", "overdue", "running"]
    moved = [row for row in rows if row["deadline"] != row["first_deadline"]]
    assert len(moved) == 1
    then, _ = told(base, LAST - timedelta(days=200))  # any past day can be rebuilt
    assert [row["state"] for row in then] == ["running", "kept", "running", "running"]
    assert pledges.tables(base, ANKANG, date(2025, 1, 1)) == {"pledges": None, "pledge_log": None}


def test_only_what_is_approved_is_told(base: Engine) -> None:
    before = told(base)
    day = LAST - timedelta(days=1)
    telling = Telling("progress", "还没有人看过的话", day)
    with base.connect() as connection:
        running = promised.read(connection, "ankang")[1]
    desk.tell(EDITOR, base, running.id, telling, running.version, pledges.seen, day)
    assert told(base) == before
    seen = running.version + 1
    desk.decide(REVIEWER, base, running.id, "approve", seen, seen, pledges.seen, today=day)
    assert told(base)[1].count(telling.text) == 1
    # Of a text that the redactor would change by now, the fact stays and the words go.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pledges, "seen", lambda text: ["personal"] * (text == telling.text))
        rows, texts = told(base)
    assert (len(rows), len(texts)) == (len(before[0]), len(before[1]) + 1)
    assert telling.text not in texts


def test_a_release_has_them_and_what_is_slipped_in_is_found(
    base: Engine, few_tables: None, tmp_path: Path
) -> None:
    ingest(base, "demo", None, ANKANG, cases=500, seed=3)
    folder = publish.publish(base, ANKANG, None, callers.values(base, "ankang"))
    with duckdb.connect(folder / DATABASE, read_only=True) as database:
        assert len(database.execute("FROM pledges").fetchall()) == 6
    assert (folder / "files" / "pledge-log").is_dir()
    assert verify(folder) == []
    assert checks._uncleared(base, "ankang", folder) == []
    small_release.alter(folder, "UPDATE pledge_log SET text = 'nobody read this' WHERE entry = 2")
    assert checks._uncleared(base, "ankang", folder) == ["pledge_log: 1 texts that nobody approved"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small release with the demo's pledges."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_DATA", str(tmp_path_factory.mktemp("pledged")))
        some = small_release.contents()
        more = made_up_pledges.tables(small_release.AS_OF)
        return small_release.publish(replace(some, tables={**some.tables, **more}))


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoilt."""
    return shutil.copytree(made, tmp_path / made.name)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE pledges SET state = 'kept' WHERE state = 'overdue'",
        "UPDATE pledges SET state = 'running' WHERE state = 'missed'",
        "UPDATE pledges SET deadline = first_deadline WHERE deadline <> first_deadline",
        "UPDATE pledges SET first_deadline = deadline WHERE deadline <> first_deadline",
        "UPDATE pledges SET closed_on = deadline WHERE state = 'missed'",
        "UPDATE pledges SET registered_on = '2020-01-01' WHERE pledge = 1",
        "DELETE FROM pledges WHERE state = 'missed'",
        "DELETE FROM pledge_log WHERE move = 'unsolved'",
        "UPDATE pledge_log SET day = '2026-07-01' WHERE move = 'progress' AND pledge = 1",
        "UPDATE pledge_log SET deadline = '' WHERE move = 'redate'",
        "UPDATE pledge_log SET move = 'praise' WHERE move = 'progress'",
        "INSERT INTO pledge_log SELECT * FROM pledge_log WHERE move = 'progress'",
        "INSERT INTO pledges SELECT * FROM pledges WHERE pledge = 1",
    ],
)
def test_verify_finds_what_is_not_as_the_days_say(folder: Path, change: str) -> None:
    small_release.alter(folder, change)
    assert any(problem.startswith("pledge") for problem in verify(folder))
