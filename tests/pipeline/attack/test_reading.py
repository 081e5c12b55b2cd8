"""What the attacker reads holds for the truth, in every release, whatever is hidden."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cities
from data_access.cases.engine import connect
from data_access.published import Release
from metrics import lattice
from pipeline import cells as counted
from pipeline.attack import audit, reading
from pipeline.attack.bounds import Ints, propagate
from pipeline.attack.reading import Reading
from tests.pipeline.attack import city
from tests.pipeline.attack.city import COUNT, KEYS, RATIO, SAME_BASE, Axes

AS_OF = date(2025, 2, 1)
MONTHS = (202410, 202411, 202412, 202501)
GRAINS = ["month", "quarter", "year"]
FLAT = Axes(MONTHS, {"unit": (("u1",), ("u2",), ("u3",)), "category": (("c1",), ("c2",))})
NESTED = Axes(
    MONTHS,
    {
        "area/town": (("a", "s"), ("a", "t"), ("b", "s")),
        "category/category2": (("c", "x"), ("d", "x"), ("d", "y")),
    },
)
NEST = ["area", "town", "category", "category2"]
TABLES = {
    # All margins; then a lattice with holes, of which two tables have no margin in common.
    "flat": [
        city.table([COUNT, RATIO, SAME_BASE], by, grains)
        for by, grains in (
            ([], [*GRAINS, "all"]), (["unit"], GRAINS), (["category"], GRAINS),
            (["unit", "category"], GRAINS),
        )
    ],
    "nested": [
        city.table([COUNT], by, grains)
        for by, grains in (
            ([], ["quarter", "all"]), (NEST[:1], ["year"]), (NEST[:2], ["quarter"]),
            (["area", *NEST[2:]], ["month"]), (NEST[:3], ["quarter"]), (NEST, ["year"]),
        )
    ],
}  # fmt: skip


@pytest.fixture
def tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> str:
    """The lattice of this test."""
    path = city.lattice_of(tmp_path, *TABLES[request.param])
    monkeypatch.setattr(lattice, "FILE", path)
    return str(request.param)


def truth(told: Reading, cells: list[pd.DataFrame], part: str) -> tuple[Ints, Ints]:
    """Places of withheld cells, and what one of their quantities really is."""
    rows = told.withheld
    every = pd.concat([one.assign(release=n) for n, one in enumerate(cells)], ignore_index=True)
    keys = ["release", *KEYS]
    found = rows[[*keys, f"cell_{part}"]].merge(every, on=keys, how="left")
    found = found[found[f"cell_{part}"] >= 0]
    numbers = {"base": city.base(found), "numerator": found["numerator"]}
    number = numbers.get(part, city.base(found) - found["numerator"])
    return found[f"cell_{part}"].to_numpy(np.int64), number.to_numpy(np.int64)


def holds(told: Reading, cells: list[pd.DataFrame], low: Ints, high: Ints) -> None:
    for part in reading.PARTS:
        places, number = truth(told, cells, part)
        assert ((low[places] <= number) & (number <= high[places])).all()


def released(
    folder: Path, cells: pd.DataFrame, random: np.random.Generator, as_of: date = AS_OF
) -> Path:
    few = city.base(cells) < 5
    more = ~few & pd.Series(random.random(len(cells)) < 0.15, cells.index)
    return city.write(folder, city.hide(cells, few, more), as_of)


def counted_cells(tables: str, cases: int, seed: int, more: int = 0) -> list[pd.DataFrame]:
    """The cells of one city in one release, and in a later one with more cases."""
    axes, metrics = (FLAT, [COUNT, RATIO, SAME_BASE]) if tables == "flat" else (NESTED, [COUNT])
    counts = {COUNT: city.sparse(axes, cases, seed), RATIO: city.sparse(axes, cases, seed, [2])}
    if SAME_BASE in metrics:  # of the same callbacks, other ones
        split = np.random.default_rng(seed).binomial(counts[RATIO].sum(axis=-1), 0.8)
        counts[SAME_BASE] = np.stack([split, counts[RATIO].sum(axis=-1) - split], axis=-1)
    later = {name: some.copy() for name, some in counts.items()}
    for name in (COUNT, RATIO):  # later data only add; not to what another metric splits
        flat = later[name].reshape(-1)
        flat[np.random.default_rng(seed).integers(flat.size, size=more)] += 1
    if SAME_BASE in metrics:
        for told in (counts, later):
            least = told[SAME_BASE][..., 0]
            told[SAME_BASE][..., 1] = told[RATIO].sum(axis=-1) - least
    return [
        pd.concat([city.count(axes, some[name], name, AS_OF) for name in metrics])
        .reset_index(drop=True)
        for some in (counts, later)
    ]  # fmt: skip


@pytest.mark.parametrize("tables", ["flat", "nested"], indirect=True)
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32 - 1), st.sampled_from([5, 60, 600]), st.sampled_from([0, 1, 40]))
def test_bounds_and_programmes_hold_the_truth(
    tables: str, tmp_path_factory: pytest.TempPathFactory, seed: int, cases: int, more: int
) -> None:
    folder, random = tmp_path_factory.mktemp("r"), np.random.default_rng(seed)
    cells = counted_cells(tables, cases, seed, more)
    folders = [released(folder / f"v{n}", one, random) for n, one in enumerate(cells)]
    told = reading.read(folders)
    assert sum(item.grid.contradicted for item in told.grids) == 0
    low, high = propagate(told.system, *propagate(told.alone, told.low, told.high))
    holds(told, cells, low, high)
    least, most, _ = audit.audit(told, low, high)
    assert ((least >= low) & (most <= high)).all()
    holds(told, cells, least, most)


@pytest.mark.parametrize("tables", ["flat"], indirect=True)
def test_the_dimensions_are_those_of_the_file(tables: str, tmp_path: Path) -> None:
    (cells, _) = counted_cells(tables, 500, 1)
    told = reading.read([released(tmp_path / "v", cells, np.random.default_rng(1))])
    assert [tree.columns for tree in told.trees] == [
        ("period",), ("unit",), ("area", "town"), ("category", "category2"), ("reason_code",),
    ]  # fmt: skip


@pytest.mark.parametrize("tables", ["flat"], indirect=True)
def test_the_base_of_two_ratios_is_one_quantity(tables: str, tmp_path: Path) -> None:
    """Withheld in one metric and shown in another with the same denominator: told."""
    (cells, _) = counted_cells(tables, 5000, 3)
    few = (cells["metric"] == RATIO) & (cells["period"] == "2024-11") & (cells["unit"] == "u1")
    shown = city.hide(cells, few & False, few & (city.base(cells) >= 5))
    told = reading.read([city.write(tmp_path / "v", shown, AS_OF)])
    low, high = told.low, told.high
    places, number = truth(told, [cells], "base")
    assert places.size
    assert (low[places] == number).all()
    assert (high[places] == number).all()


@pytest.mark.parametrize("tables", ["flat"], indirect=True)
def test_cases_without_a_member_are_no_contradiction(tables: str, tmp_path: Path) -> None:
    """The whole city counts cases that no unit has: then units need not add up to it."""
    (cells, _) = counted_cells(tables, 3000, 5)
    cells = cells[cells["metric"] == COUNT].reset_index(drop=True)
    whole = (cells["unit"] == "all") & (cells["category"] == "all")
    november = cells["period"].isin(["2024-11", "2024-Q4", "2024", "all"])
    cells.loc[whole & november, "numerator"] += 7
    told = reading.read([released(tmp_path / "v", cells, np.random.default_rng(5))])
    holds(told, [cells], *propagate(told.system, told.low, told.high))


def test_it_holds_for_the_demo_city(demo: Release) -> None:
    """With sensitive categories told as one, and every kind of metric."""
    opened = connect(f"sqlite:///{demo.folder.parents[2] / 'cases.sqlite'}")
    cells = counted.cells(opened, cities.profile("ankang"), demo.as_of)
    opened.dispose()
    told = reading.read([demo.folder])
    assert sum(item.grid.contradicted for item in told.grids) == 0
    ratio = cells["metric"].isin(told.withheld["metric"][told.withheld["cell_numerator"] >= 0])
    cells = cells.assign(denominator=cells["denominator"].where(ratio))
    holds(told, [cells], *propagate(told.system, told.low, told.high))
