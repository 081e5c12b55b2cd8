"""What a release says is checked against itself: cells, sums, shared bases, and the CSV files."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_access.published import ALL, DIMENSIONS
from data_access.settings import DEFINITIONS, LATTICE
from pipeline.verify import examine, verify
from pipeline.verify.opened import is_period
from tests import small_release
from tests.small_release import FEW_CASES, alter, change, contents, publish, resign, writable


def shown(folder: Path) -> pd.DataFrame:
    made = (
        small_release.cells(FEW_CASES, 2) if folder.name.endswith("001") else small_release.cells()
    )
    return made[made["withheld"].isna()]


def where(cell: "pd.Series[str]") -> str:
    names = ("metric", "grain", "period", *DIMENSIONS)
    return " AND ".join(f"{name} = '{cell[name]}'" for name in names)


def told(cell: "pd.Series[str]") -> str:
    """How `verify` names a cell, up to its numbers."""
    narrowed = [f"{name}={cell[name]}" for name in DIMENSIONS if cell[name] != ALL]
    return " ".join([cell["metric"], cell["period"], *narrowed, "="])


@given(data=st.data())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_cell_altered_by_one_and_signed_again_is_named(
    two_releases: Path, tmp_path: Path, data: st.DataObject
) -> None:
    """Nothing of this release is withheld: every cell of a period follows from others."""
    folder = tmp_path / "altered"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(two_releases / "2026-07-01-002", folder)
    every = shown(folder)
    every = every[every["grain"] != ALL]
    cell = every.iloc[data.draw(st.integers(0, len(every) - 1))]
    column = data.draw(st.sampled_from(["numerator", "denominator"]))
    if pd.isna(cell["denominator"]):
        column = "numerator"
    sign = data.draw(st.sampled_from("+-"))
    change(folder, f"{column} = {column} {sign} 1", where(cell))
    resign(folder)
    found = verify(folder)
    assert any(told(cell) in problem for problem in found), (told(cell), found)


def test_all_time_is_no_less_than_the_periods_that_are_over(downloaded: Path) -> None:
    """More it may be, by what still runs; so a cell of all time is bounded, not recomputed."""
    change(downloaded, "numerator = numerator - 1", "metric = 'received' AND grain = 'all'")
    resign(downloaded)
    assert any(problem.startswith("received all = ") for problem in verify(downloaded))


def test_the_altered_cell_is_in_all_sums_that_do_not_hold(downloaded: Path) -> None:
    of_unit = "metric = 'received' AND period = '2025-Q3' AND unit = 'u2'"
    change(downloaded, "numerator = numerator + 1", of_unit)
    resign(downloaded)
    *sums, last = verify(downloaded)
    assert len(sums) == 2  # the units of that quarter, the quarters of that year
    assert last.startswith("if one cell was altered, it is one of 1: received 2025-Q3 unit=u2 = ")


def test_beside_withheld_cells_a_shown_one_is_bounded(both: tuple[Path, Path]) -> None:
    """Of on-time rates by unit few are shown: no more can be on time than there were."""
    folder = both[0]
    every = shown(folder)
    assert len(every) < len(small_release.cells(FEW_CASES, 2))
    assert "withheld cells" in "\n".join(examine(folder).lines())
    total = every[(every["metric"] == "on_time_rate") & (every["period"] == "2025")]
    whole = total[total["unit"] == ALL].iloc[0]
    change(folder, "numerator = 1", where(whole))
    resign(folder)
    assert any(problem.startswith(told(whole)) for problem in verify(folder))


def test_what_shown_parts_leave_to_withheld_ones_is_possible(downloaded: Path) -> None:
    """If all had been on time in the city, more would have been on time in u1 than there were."""
    of_year = "metric = 'on_time_rate' AND period = '2025'"
    hidden = "numerator = NULL, denominator = NULL, withheld = 'protected'"
    change(downloaded, hidden, f"{of_year} AND unit = 'u1'")
    change(downloaded, "numerator = denominator", f"{of_year} AND unit = 'all'")
    resign(downloaded)
    found = [problem for problem in verify(downloaded) if "by unit" in problem]
    assert len(found) == 1
    assert found[0].startswith("on_time_rate 2025 = ")
    assert found[0].endswith(", 1 of them withheld")


def test_metrics_of_the_same_cases_tell_the_same_number(downloaded: Path) -> None:
    """A second metric over the same base, that no sum would correct if it were wrong."""
    texts = json.loads((downloaded / DEFINITIONS).read_text("utf-8"))
    texts["twin"] = texts["on_time_rate"]
    writable(downloaded / DEFINITIONS).write_text(json.dumps(texts), "utf-8")
    rules = json.loads((downloaded / LATTICE).read_text("utf-8"))
    rules.append({"metrics": ["twin"], "by": [], "grains": [ALL], "threshold": 30})
    writable(downloaded / LATTICE).write_text(json.dumps(rules), "utf-8")
    alter(
        downloaded,
        "INSERT INTO cells SELECT * REPLACE ('twin' AS metric, denominator + 1 AS denominator) "
        "FROM cells WHERE metric = 'on_time_rate' AND grain = 'all'",
    )
    resign(downloaded)
    assert any(
        problem.startswith("twin all = ") and "of the same cases" in problem
        for problem in verify(downloaded)
    )


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE cells SET denominator = 3, numerator = 3 WHERE denominator > 0", "fewer than 30"),
        ("UPDATE cells SET numerator = denominator + 1", "not a possible count"),
        ("UPDATE cells SET numerator = -1 WHERE period = '2025'", "not a possible count"),
        ("UPDATE cells SET withheld = 'few'", "carries a number"),
        ("UPDATE cells SET withheld = 'few', numerator = NULL, denominator = NULL, value = 1.5",
         "carries a number"),
        ("UPDATE cells SET area = '610902'", "no table of the lattice"),
        ("UPDATE cells SET metric = 'popularity'", "no table of the lattice"),
        ("UPDATE cells SET period = '2027-Q1' WHERE unit <> 'all'", "has not ended"),
        ("UPDATE cells SET period = '2025-Q5' WHERE period = '2025-Q4'", "no such period"),
        ("INSERT INTO cells SELECT * FROM cells LIMIT 1", "told more than once"),
        ("DELETE FROM cells WHERE grain = 'all'", "where the manifest says"),
        ("DELETE FROM cells WHERE period = '2025-03'", "add up to"),
        ("CREATE TABLE callers AS SELECT 1 AS one", "callers: not in the manifest"),
        ("UPDATE about SET value = '' WHERE key = 'label'", "label of simulated data"),
        ("UPDATE about SET value = 'nyc' WHERE key = 'city'", "city is nyc"),
        ("DROP TABLE cells", "cannot be read"),
    ],
)  # fmt: skip
def test_what_may_not_be_published_is_named(downloaded: Path, statement: str, says: str) -> None:
    alter(downloaded, statement)
    resign(downloaded)
    assert any(says in problem for problem in verify(downloaded)), verify(downloaded)[:3]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (",2025-Q3,u2,", ",2025-Q3,u9,", "u9: not in the database, or there twice"),
        (",2025-Q3,u2,", ",2025-Q3,u1,", "u1: not in the database, or there twice"),
        (",2025-Q3,u2,,,367,,367", ",2025-Q3,u2,,,368,,368", "numerator is 368 instead of 367"),
        (
            ",2025-Q3,u2,,,367,,367",
            ",2025-Q3,u2,,,367,,368",
            "value is 368.0 where its counts give 367",
        ),
        ("0.8", "0.9", "where its counts give 0.8"),
        ("模拟数据", "", "label is  simulated data instead of 模拟数据"),
        (",numerator,", ",count,", "cannot be read (KeyError"),
    ],
)
def test_an_altered_csv_file_is_named_although_signed_again(
    downloaded: Path, old: str, new: str, says: str
) -> None:
    path = writable(downloaded / "files" / "cells" / "cells-unit.csv")
    text = path.read_text("utf-8-sig")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8-sig")
    resign(downloaded)
    assert any(says in problem for problem in verify(downloaded)), verify(downloaded)


def test_a_cell_that_no_csv_file_tells_is_named(downloaded: Path) -> None:
    path = writable(downloaded / "files" / "cells" / "cells-unit.csv")
    lines = path.read_text("utf-8-sig").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), "utf-8-sig")
    resign(downloaded)
    assert any("in none of the CSV files" in problem for problem in verify(downloaded))


def test_a_release_is_judged_by_its_own_lattice(downloaded: Path) -> None:
    rules = json.loads((downloaded / LATTICE).read_text("utf-8"))
    for table in rules:
        table["threshold"] = 10**6
    writable(downloaded / LATTICE).write_text(json.dumps(rules), "utf-8")
    resign(downloaded)
    assert any("fewer than 1000000" in problem for problem in verify(downloaded))


def test_a_table_without_a_check_of_its_own_is_said_to_be_unchecked(data: Path) -> None:
    made = contents()
    extra = {"weather": pd.DataFrame({"reason": ["explained"]})}
    folder = publish(replace(made, tables={**made.tables, **extra}))
    text = "\n".join(examine(folder).lines())
    assert "what the table weather says: only its rows were counted" in text
    alter(folder, "DELETE FROM weather")
    resign(folder)
    assert "0 weather where the manifest says 1" in verify(folder)


@pytest.mark.parametrize(
    ("grain", "period", "good"),
    [
        ("all", "all", True), ("year", "2025", True), ("quarter", "2025-Q4", True),
        ("month", "2025-12", True), ("month", "all", False), ("all", "2025", False),
        ("quarter", "2025-Q5", False), ("quarter", "2025-Q0", False), ("month", "2025-13", False),
        ("month", "2025-1", False), ("year", "2025-Q1", False), ("week", "2025-W01", False),
        ("month", "2025-01-01", False), ("year", "x", False),
    ],
)  # fmt: skip
def test_labels_of_periods(grain: str, period: str, good: bool) -> None:
    assert is_period(grain, period) is good
