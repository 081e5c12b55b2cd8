"""Filling the look-up store: which cases, what of them, and where their codes go."""

import csv
import stat
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import Engine, select, text

import cities
from cities import City
from data_access.cases import ways
from data_access.cases.engine import opened
from data_access.cases.private import Caller
from data_access.cases.schema import table_of
from data_access.lookup import keys, reading, schema
from data_access.lookup.progress import KEPT_DAYS, Progress, to_bytes
from pipeline.__main__ import main
from pipeline.lookup import fill, guarded, progress, reissue

AS_OF = date(2026, 11, 1)
TODAY = date(2026, 11, 2)
Ways = dict[str, tuple[Any, list[Any]]]


@pytest.fixture(autouse=True)
def no_url(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("LOOKUP_DATABASE_URL", raising=False)
    yield
    schema.create().dispose()


@pytest.fixture(scope="module")
def gone(demo_folder: Path) -> Ways:
    """The ways of the demo city's cases, by number."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CASE_DATABASE_URL", f"sqlite:///{demo_folder / 'cases.sqlite'}")
        with opened() as engine:
            return read(engine, AS_OF)


def moment(day: date) -> datetime:
    return cities.midnight(day, cities.profile("ankang"))


def read(engine: Engine, day: date) -> Ways:
    since = moment(day) - timedelta(days=KEPT_DAYS)
    found = ways.read(engine, "ankang", moment(day), since)
    return {row.number: (row, events) for row, events in found}


def told(gone: Ways, number: str, day: date = AS_OF) -> Progress:
    return progress(cities.profile("ankang"), *gone[number], moment(day))


def handed(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["case_number"]: row["code"] for row in csv.DictReader(lines)}


def find(number: str, code: str) -> Progress | None:
    return reading.find(schema.connect(), keys.secret("pepper"), "ankang", number, code, TODAY)


def test_whoever_may_still_follow_a_case_can(demo_cases: Engine, gone: Ways) -> None:
    """Against a count of its own: open, closed within 90 days, or taken up again."""
    with demo_cases.connect() as connection:
        cases = pd.read_sql(text("SELECT id, number, closed_at FROM cases"), connection)
        again = pd.read_sql(
            text(
                "SELECT DISTINCT case_id FROM events JOIN cases ON cases.id = case_id "
                "WHERE kind = 'reopen' AND at >= closed_at"
            ),
            connection,
        )
    closed = pd.to_datetime(cases["closed_at"], utc=True)
    since = pd.Timestamp(moment(AS_OF)) - pd.Timedelta(days=90)
    alive = closed.isna() | (closed >= since) | cases["id"].isin(again["case_id"])
    assert set(gone) == set(cases["number"][alive])
    assert 0 < len(gone) < len(cases)


def test_steps_are_in_the_order_of_their_days(gone: Ways) -> None:
    for number in gone:
        days = [step.on for step in told(gone, number).steps]
        assert days == sorted(days), number
        assert told(gone, number).steps[0].kind == "received"


def test_an_extension_appears_with_the_data_of_its_day(gone: Ways) -> None:
    city = cities.profile("ankang")
    number, granted = next(
        (number, event)
        for number, (_, events) in gone.items()
        for event in events
        if event.kind == "extension" and not told(gone, number).guarded
    )
    day = granted.at.astimezone(city.zone).date()
    before, after = (told(gone, number, day + timedelta(n)) for n in (0, 1))
    assert "extension" not in [step.kind for step in before.steps]
    assert before.extended_due is None
    assert before.deadline == before.due
    (step,) = (step for step in after.steps if step.kind == "extension")
    assert (step.on, step.reason) == (day, granted.reason_code)
    assert after.deadline == after.extended_due == step.until


def test_a_closed_case_expires_after_ninety_days_and_an_open_one_never(gone: Ways) -> None:
    found = [told(gone, number) for number in gone]
    for one in found:
        expected = one.closed_on + timedelta(days=90) if one.closed_on else None
        assert one.expires == expected
        assert bool(one.outcome) <= (one.closed_on is not None)
    assert {one.expires is None for one in found} == {True, False}


def test_of_reports_and_sensitive_categories_only_steps_and_deadlines_are_told(gone: Ways) -> None:
    city = cities.profile("ankang")
    kept = 0
    for number, (row, _) in gone.items():
        one = told(gone, number)
        sensitive = (row.category,) in city.sensitive
        sensitive |= (row.category, row.category2) in city.sensitive
        assert one.guarded == (sensitive or row.nature == "report")
        if one.guarded:
            kept += 1
            assert (one.unit, one.category, one.outcome, one.reason) == ("", "", "", "")
    assert 0 < kept < len(gone)


def test_a_category_told_by_half_counts_as_sensitive(ankang: City) -> None:
    first = next(names[0] for names in sorted(ankang.sensitive) if len(names) == 2)
    assert guarded(ankang, "help", first, "")
    assert not guarded(ankang, "help", "城市管理", "市容秩序")
    assert guarded(ankang, "report", "城市管理", "市容秩序")


def test_nothing_of_a_caller_is_in_what_is_told(demo_cases: Engine, gone: Ways) -> None:
    callers = table_of(Caller)
    with demo_cases.connect() as connection:
        people = {row.case_id: row for row in connection.execute(select(callers))}
    checked = 0
    for number, (row, _) in gone.items():
        if row.id in people:
            content = to_bytes(told(gone, number)).decode()
            caller = people[row.id]
            values = (caller.name, caller.phone, caller.id_number, caller.plate, caller.address)
            assert not [value for value in values if value and value in content]
            checked += 1
    assert checked > 100


def test_a_fill_hands_each_code_over_once(
    demo_cases: Engine, gone: Ways, ankang: City, tmp_path: Path
) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    filled = fill(demo_cases, ankang, moment(AS_OF), first)
    codes = handed(first)
    assert codes.keys() == gone.keys()
    assert (filled.issued, filled.renewed, filled.removed) == (len(gone), 0, 0)
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    again = fill(demo_cases, ankang, moment(AS_OF), second)
    assert (again.issued, again.renewed) == (0, len(gone))
    assert not second.exists()
    for number in list(codes)[:50]:
        assert find(number, codes[number]) == told(gone, number)


def test_a_new_code_is_handed_over_and_ends_the_old_one(
    demo_cases: Engine, ankang: City, tmp_path: Path
) -> None:
    fill(demo_cases, ankang, moment(AS_OF), tmp_path / "first.csv")
    number, old = next(iter(handed(tmp_path / "first.csv").items()))
    reissue(ankang, [number], tmp_path / "new.csv")
    new = handed(tmp_path / "new.csv")[number]
    assert find(number, old) is None
    assert find(number, new) is not None


def test_a_file_of_codes_is_never_written_over(
    demo_cases: Engine, ankang: City, tmp_path: Path
) -> None:
    kept = tmp_path / "codes.csv"
    kept.write_text("not to be lost")
    with pytest.raises(ValueError, match="is there already"):
        fill(demo_cases, ankang, moment(AS_OF), kept)
    assert kept.read_text() == "not to be lost"


def test_the_command_fills_and_issues_anew(
    demo_folder: Path,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CASE_DATABASE_URL", f"sqlite:///{demo_folder / 'cases.sqlite'}")
    assert main(["lookup", "fill", "--as-of", "2026-11-01"]) == 0
    (first,) = (data / "outbox").glob("*.csv")
    codes = handed(first)
    said = capsys.readouterr().out
    assert f"{len(codes)} new with a code" in said
    assert str(first) in said
    number = next(iter(codes))
    assert main(["lookup", "reissue", number]) == 0
    (second,) = set((data / "outbox").glob("*.csv")) - {first}
    new = handed(second)[number]
    assert find(number, new) is not None
    assert find(number, codes[number]) is None
    out = capsys.readouterr()
    assert new not in out.out + out.err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["reissue"], "name the cases"), (["fill", "GD1"], "takes no case numbers"),
        (["reissue", "GD1"], "no look-up store"),
    ],
)  # fmt: skip
def test_a_wrong_command_says_what_to_do(
    arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lookup", *arguments]) == 2
    assert says in capsys.readouterr().err
