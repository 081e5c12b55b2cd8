"""Nothing is lost: every row is stored, unchanged, or in quarantine with a reason."""

import csv
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

import cities
from cities import City
from data_access.cases.batches import undo
from data_access.cases.kinds import CASES
from data_access.cases.records import Case
from data_access.cases.schema import Batch, Finding
from data_access.cases.store import coverage
from pipeline import quarantine, sources
from pipeline.__main__ import main
from pipeline.ingest import Accounting, ingest
from pipeline.sources import Rows
from pipeline.sources.nyc311 import MAPPING
from tests.conftest import BOSTON, NYC_2011, NYC_2013, export

REQUIRED = MAPPING.required
GOOD = {
    "Unique Key": "1",
    "Created Date": "03/01/2011 02:27:57 PM",
    "Closed Date": "03/14/2011 03:59:20 PM",
    "Due Date": "03/22/2011 02:27:57 PM",
    "Agency": "DOF",
    "Complaint Type": "Refund",
    "Borough": "BRONX",
    "Status": "Closed",
}


def write(folder: Path, *rows: dict[str, str], name: str = "export.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, REQUIRED)
        writer.writeheader()
        writer.writerows(GOOD | row for row in rows)
    return path


def counts(result: Accounting) -> tuple[int, int, int, int, int]:
    tally = result.tally
    assert tally.balances
    return tally.rows_in, tally.stored, tally.quarantined, tally.unchanged, tally.repaired


def rows(engine: Engine, table: type[Batch | Case | Finding]) -> int:
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


@pytest.mark.real
def test_both_schemas_of_new_york_are_read_whole(engine: Engine, nyc: City) -> None:
    assert counts(ingest(engine, "nyc311", str(export(NYC_2011)), nyc)) == (2000, 2000, 0, 0, 1)
    assert counts(ingest(engine, "nyc311", str(export(NYC_2013)), nyc)) == (199, 199, 0, 0, 0)
    assert rows(engine, Case) == 2199


@pytest.mark.real
def test_a_second_run_of_the_same_file_changes_nothing(engine: Engine, nyc: City) -> None:
    ingest(engine, "nyc311", str(export(NYC_2011)), nyc)
    before = everything(engine)
    assert counts(ingest(engine, "nyc311", str(export(NYC_2011)), nyc)) == (2000, 0, 0, 2000, 0)
    assert everything(engine) == before


def everything(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        cases = connection.execute(select(Case.__table__).order_by(Case.id)).all()
        findings = connection.execute(select(Finding.__table__).order_by(Finding.id)).all()
    return [tuple(row) for row in (*cases, *findings)]


def test_a_changed_row_is_stored_and_the_others_are_unchanged(
    engine: Engine, nyc: City, tmp_path: Path
) -> None:
    ingest(engine, "nyc311", str(write(tmp_path, {"Closed Date": ""}, {"Unique Key": "2"})), nyc)
    result = ingest(engine, "nyc311", str(write(tmp_path, {}, {"Unique Key": "2"})), nyc)
    assert counts(result) == (2, 1, 0, 1, 0)
    with engine.connect() as connection:
        closed = connection.execute(select(Case.closed_at).where(Case.number == "1")).scalar_one()
    assert closed == datetime(2011, 3, 14, 19, 59, 20, tzinfo=UTC)  # New York is UTC-4 by then


@pytest.mark.parametrize(
    ("row", "rule", "column"),
    [
        ({"Created Date": ""}, "missing_date", "Created Date"),
        ({"Created Date": "01.03.2011"}, "unreadable_date", "Created Date"),
        ({"Due Date": "03/22/3020 02:27:57 PM"}, "impossible_date", "due_at"),
        ({"Due Date": "02/22/2011 02:27:57 PM"}, "due_at_before_received_at", "due_at"),
        ({"Closed Date": "02/22/2011 02:27:57 PM"}, "closed_at_before_received_at", "closed_at"),
        ({"Closed Date": "03/14/2099 03:59:20 PM"}, "impossible_date", "closed_at"),
        ({"Unique Key": " "}, "missing_number", "number"),
        ({"Complaint Type": "x" * 200}, "too_long", "category"),
    ],
)
def test_an_impossible_row_is_quarantined_with_its_reason(
    engine: Engine, nyc: City, tmp_path: Path, row: dict[str, str], rule: str, column: str
) -> None:
    path = write(tmp_path, row, {"Unique Key": "2"})
    for stored, unchanged in ((1, 0), (0, 1)):  # the second time it is not kept twice
        assert counts(ingest(engine, "nyc311", str(path), nyc)) == (2, stored, 1, unchanged, 0)
    with engine.connect() as connection:
        found = connection.execute(select(Finding.__table__)).one()
    assert (found.row, found.rule, found.column, found.quarantined) == (2, rule, column, True)
    assert found.raw == GOOD | row
    assert found.remedy


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_is_read_in_the_encodings_that_spreadsheets_write(
    engine: Engine, nyc: City, tmp_path: Path, encoding: str
) -> None:
    path = write(tmp_path, {"Complaint Type": "占道经营"})
    path.write_bytes(path.read_text("utf-8").encode(encoding))
    assert counts(ingest(engine, "nyc311", str(path), nyc)) == (1, 1, 0, 0, 0)
    with engine.connect() as connection:
        assert connection.execute(select(Case.category)).scalar_one() == "占道经营"


@pytest.mark.real
def test_boston_s_own_verdict_follows_from_the_dates(engine: Engine) -> None:
    boston, path = cities.profile("boston"), export(BOSTON)
    assert counts(ingest(engine, "boston311", str(path), boston)) == (100, 100, 0, 0, 0)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        theirs = {row["case_enquiry_id"]: row["ontime"] for row in csv.DictReader(lines)}
    until = coverage(engine, "boston").observed_until
    assert until is not None
    found: Counter[tuple[str, str]] = Counter()
    with engine.connect() as connection:
        for case in connection.execute(select(Case.__table__)):
            late = case.due_at is not None and (
                case.closed_at > case.due_at if case.closed_at else until >= case.due_at
            )
            verdict = "OVERDUE" if late else "ONTIME"
            assert verdict == theirs[case.number], case.number
            found[verdict, "closed" if case.closed_at else "open"] += 1
    assert found == {
        ("ONTIME", "closed"): 80, ("OVERDUE", "closed"): 5,
        ("OVERDUE", "open"): 12, ("ONTIME", "open"): 3,
    }  # fmt: skip


def test_the_year_1900_means_no_date_and_is_noted(
    engine: Engine, nyc: City, tmp_path: Path
) -> None:
    path = write(tmp_path, {"Closed Date": "01/01/1900 12:00:00 AM"})
    result = ingest(engine, "nyc311", str(path), nyc)
    assert counts(result) == (1, 1, 0, 0, 1)
    assert result.reasons == {"empty_date": 1}


def test_very_many_notes_and_repeats_fit(engine: Engine, nyc: City, tmp_path: Path) -> None:
    """More than the 65,535 values that PostgreSQL takes in one statement."""
    noted = {"Closed Date": "01/01/1900 12:00:00 AM"}
    many = [noted | {"Unique Key": str(number)} for number in range(35_000)]
    path = write(tmp_path, *many, *many)
    assert counts(ingest(engine, "nyc311", str(path), nyc)) == (70_000, 35_000, 0, 35_000, 35_000)


def test_a_number_told_twice(engine: Engine, nyc: City, tmp_path: Path) -> None:
    path = write(tmp_path, {}, {}, {"Status": "Open"})
    assert counts(ingest(engine, "nyc311", str(path), nyc)) == (3, 1, 1, 1, 0)
    assert counts(ingest(engine, "nyc311", str(path), nyc)) == (3, 0, 1, 2, 0)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a,b\n1,2\n", "Unique Key"),
        (b"", "no column"),
        (",".join([*REQUIRED, "Status"]).encode() + b"\n", "Status twice"),
        (",".join(REQUIRED).encode() + b"\n1,\xff\xfe\n", "neither UTF-8"),
        (",".join(REQUIRED).encode() + b'\n1,"2"x,3\n', "quoting"),
    ],
)
def test_an_unreadable_file_says_why_and_stores_nothing(
    engine: Engine, nyc: City, tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(sources.SourceError, match=says):
        ingest(engine, "nyc311", str(path), nyc)
    assert rows(engine, Batch) == rows(engine, Case) == 0


def test_a_missing_file_is_named(engine: Engine, nyc: City, tmp_path: Path) -> None:
    with pytest.raises(sources.SourceError, match=r"gone\.csv"):
        ingest(engine, "nyc311", str(tmp_path / "gone.csv"), nyc)


def test_sources_are_found_by_themselves() -> None:
    assert {"demo", "nyc311"} <= set(sources.known())
    with pytest.raises(LookupError, match="nyc311"):
        sources.load("nyc")


def test_a_file_tells_of_nothing_after_its_last_day(
    engine: Engine, nyc: City, tmp_path: Path
) -> None:
    ingest(engine, "nyc311", str(write(tmp_path, {})), nyc)
    until = coverage(engine, "nyc").observed_until
    assert until == datetime(2011, 3, 14, 4, tzinfo=UTC)  # New York's midnight


def test_a_batch_can_be_undone_and_done_again(engine: Engine, nyc: City, tmp_path: Path) -> None:
    ingest(engine, "nyc311", str(write(tmp_path, {"Closed Date": ""}, {"Unique Key": "2"})), nyc)
    before = everything(engine)
    changed = write(tmp_path, {}, {"Unique Key": "2"}, {"Unique Key": "3"}, {"Due Date": "x"})
    result = ingest(engine, "nyc311", str(changed), nyc)
    assert counts(result) == (4, 2, 1, 1, 0)
    with engine.connect() as connection:
        old = connection.execute(select(CASES.versions.c.closed_at)).scalars().all()
    assert old == [None]
    with engine.begin() as connection:
        assert undo(connection, result.batch) == 2
    assert everything(engine) == before
    assert counts(ingest(engine, "nyc311", str(changed), nyc)) == (4, 2, 1, 1, 0)


def test_the_quarantine_can_be_mended_and_ingested_again(
    engine: Engine, nyc: City, tmp_path: Path
) -> None:
    bad = {"Created Date": "1 March 2011", "Due Date": "?", "Complaint Type": "=占道"}
    path = write(tmp_path, bad, {"Unique Key": "2", "Status": ""}, {"Unique Key": ""})
    assert counts(ingest(engine, "nyc311", str(path), nyc)) == (3, 1, 2, 0, 0)
    out = tmp_path / "quarantine.csv"
    command = ["quarantine", "nyc311", str(out), "--city", "nyc"]
    assert main(command) == 0
    with out.open(encoding="utf-8-sig", newline="") as content:
        kept = list(csv.DictReader(content))
    assert [row["_rule"] for row in kept] == ["unreadable_date; unreadable_date", "missing_number"]
    assert GOOD | bad == {name: kept[0][name] for name in GOOD}

    mended = [kept[0] | GOOD | {"Unique Key": "9"}, kept[1]]  # the second one as bad as before
    with out.open("w", encoding="gb18030", newline="") as content:
        writer = csv.DictWriter(content, kept[0])
        writer.writeheader()
        writer.writerows(mended)
    result = ingest(engine, "nyc311", str(out), nyc)
    assert counts(result) == (2, 1, 1, 0, 0)
    assert quarantine.export(engine, "nyc", "nyc311", out) == 1

    with engine.begin() as connection:
        undo(connection, result.batch)
    assert quarantine.export(engine, "nyc", "nyc311", out) == 2


def test_only_the_latest_batch_can_be_undone(
    engine: Engine, nyc: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = ingest(engine, "nyc311", str(write(tmp_path, {})), nyc).batch
    second = ingest(engine, "nyc311", str(write(tmp_path, {"Unique Key": "2"})), nyc).batch
    assert main(["undo", str(first)]) == 2
    assert f"batch {second} of nyc came after" in capsys.readouterr().err
    assert main(["undo", str(second)]) == main(["undo", str(first)]) == 0
    assert rows(engine, Case) == 0
    assert main(["undo", str(first)]) == 2
    assert main(["batches", "--city", "nyc"]) == 0
    assert "no batch" in capsys.readouterr().err


def test_an_interrupted_ingest_leaves_nothing_and_can_be_repeated(
    engine: Engine, nyc: City, tmp_path: Path
) -> None:
    def interrupted(some: Rows) -> None:
        raise KeyboardInterrupt

    path = write(tmp_path, {}, {"Unique Key": "2"})
    with pytest.raises(KeyboardInterrupt):
        ingest(engine, "nyc311", str(path), nyc, interrupted)
    assert rows(engine, Case) == rows(engine, Batch) == 0
    assert counts(ingest(engine, "nyc311", str(path), nyc)) == (2, 2, 0, 0, 0)


def test_two_ingests_at_once_do_not_get_in_each_others_way(
    engine: Engine, nyc: City, tmp_path: Path
) -> None:
    numbers = [{"Unique Key": str(number)} for number in range(1500)]
    paths = [write(tmp_path, *numbers, name=f"{copy}.csv") for copy in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda path: counts(ingest(engine, "nyc311", str(path), nyc)), paths))
    assert sorted(found) == [(1500, 0, 0, 1500, 0)] * 3 + [(1500, 1500, 0, 0, 0)]
    assert rows(engine, Case) == 1500


def test_what_stood_beyond_the_header_is_kept(engine: Engine, nyc: City, tmp_path: Path) -> None:
    path = write(tmp_path, {})
    path.write_text(path.read_text("utf-8").rstrip() + ",one,two\n", "utf-8")
    assert ingest(engine, "nyc311", str(path), nyc).reasons == {"field_count": 1}
    with engine.connect() as connection:
        raw = connection.execute(select(Finding.raw)).scalar_one()
    assert raw == GOOD | {"+1": "one", "+2": "two"}


def test_a_later_export_moves_unchanged_cases_on(engine: Engine, nyc: City, tmp_path: Path) -> None:
    ingest(engine, "nyc311", str(write(tmp_path, {"Closed Date": ""})), nyc)
    newer = write(tmp_path, {"Closed Date": ""}, {"Unique Key": "2"}, name="newer.csv")
    result = ingest(engine, "nyc311", str(newer), nyc)
    with engine.connect() as connection:
        batches = set(connection.execute(select(Case.batch_id)).scalars())
    assert batches == {result.batch}


FIELD = st.sampled_from(
    ["", "1", "2", "03/01/2011 02:27:57 PM", "13/45/2011", "01/01/1900 12:00:00 AM", "x" * 130]
) | st.text(st.characters(codec="utf-8"), max_size=12)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.dictionaries(st.sampled_from(REQUIRED), FIELD, max_size=4), max_size=8))
def test_the_accounting_balances_whatever_comes_in(
    engine: Engine, nyc: City, tmp_path: Path, changes: list[dict[str, str]]
) -> None:
    before = rows(engine, Case)
    result = ingest(engine, "nyc311", str(write(tmp_path, *changes)), nyc)
    assert result.tally.balances
    assert result.tally.rows_in == len(changes)
    assert before <= rows(engine, Case) <= before + result.tally.stored
    again = ingest(engine, "nyc311", str(write(tmp_path, *changes)), nyc)
    assert again.tally.quarantined == result.tally.quarantined


