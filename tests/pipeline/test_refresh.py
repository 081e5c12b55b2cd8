"""Refresh: what comes in, what is counted, when a release is made, and what is told of it."""

import os
import re
import time
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

import cities
from cities import City
from data_access.cases import internal
from data_access.cases.engine import connect
from data_access.published import cells, current
from data_access.settings import lookup_secret
from pipeline import history
from pipeline.__main__ import main
from pipeline.ingest import ingest
from pipeline.internal import update
from pipeline.refresh import inbox, public
from pipeline.refresh import refresh as run
from pipeline.refresh.monitoring import Log
from tests.pipeline.test_refresh_told import figures

ANKANG = cities.profile("ankang")
FIRST, LAST = date(2026, 9, 20), date(2026, 11, 1)
HEADER = "number,received_at,channel,nature,category,area,status,due_at\n"


@pytest.fixture
def engine(data: Path, few_tables: None) -> Engine:
    """A small demo city in the test's own data folder, with few tables to publish."""
    made = connect()
    ingest(made, "demo", None, ANKANG, cases=500, seed=3)
    return made


def quiet() -> Log:
    return Log("ankang", lambda line: None)


def deliver(name: str, text: str, age: float = inbox.QUIET + 1) -> Path:
    inbox.prepare("ankang")
    path = inbox.home("ankang") / name
    path.write_text(text, "utf-8")
    os.utime(path, (time.time() - age,) * 2)
    return path


def row(number: str, day: str = "2026-10-01", due: str = "2026-10-20") -> str:
    return f"{number},{day} 08:00,phone,help,Roads,610902,open,{due} 18:00\n"


# Tells of nothing but that its file looked as far as that day.
SEEN = row("seen", "2026-10-30", "2026-11-09")


# --- what comes in -------------------------------------------------------------------------------


