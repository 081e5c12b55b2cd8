"""The commands that print figures and those about releases, as an operator types them."""

import json
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import select

from cities import City
from data_access.cases import frames
from data_access.cases.engine import connect
from data_access.cases.records import Case
from data_access.published import Release
from metrics.stats.survival import kaplan_meier, open_share
from pipeline.__main__ import main
from pipeline.demo import COMPLETE_UNTIL
from tests.conftest import store

DAY = timedelta(days=1)


def words(capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    """The cells of a printed table, row by row."""
    lines = capsys.readouterr().out.splitlines()
    return [[cell.strip() for cell in line.strip("│").split("│")] for line in lines if "│" in line]


def test_times_count_the_open_cases_in(
    demo: Release, ankang: City, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["times", "--city", "ankang", "--as-of", str(demo.as_of), "--by", "area"]) == 0
    whole = words(capsys)[0]
    opened = connect()
    query = select(Case.received_at, Case.closed_at).where(~Case.on_the_spot)
    with opened.connect() as connection:
        cases = connection.execute(query).all()
    opened.dispose()
    until = datetime.combine(COMPLETE_UNTIL, datetime.min.time(), tzinfo=ankang.zone)
    ended = np.array([closed is not None for _, closed in cases])
    days = [((closed or until) - received) / DAY for received, closed in cases]
    curve = kaplan_meier(days, ended)
    assert whole[:3] == ["all", str(ended.sum()), str((~ended).sum())]
    for told, day in zip(whole[5:], (3, 7, 15, 30), strict=True):
        share = open_share(curve, day).share
        assert share is not None
        assert float(told.rstrip("%")) / 100 == pytest.approx(share, abs=0.01)


def test_what_is_not_reached_is_called_that(nyc: City, capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime(2026, 6, 1, 4, tzinfo=UTC)
    received = [now - DAY * n for n in range(1, 13)]
    columns = {"number": [str(n) for n in range(12)], "received_at": received, "unit": "DPR"}
    opened = connect()
    store(opened, nyc.id, frames.frame(columns), now)
    opened.dispose()
    assert main(["times", "--city", "nyc", "--as-of", "2026-06-01"]) == 0
    row = words(capsys)[0]
    assert row[:5] == ["all", "0", "12", "not reached", "not reached"]
    assert row[5] == "100.0%"
    assert row[-1] == "not reached", "nothing is known after twelve days"


def test_early_warning_says_what_it_rests_on(
    demo: Release, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["warn", "--as-of", str(demo.as_of), "--by", "category", "--json"]) == 0
    printed = capsys.readouterr()
    assert "模拟数据" in printed.err
    for alert in json.loads(printed.out):
        assert alert["observed"] > alert["expected"]
        assert alert["day"] == "2026-10-31", "the last whole day before the as-of date"
    assert main(["warn", "--as-of", "2023-06-01"]) == 2
    assert "393" in capsys.readouterr().err, "there must be enough days before"


@pytest.mark.usefixtures("few_tables")
def test_a_release_is_listed_compared_checked_and_gone_back_to(
    nyc: City, capsys: pytest.CaptureFixture[str]
) -> None:
    start = datetime(2024, 1, 1, 12, tzinfo=UTC)
    received = [start + timedelta(hours=n) for n in range(400)]
    columns = {"number": [str(n) for n in range(400)], "received_at": received, "unit": "DPR"}
    opened = connect()
    store(opened, nyc.id, frames.frame(columns), start + 60 * DAY)
    opened.dispose()
    names = []
    for day, more in (
        (date(2024, 2, 1), []),
        (date(2024, 2, 15), ["--corrects", "2024-02-01-001", "--reason", "too early"]),
    ):
        capsys.readouterr()
        assert main(["publish", "--city", "nyc", "--as-of", str(day), *more]) == 0
        folder = capsys.readouterr().out.strip()
        names.append(folder.rpartition("/")[2])
        assert main(["verify", folder]) == 0
    capsys.readouterr()
    assert main(["releases", "--city", "nyc"]) == 0
    listed = " ".join(capsys.readouterr().out.split())
    assert all(told in listed for told in ("corrects", "too early", "withdrawn by", "in force"))
    assert main(["diff", *names, "--city", "nyc"]) == 0
    assert "too early" in capsys.readouterr().out
    assert main(["rollback", names[0], "--city", "nyc"]) == 2, "a reason is asked for"
    assert main(["rollback", names[0], "--city", "nyc", "--reason", "the newer one is wrong"]) == 0
    assert "in force again" in capsys.readouterr().out
    assert main(["prune", "--city", "nyc", "--dry-run"]) == 0
    assert "figures of 0 releases would be removed" in capsys.readouterr().out