def test_the_demo_city_is_taken_in_and_found_unchanged(engine: Engine, ankang: City) -> None:
    first = ingest(engine, "demo", None, ankang, cases=500, seed=3)
    assert first.stored["cases"] == first.stored["texts"] == rows(engine, Case) == 500
    assert first.stored.total() == first.tally.rows_in == first.tally.stored
    again = ingest(engine, "demo", None, ankang, cases=500, seed=3).tally
    assert again.unchanged == again.rows_in == first.tally.rows_in
    assert ingest(engine, "demo", None, ankang, cases=500, seed=4).tally.stored > 0
    held = coverage(engine, "ankang")
    assert (held.synthetic, held.real) == (True, False)
    assert held.observed_until is not None
    assert held.observed_until.astimezone(ankang.zone).date() == date(2026, 11, 1)


def told(engine: Engine, *names: str) -> list[tuple[object, ...]]:
    """Some columns of the cases and then of the findings."""
    with engine.connect() as connection:
        query = select(*(getattr(Case, name) for name in names)).order_by(Case.number)
        return [tuple(row) for row in connection.execute(query)]


@pytest.mark.parametrize(
    ("written", "hour"),
    [("2011-03-01 14:27:57", 14), ("2011/3/1 14:27", 14), ("2011年03月01日", 0), ("2011.3.1", 0)],
)
def test_a_date_in_another_clear_format_is_understood_with_a_note(
    engine: Engine, nyc: City, tmp_path: Path, written: str, hour: int
) -> None:
    result = ingest(engine, "nyc311", str(write(tmp_path, {"Created Date": written})), nyc)
    assert (counts(result), result.reasons) == ((1, 1, 0, 0, 1), {"date_format": 1})
    ((received,),) = told(engine, "received_at")
    assert isinstance(received, datetime)
    assert (received.month, received.day, received.hour) == (3, 1, hour + 5)  # New York is UTC-5


