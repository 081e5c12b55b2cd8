"""Cases by hexagon: tens of closed quarters and years alone, against a count case by case."""

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import h3
import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine

from cities import ROOT, City, midnight
from data_access import hexagons as told
from data_access.cases import located
from data_access.cases.frames import frame
from data_access.published import current
from data_access.settings import releases
from pipeline import hexagons
from pipeline.verify import verify
from tests import small_release
from tests.conftest import store

AS_OF = date(2026, 5, 1)  # the first quarter of 2026 is over, the second is running
FROM = datetime(2024, 12, 30, tzinfo=UTC)
PLACES = [(32.69, 109.03), (32.72, 109.10), (33.05, 108.25), (32.90, 109.36), (31.90, 109.53)]
LEVELS = ("category", "category2", "category3")
with (ROOT / "ankang" / "categories.csv").open(encoding="utf-8", newline="") as lines:
    MARKED = list(csv.DictReader(lines))


def subject(sensitive: bool) -> tuple[str, ...]:
    """The first category that the city marks as sensitive or not."""
    row = next(row for row in MARKED if row["sensitive"] == str(int(sensitive)))
    return tuple(row[f"level{level}"] for level in (1, 2, 3))


def cases(rows: int, seed: int = 3) -> pd.DataFrame:
    """Cases of all categories and of one that is not marked, up to two months after AS_OF."""
    rng = np.random.default_rng(seed)
    about = [tuple(row[f"level{level}"] for level in (1, 2, 3)) for row in MARKED]
    about.append(("", "", ""))
    chosen = [about[place] for place in rng.integers(0, len(about), rows)]
    places = rng.choice(len(PLACES), rows, p=(0.5, 0.25, 0.15, 0.08, 0.02))
    points = np.array(PLACES)[places] + rng.normal(0, 0.004, (rows, 2))
    points[rng.random(rows) < 0.2] = np.nan
    minutes = rng.integers(0, 780_000, rows)
    return frame(
        {
            "number": [f"N{place}" for place in range(rows)],
            "received_at": [FROM + timedelta(minutes=int(n)) for n in minutes],
            "latitude": points[:, 0], "longitude": points[:, 1],
            "nature": rng.choice(["help", "complaint", "report"], rows),
            **{name: [levels[place] for levels in chosen] for place, name in enumerate(LEVELS)},
        }
    )  # fmt: skip


def by_hand(given: pd.DataFrame, city: City) -> dict[tuple[str, str], int]:
    """Counts by period and cell, one case after the other."""
    may = {
        tuple(row[f"level{level}"] for level in (1, 2, 3))
        for row in MARKED
        if row["sensitive"] == "0"
    }
    counts: dict[tuple[str, str], int] = {}
    for case in given.to_dict("records"):
        about = tuple(case[name] for name in LEVELS)
        if np.isnan(case["latitude"]) or about not in may or case["nature"] == "report":
            continue
        day = case["received_at"].astimezone(city.zone).date()
        cell = h3.latlng_to_cell(case["latitude"], case["longitude"], 7)
        quarter = f"{day.year}-Q{(day.month - 1) // 3 + 1}"
        over = {"2024-Q4", "2024", "2025", *(f"2025-Q{n}" for n in (1, 2, 3, 4)), "2026-Q1"}
        for period in {quarter, str(day.year)} & over:
            for key in ((period, cell), (period, "")):
                counts[key] = counts.get(key, 0) + 1
    return counts


def rows_of(table: pd.DataFrame | None) -> dict[tuple[str, str], int]:
    assert table is not None
    rows = {(one["period"], one["hexagon"]): one["at_least"] for one in table.to_dict("records")}
    assert len(rows) == len(table)
    return rows