def test_a_delivery_is_taken_in_counted_and_put_away(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deliver("cases.csv", HEADER + row("1") + row("2") + row("2", "2026-10-02"))
    assert main(["refresh", "--no-publish"]) == 0
    out = capsys.readouterr().out
    assert "stage=delivery name=cases.csv rows=3 stored=2 quarantined=1" in out
    assert [path.name for path in (data / "inbox/ankang/done").iterdir()] == ["000001-cases.csv"]
    found = internal.current("ankang")
    assert found is not None
    assert found.cases == 2
    assert (figures()["cases"], figures()["quarantined_rows"]) == (2, 1)
    assert current("ankang") is None


def test_a_delivery_that_is_refused_stays_beside_its_report_and_hinders_nobody(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = deliver("a.csv", "no,such,table\n1,2,3\n")
    deliver("b.csv", HEADER + row("1"))
    assert main(["refresh", "--no-publish"]) == 1
    assert "stage=delivery name=b.csv rows=1 stored=1" in capsys.readouterr().out
    report = bad.with_name("a.csv.refused.txt").read_text("utf-8")
    assert "nothing of it is in the case database" in report
    assert "Put a mended file in its place" in report
    assert (figures()["failed"], figures()["refused_deliveries"]) == (1, 1)
    # It waits, and is not tried every ten minutes.
    assert main(["refresh", "--no-publish"]) == 0
    assert "name=a.csv" not in capsys.readouterr().out
    assert figures()["refused_deliveries"] == 1
    # A mended one in its place is.
    report_of = bad.with_name("a.csv.refused.txt")
    os.utime(report_of, (time.time() - 2 * inbox.QUIET,) * 2)
    deliver("a.csv", HEADER + row("2"))
    assert main(["refresh", "--no-publish"]) == 0
    assert "name=a.csv rows=1 stored=1" in capsys.readouterr().out
    assert not report_of.exists()


@pytest.mark.parametrize("name", [".hidden.csv", "cases.csv.part", "~cases.csv"])
def test_a_file_that_is_still_being_written_is_left_alone(engine: Engine, name: str) -> None:
    deliver(name, HEADER + row("1"))
    deliver("fresh.csv", HEADER + row("2"), age=1)
    assert list(inbox.take_in(engine, ANKANG)) == []


def test_a_delivery_that_was_taken_in_but_not_put_away_is_unchanged_the_next_time(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = deliver("cases.csv", HEADER + row("1"))

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            list(inbox.take_in(engine, ANKANG))
    assert path.exists()
    (again,) = inbox.take_in(engine, ANKANG)
    assert (again.rows, again.stored) == (1, 0)
    assert not path.exists()


# --- when a release is made ----------------------------------------------------------------------


def test_a_release_is_made_once_a_month_has_ended_and_never_in_between(engine: Engine) -> None:
    made = [run(engine, ANKANG, day, log=quiet()).release
            for day in (FIRST, date(2026, 9, 21), date(2026, 9, 30), date(2026, 10, 1),
                        date(2026, 10, 1), date(2026, 10, 31), LAST)]  # fmt: skip
    names = [path and path.name for path in made]
    assert names == ["2026-09-20-001", None, None, "2026-10-01-001", None, None, "2026-11-01-001"]
    # Supervisors' figures follow on every day.
    assert internal.current("ankang").as_of == LAST  # type: ignore[union-attr]


def test_late_data_change_no_release_but_are_told(engine: Engine) -> None:
    run(engine, ANKANG, LAST, log=quiet())
    before, told = current("ankang"), figures()
    text = "".join(row(f"late{n}", "2026-03-03") for n in range(7))
    deliver("late.csv", HEADER + text + SEEN)
    # Real cases beside made-up ones would be refused by `publish`; here nothing is published.
    done = run(engine, ANKANG, LAST, log=quiet())
    assert not done.failed
    assert done.release is None
    assert current("ankang") == before
    assert (told["late_cases"], figures()["late_cases"]) == (0, 7)


def test_after_a_rollback_nothing_is_published_by_itself(engine: Engine) -> None:
    first = run(engine, ANKANG, FIRST, log=quiet()).release
    run(engine, ANKANG, date(2026, 10, 1), log=quiet())
    assert first is not None
    history.rollback("ankang", first.name, "wrong figures")
    due, why = public.due("ankang", LAST)
    assert not due
    assert "by hand" in why


def test_a_release_that_is_refused_leaves_all_else_standing(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["refresh", "--as-of", str(FIRST)]) == 0
    before = current("ankang")
    monkeypatch.setattr("pipeline.checks.verify", lambda folder: ["a cell too much"])
    assert main(["refresh"]) == 1
    assert "a cell too much" in capsys.readouterr().out
    assert current("ankang") == before
    assert internal.current("ankang").as_of == LAST  # type: ignore[union-attr]
    assert figures()["failed"] == 1


# --- what is told --------------------------------------------------------------------------------


def test_every_stage_has_its_line_and_its_seconds(
    engine: Engine, capsys: pytest.CaptureFixture[str]
) -> None:
    start = time.time()
    deliver("cases.csv", HEADER + row("open") + SEEN)
    assert main(["refresh", "--no-publish"]) == 0
    out = capsys.readouterr().out
    stages = re.findall(r"^\S+ refresh city=ankang stage=(\w+) seconds=[\d.]+ rows=\d+", out, re.M)
    assert stages == ["ingest", "count", "warn"]
    told = figures()
    assert {f"stage_seconds{stage}" for stage in stages} <= told.keys()
    assert told["cases"] == 502
    assert told["last_success_timestamp_seconds"] >= start
    found = internal.current("ankang")
    assert found is not None
    days = select(cells.c.numerator).where(cells.c.metric == "open_overdue", cells.c.grain == "day")
    assert told["open_overdue"] == sum(internal.fetch(found, days)["numerator"].to_pylist())
    assert told["open_overdue"] > 0


def test_a_failure_keeps_the_time_of_the_last_success(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(engine, ANKANG, LAST, publishing=False, log=quiet())
    before = figures()["last_success_timestamp_seconds"]
    monkeypatch.setattr("pipeline.internal.update", lambda *_: 1 / 0)
    lines: list[str] = []
    with pytest.raises(ZeroDivisionError):
        run(engine, ANKANG, LAST, log=Log("ankang", lines.append))
    told = figures()
    assert (told["failed"], told["last_success_timestamp_seconds"]) == (1, before)
    assert told["last_run_timestamp_seconds"] > before
    assert 'error="ZeroDivisionError: division by zero"' in lines[-1]


def test_the_look_up_follows_where_it_was_set_up(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Filled:
        renewed, issued, removed = 2, 0, 0

    def fill(engine: Engine, city: City, *_: object) -> type[Filled]:
        asked.append(city.id)
        return Filled

    monkeypatch.setattr("pipeline.refresh.lookup.fill", fill)
    run(engine, ANKANG, LAST, publishing=False, log=quiet())
    assert asked == []
    lookup_secret("pepper").parent.mkdir(parents=True)
    lookup_secret("pepper").write_text("x" * 64)
    run(engine, ANKANG, LAST, publishing=False, log=quiet())
    assert asked == ["ankang"]


def test_a_city_without_cases_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["refresh", "--city", "nyc"]) == 2
    assert "ingest some first" in capsys.readouterr().err


def test_after_a_full_count_was_asked_for_the_cells_are_the_same(engine: Engine) -> None:
    before = update(engine, ANKANG, LAST).cells
    lines: list[str] = []
    run(engine, ANKANG, LAST, publishing=False, full=True, log=Log("ankang", lines.append))
    assert 'anew="a full count was asked for"' in "".join(lines)
    assert internal.current("ankang") == before