def test_renamed_columns_are_recognised_with_a_note_on_the_file(
    engine: Engine, nyc: City, tmp_path: Path
) -> None:
    path = write(tmp_path, {}, {"Unique Key": "2"})
    header, rest = path.read_text("utf-8").split("\n", 1)
    path.write_text("\n".join([header.lower().replace(" ", "_"), rest]), "utf-8")
    result = ingest(engine, "nyc311", str(path), nyc)
    assert counts(result) == (2, 2, 0, 0, 0)
    assert result.reasons == {"renamed_column": 1}  # one file
    with engine.connect() as connection:
        found = connection.execute(select(Finding.row, Finding.value, Finding.column)).all()
    assert (0, "unique_key", "Unique Key") in [tuple(row) for row in found]


@pytest.mark.parametrize(
    ("given", "kept", "rule"),
    [
        (("40.7", "-73.9"), (40.7, -73.9), None),
        (("-73.9", "40.7"), (40.7, -73.9), "swapped_coordinates"),
        (("51.5", "-0.1"), (None, None), "outside_the_city"),
        (("0", "0"), (None, None), "empty_coordinates"),
        (("40.7", ""), (None, None), "half_a_coordinate"),
        (("40.7N", ""), (None, None), "unreadable_number"),
    ],
)
def test_coordinates_are_put_right_or_left_out(
    engine: Engine, nyc: City, tmp_path: Path, given: tuple[str, str],
    kept: tuple[float | None, float | None], rule: str | None,
) -> None:  # fmt: skip
    path = tmp_path / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [*REQUIRED, "Latitude", "Longitude"])
        writer.writeheader()
        writer.writerow(GOOD | dict(zip(("Latitude", "Longitude"), given, strict=True)))
    result = ingest(engine, "nyc311", str(path), nyc)
    assert result.reasons == ({rule: 1} if rule else {})
    assert told(engine, "latitude", "longitude") == [kept]
    assert told(engine, "coordinate_system") == [("WGS-84" if given[0] != "40.7N" else "",)]