@pytest.mark.parametrize("rows", [40, 2_500])
def test_the_table_is_the_count_case_by_case_in_tens(
    engine: Engine, ankang: City, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    given = cases(rows)
    store(engine, "ankang", given)
    monkeypatch.setattr(located, "ROWS", 300)  # in several parts
    counts = by_hand(given, ankang)
    found = rows_of(hexagons.table(engine, ankang, AS_OF))
    assert found == {key: n // 10 * 10 for key, n in counts.items() if n >= 10}
    assert any(n < 10 for n in counts.values())
    if rows > 1_000:
        assert {period for period, _ in found} >= {"2025", "2025-Q3", "2026-Q1"}
        cells = {cell for _, cell in found} - {""}
        assert len(cells) > 3
        assert {h3.get_resolution(cell) for cell in cells} == {7}


@pytest.mark.parametrize(("cases_there", "at_least"), [(9, None), (10, 10), (19, 10), (20, 20)])
def test_fewer_than_ten_are_not_told(
    engine: Engine, ankang: City, cases_there: int, at_least: int | None
) -> None:
    store(engine, "ankang", alike(cases_there))
    found = rows_of(hexagons.table(engine, ankang, AS_OF))
    cell = h3.latlng_to_cell(*PLACES[0], 7)
    keys = [(period, key) for period in ("2025", "2025-Q2") for key in ("", cell)]
    assert found == (dict.fromkeys(keys, at_least) if at_least else {})


def alike(rows: int, **other: object) -> pd.DataFrame:
    """Cases of one place and day that may be told, but for what is `other`."""
    about = dict(zip(LEVELS, subject(sensitive=False), strict=True))
    case = {
        "received_at": datetime(2025, 5, 5, tzinfo=UTC), "nature": "help", **about,
        "latitude": PLACES[0][0], "longitude": PLACES[0][1],
    }  # fmt: skip
    return frame({"number": [f"A{n}" for n in range(rows)], **{
        name: [value] * rows for name, value in (case | other).items()
    }})  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"nature": "report"},
        dict(zip(LEVELS, subject(sensitive=True), strict=True)),
        dict.fromkeys(LEVELS, ""),
        {"category3": "nobody marked this"},
        {"received_at": datetime(2026, 4, 2, tzinfo=UTC)},  # in the running quarter and year
        {"received_at": datetime(2026, 3, 31, 16, tzinfo=UTC)},  # and so in Ankang
        {"latitude": np.nan, "longitude": np.nan},
        {"latitude": np.nan},
    ],
)
def test_sensitive_unmarked_running_and_unplaced_cases_are_not_told(
    engine: Engine, ankang: City, other: dict[str, object]
) -> None:
    store(engine, "ankang", alike(30, **other))
    assert rows_of(hexagons.table(engine, ankang, AS_OF)) == {}


def test_what_came_in_later_is_not_read(engine: Engine, ankang: City) -> None:
    given = cases(500)
    store(engine, "ankang", given)
    until = midnight(AS_OF, ankang)
    read = sum(part.num_rows for part in located.parts(engine, "ankang", until))
    placed = given[given["latitude"].notna()]
    assert read == sum(placed["received_at"] <= until) < len(placed)


def test_a_city_that_marks_no_categories_tells_none(engine: Engine, nyc: City) -> None:
    store(engine, "nyc", alike(30))
    assert hexagons.table(engine, nyc, AS_OF) is None


@pytest.fixture
def cells(data: Path) -> pd.DataFrame:
    """A table, and a release that has it."""
    there = sorted(h3.grid_disk(h3.latlng_to_cell(*PLACES[0], 7), 1))
    counts = {("2025-Q2", cell): 10 * (place + 1) + 3 for place, cell in enumerate(there)}
    counts |= {("2025", cell): 10 * (place + 2) for place, cell in enumerate(there)}
    counts |= {("2025-Q2", ""): 320, ("2025", ""): 399}
    found = hexagons.told(counts, small_release.AS_OF)
    assert len(found) == len(counts)
    made = small_release.contents()
    small_release.publish(replace(made, tables={**made.tables, "hexagons": found}))
    return found


def test_a_release_tells_the_cells_of_a_period_the_fullest_first(cells: pd.DataFrame) -> None:
    here = current(small_release.CITY)
    assert here is not None
    found, located_there = told.read(here, "2025-Q2")
    kept = cells[(cells["period"] == "2025-Q2") & (cells["hexagon"] != "")]
    assert dict(found) == dict(zip(kept["hexagon"], kept["at_least"], strict=True))
    assert [one.at_least for one in found] == [70, 60, 50, 40, 30, 20, 10]
    assert located_there == 320
    assert told.read(here, "2025-Q1") == ([], 0)


def test_an_older_release_tells_none(data: Path) -> None:
    small_release.publish()
    here = current(small_release.CITY)
    assert here is not None
    assert told.read(here, "2025") == ([], 0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE hexagons SET at_least = 7 WHERE at_least = 10", "ten or a multiple"),
        ("UPDATE hexagons SET at_least = 11 WHERE at_least = 10", "ten or a multiple"),
        ("UPDATE hexagons SET hexagon = '88' || hexagon[3:] WHERE at_least = 10", "none of H3"),
        ("UPDATE hexagons SET hexagon = 'x' WHERE at_least = 10", "none of H3"),
        ("UPDATE hexagons SET period = '2026-Q3' WHERE period <> '2025'", "no quarter or year"),
        ("UPDATE hexagons SET period = '2025-05' WHERE period <> '2025'", "no quarter or year"),
        ("INSERT INTO hexagons FROM hexagons WHERE at_least = 10", "told twice"),
        ("DELETE FROM hexagons WHERE period = '2025' AND at_least = 20", "the whole is 0"),
        ("UPDATE hexagons SET at_least = 270 WHERE at_least = 320", "make 280, the whole is 270"),
        ("UPDATE hexagons SET at_least = 90 WHERE at_least = 70", "make 90, the whole is 80"),
    ],
)
def test_a_changed_cell_is_found(cells: pd.DataFrame, change: str, said: str) -> None:
    folder = next(releases(small_release.CITY).glob("2026*"))
    assert not verify(folder)
    small_release.alter(folder, change)
    found = [problem for problem in verify(folder) if problem.startswith("hexagons")]
    assert any(said in problem for problem in found)
