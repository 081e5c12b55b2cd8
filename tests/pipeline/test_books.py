"""A month that is over is told alike in every release, whatever comes in late."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

import cities
from cities import City
from data_access.cases import frames
from data_access.cases.engine import connect
from data_access.published import Scope, current, read
from data_access.settings import books as file_of
from metrics import registry
from pipeline import books, disk
from pipeline.__main__ import main
from pipeline.attack import attack
from pipeline.ingest import ingest
from pipeline.publish import publish
from tests.conftest import store

few = pytest.mark.usefixtures("few_tables")
START = datetime(2024, 1, 1, 12, tzinfo=UTC)
FEBRUARY, MARCH = date(2024, 2, 1), date(2024, 3, 1)


def received(city: City, first: int, last: int, until: datetime) -> None:
    """Cases, one an hour from the start of January on, that a file told of."""
    numbers = range(first, last)
    columns = {
        "number": [str(n) for n in numbers],
        "received_at": [START + timedelta(hours=n % 700) for n in numbers],
        "unit": "DPR",
    }
    opened = connect()
    store(opened, city.id, frames.frame(columns), until)
    opened.dispose()


def release(city: City, as_of: date) -> list[int | None]:
    """Publish, and the cases received by month."""
    opened = connect()
    publish(opened, city, as_of, ())
    opened.dispose()
    now = current(city.id)
    assert now is not None
    return [cell.numerator for cell in read(now, "received", Scope(grain="month"))]


@few
def test_late_data_do_not_move_a_month_that_is_over(
    nyc: City, data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    received(nyc, 0, 600, START + timedelta(days=90))
    assert release(nyc, FEBRUARY) == [600]
    received(nyc, 600, 650, START + timedelta(days=90))
    assert main(["publish", "--city", "nyc", "--as-of", str(MARCH)]) == 0
    said = capsys.readouterr().out
    assert "50" in said
    assert "--corrects" in said
    now = current("nyc")
    assert now is not None
    told = [cell.numerator for cell in read(now, "received", Scope(grain="month"))]
    assert told[0] == 600
    correct = ["--corrects", now.id, "--reason", "50 cases came in late"]
    assert main(["publish", "--city", "nyc", "--as-of", str(MARCH), *correct]) == 0
    now = current("nyc")
    assert now is not None
    assert read(now, "received", Scope(grain="month"))[0].numerator == 650
    assert "--corrects" not in capsys.readouterr().out


def test_what_is_booked_is_told_apart_from_what_still_runs(nyc: City, data: Path) -> None:
    """The running month is counted anew, also where books are older or newer than the day."""
    columns = ["month", "unit", "numerator", "denominator"]
    rows = pd.DataFrame([(202401, "a", 7, 7), (202402, "a", 5, 5)], columns=columns)
    received_cases = registry.get("received")
    first = books.opened("nyc", date(2024, 2, 15))
    assert first.settle(received_cases, ("unit",), rows)["numerator"].tolist() == [7, 5]
    first.close()
    more = rows.assign(numerator=9, denominator=9)
    again = books.opened("nyc", date(2024, 3, 1))
    told = again.settle(received_cases, ("unit",), more)
    assert told["numerator"].tolist() == [7, 9]
    again.close()
    back = books.opened("nyc", date(2024, 2, 20))
    assert back.settle(received_cases, ("unit",), more)["numerator"].tolist() == [7, 9]
    back.close()
    assert books.opened("nyc", date(2024, 3, 1)).until == 202402
    assert books.opened("nyc", date(2024, 3, 1), anew=True).until == 0


@few
def test_books_by_another_lattice_are_not_used(
    nyc: City, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    received(nyc, 0, 600, START + timedelta(days=90))
    release(nyc, FEBRUARY)
    assert books.opened("nyc", MARCH).until == 202401
    monkeypatch.setattr(books, "key", lambda: "another")
    assert books.opened("nyc", MARCH).until == 0


@few
def test_a_release_that_was_refused_books_nothing(
    nyc: City, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    received(nyc, 0, 600, START + timedelta(days=90))
    monkeypatch.setattr("pipeline.checks.verify", lambda folder: ["a cell too much"])
    with pytest.raises(disk.ReleaseError, match="a cell too much"):
        release(nyc, FEBRUARY)
    assert not file_of("nyc").exists()


@few
def test_the_books_are_closed_to_others(nyc: City, data: Path) -> None:
    received(nyc, 0, 600, START + timedelta(days=90))
    release(nyc, FEBRUARY)
    assert file_of("nyc").parent.stat().st_mode & 0o077 == 0


@pytest.mark.thorough  # each release was attacked together with the one before it
def test_successive_releases_tell_no_more_together(
    data: Path,
) -> None:
    """A quarter closes, a month runs, a year closes: nothing is recovered from all at once."""
    opened = connect()
    ingest(opened, "demo", None, cities.profile("ankang"), cases=2_500, seed=7)
    days = (date(2025, 12, 1), date(2025, 12, 20), date(2026, 1, 1), date(2026, 1, 3))
    folders = [publish(opened, cities.profile("ankang"), day, ()) for day in days]
    opened.dispose()
    report = attack(folders, exact=False)
    assert report.checked["releases"] == len(days)
    assert report.recovered == ()