def test_every_batch_knows_who_ran_it(
    engine: Engine, nyc: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUNLINE_ACTOR", "王工 (night job)")
    ingest(engine, "nyc311", str(write(tmp_path, {})), nyc)
    with engine.connect() as connection:
        assert connection.execute(select(Batch.actor)).scalar_one() == "王工 (night job)"


@pytest.mark.real
def test_the_accounts_of_all_four_exports_balance(engine: Engine, nyc: City) -> None:
    boston = cities.profile("boston")
    with_leaks = BOSTON.replace(".csv", "_fake_pii.csv")
    files = ((NYC_2011, "nyc311", nyc), (NYC_2013, "nyc311", nyc),
             (BOSTON, "boston311", boston), (with_leaks, "boston311", boston))  # fmt: skip
    for name, source, city in files:
        result = ingest(engine, source, str(export(name)), city)
        with export(name).open(encoding="utf-8-sig", newline="") as lines:
            assert result.tally.rows_in == sum(1 for _ in csv.DictReader(lines))
        assert result.tally.balances
        assert result.tally.quarantined == 0
    # The planted leaks stand in a text that is no part of a case: the file tells nothing new.
    assert counts(result) == (100, 0, 0, 100, 0)
    assert rows(engine, Case) == 2299


def test_a_source_that_changes_while_it_is_read_is_not_taken_in(
    engine: Engine, nyc: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its refused rows can no longer be found, so nothing may be booked in their name."""
    path = write(tmp_path, {}, {"Status": "Open"})
    read = sources.load("nyc311").read

    def once(origin: str | None, city: City, **options: int) -> Iterator[Rows]:
        yield from read(origin, city, **options)
        write(tmp_path, {"Unique Key": "7"}, {"Unique Key": "8"})

    monkeypatch.setattr(sources.load("nyc311"), "read", once)
    with pytest.raises(sources.SourceError, match="changed while it was read"):
        ingest(engine, "nyc311", str(path), nyc)
    assert rows(engine, Batch) == rows(engine, Case) == rows(engine, Finding) == 0


def test_a_character_that_no_database_takes_is_replaced_with_a_note(
    engine: Engine, nyc: City, tmp_path: Path
) -> None:
    path = write(tmp_path, {"Complaint Type": "Noi\0se"}, {"Unique Key": "2\0", "Due Date": "\0"})
    result = ingest(engine, "nyc311", str(path), nyc)
    assert counts(result) == (2, 1, 1, 0, 1)
    assert result.reasons == {"unstorable_character": 2, "unreadable_date": 1}
    assert told(engine, "category") == [("Noi\ufffdse",)]
