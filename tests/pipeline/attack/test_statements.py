"""What the tables `quality` and `warnings` give away is found; what may be told is not."""

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pytest

from metrics import lattice
from pipeline.attack import attack, files, statements
from tests.pipeline.attack import city
from tests.pipeline.attack.city import COUNT, Axes

AXES = Axes((202410, 202411, 202412), {"area": (("a1",), ("a2",)), "category": (("c1",), ("c2",))})
QUALITY = "topic VARCHAR, key VARCHAR, number BIGINT, total BIGINT"
WARNINGS = "period VARCHAR, area VARCHAR, category VARCHAR, signals BIGINT, withheld VARCHAR"
QUARTER = "2024-Q4"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release in which of area by category only a1 with c1 is withheld, and a2 with c2."""
    told = [city.table([COUNT], by, ["quarter"]) for by in
            ([], ["area"], ["category"], ["area", "category"])]  # fmt: skip
    monkeypatch.setattr(lattice, "FILE", city.lattice_of(tmp_path, *told))
    cells = city.count(AXES, np.full((3, 2, 2), 40), COUNT, date(2025, 1, 1))
    pairs = cells["area"].str[1] + cells["category"].str[1]
    hidden = pairs.isin(["11", "22"])
    shown = city.hide(cells, hidden & False, hidden)
    return city.write(tmp_path / "2025-01-01-001", shown, date(2025, 1, 1))


def add(folder: Path, table: str, columns: str, *rows: tuple[object, ...]) -> None:
    with duckdb.connect(folder / "published.duckdb") as database:
        database.execute(f"CREATE TABLE {table} ({columns})")
        places = ", ".join("?" * len(rows[0]))
        database.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608


def found(folder: Path) -> list[tuple[str, str]]:
    return [(one.where, one.how) for one in statements.told(files.read(folder))]


def test_a_release_without_these_tables_tells_nothing(folder: Path) -> None:
    assert found(folder) == []


@pytest.mark.parametrize(
    ("row", "how"),
    [
        (("lacking", "unit", 3, 100), "shown"),
        (("provisional", "provisional", 97, 100), "remainder"),
        (("late", "received", 4, None), "shown"),
        (("lacking", "unit", 5, 100), None),
        (("lacking", "unit", 0, 100), None),
        (("lacking", "unit", None, 100), None),
        (("cells", "area few", 1, 100), None),  # anybody can count these
        (("deliveries", "all", 1, None), None),
    ],
)
def test_a_small_count_is_found(folder: Path, row: tuple[object, ...], how: str | None) -> None:
    add(folder, "quality", QUALITY, row)
    assert [told for _, told in found(folder)] == ([how] if how else [])


@pytest.mark.parametrize(
    ("numbers", "safe"),
    [([90, 10, 0], True), ([90, None, 0], False), ([96, None, None], False),
     ([90, None, None], True)],
)  # fmt: skip
def test_a_part_that_follows_from_the_others_is_found(
    folder: Path, numbers: list[int | None], safe: bool
) -> None:
    names = ("stored", "quarantined", "unchanged")
    rows = [("rows", key, number, 100) for key, number in zip(names, numbers, strict=True)]
    add(folder, "quality", QUALITY, *rows)
    assert found(folder) == ([] if safe else [("quality rows", "remainder")])


@pytest.mark.parametrize(
    ("areas", "kinds", "where"),
    [
        (["a1"], ["c2"], []),
        (["a1"], ["c1"], ["a1 c1"]),
        (["a1", "a2"], ["c1"], ["a1 c1"]),
        (["a1", "a2"], ["c1", "c2"], []),  # nobody can tell which belong together
        (["a3"], ["c2"], ["a3 all", "a3 c2"]),
    ],
)
def test_a_signal_where_cases_are_withheld_is_found(
    folder: Path, areas: list[str], kinds: list[str], where: list[str]
) -> None:
    rows = [(QUARTER, "all", "all", 2, None)]
    rows += [(QUARTER, area, "all", 1, None) for area in areas]
    rows += [(QUARTER, "all", kind, 1, None) for kind in kinds]
    add(folder, "warnings", WARNINGS, *rows)
    assert found(folder) == [(f"warnings {QUARTER} {place}", "signal") for place in where]
    told = [one.cell for one in attack([folder]).recovered if one.how == "signal"]
    assert told == [f"warnings {QUARTER} {place}" for place in where]
