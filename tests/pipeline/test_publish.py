"""What `publish` takes in and what it refuses, before there is anything to check."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

import cities
from data_access.cases.engine import connect
from data_access.cases.private import Caller
from data_access.published import Release, current, describe
from metrics import lattice
from pipeline import callers, release
from pipeline.__main__ import main
from pipeline.ingest import ingest
from pipeline.publish import publish
from tests.conftest import FEW_TABLES


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a small city with one release in force."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_DATA", str(folder))
        patch.setattr(lattice, "tables", lambda path=None: FEW_TABLES)
        opened = connect()
        ingest(opened, "demo", None, cities.profile("ankang"), cases=800, seed=1)
        publish(opened, cities.profile("ankang"), None, ())
        opened.dispose()
    return folder


@pytest.fixture
def first(made: Path, data: Path, few_tables: None) -> Path:
    """A copy of it; the folder of its release."""
    shutil.copytree(made, data)
    found = current("ankang")
    assert found is not None
    return found.folder


def test_no_case_number_gets_into_a_release(demo: Release) -> None:
    """Of all tables, as the city publishes them."""
    files = [path for path in demo.folder.rglob("*") if path.is_file()]
    content = b"".join(path.read_bytes() for path in files)
    assert b"2026-10" in content
    assert b"GD2022" not in content
    assert b"GD2026" not in content


def test_nothing_to_publish_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", "--city", "nyc"]) == 2
    assert "ingest some" in capsys.readouterr().err


def test_publishing_beyond_what_is_known_is_refused(first: Path) -> None:
    with pytest.raises(release.ReleaseError, match="known until 2026-11-01"):
        publish(connect(), cities.profile("ankang"), date(2026, 11, 2), ())


def test_what_can_be_worked_out_is_not_published(
    first: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With complementary suppression turned off the attack finds what it was there for."""
    monkeypatch.setattr("pipeline.protect.complement", lambda known, table, small: small)
    with pytest.raises(release.ReleaseError, match="can be worked out"):
        publish(connect(), cities.profile("ankang"), None, ())
    assert current("ankang") == describe(first)


def test_a_caller_s_value_in_any_file_is_not_published(first: Path) -> None:
    """Whatever it is: here the id of a metric. What is a public word besides is no leak."""
    town = next(iter(cities.profile("ankang").units)).names["zh"]
    with pytest.raises(release.ReleaseError, match=r"cells-city\.csv: a caller's value in it"):
        publish(connect(), cities.profile("ankang"), None, (town, "on_time_rate"))
    assert current("ankang") == describe(first)
    publish(connect(), cities.profile("ankang"), None, (town,))


def test_all_that_callers_told_is_looked_for(first: Path) -> None:
    opened = connect()
    told = callers.values(opened, "ankang")
    with opened.connect() as connection:
        rows = connection.execute(select(Caller.name, Caller.phone, Caller.address)).all()
    opened.dispose()
    assert rows
    assert told >= {value for row in rows for value in row if value}
    assert "" not in told
    assert callers.values(connect(), "nyc") == frozenset()


def test_what_verify_refuses_is_not_published(first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.checks.verify", lambda folder: ["a cell too much"])
    with pytest.raises(release.ReleaseError, match="a cell too much"):
        publish(connect(), cities.profile("ankang"), None, ())
    assert current("ankang") == describe(first)


def test_a_correction_of_nothing_is_refused_before_anything_is_counted(
    first: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pipeline.publish.cells", None)
    assert main(["publish", "--corrects", "2020-01-01-001", "--reason", "wrong"]) == 2
    assert first.name in capsys.readouterr().err
    assert main(["publish", "--corrects", first.name]) == 2
    assert "--reason" in capsys.readouterr().err


def test_real_and_simulated_cases_are_never_counted_together(first: Path, tmp_path: Path) -> None:
    opened = connect()
    row = "1,03/01/2011 02:27:57 PM,,03/22/2011 02:27:57 PM,DOF,Refund,BRONX,Open\n"
    header = "Unique Key,Created Date,Closed Date,Due Date,Agency,Complaint Type,Borough,Status\n"
    (tmp_path / "real.csv").write_text(header + row)
    ingest(opened, "nyc311", str(tmp_path / "real.csv"), cities.profile("ankang"))
    with pytest.raises(release.ReleaseError, match="real and simulated"):
        publish(opened, cities.profile("ankang"), None, ())


def test_the_first_start_builds_and_the_second_does_nothing(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prepare", "--cases", "400"]) == 0
    assert "release 2026-11-01-001" in capsys.readouterr().out
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*")}
    assert main(["prepare"]) == 0
    assert {path: path.stat().st_mtime_ns for path in data.rglob("*")} == before
