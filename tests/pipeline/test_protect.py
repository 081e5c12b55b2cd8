"""What the release withholds cannot be worked out from what it shows."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access.published import DIMENSIONS
from metrics.measure import FEW, PROTECTED, TOO_EARLY
from metrics.periods import ALL
from pipeline.count import COLUMNS
from pipeline.protect import complement, determined, equations, protect


def cube(counts: list[list[int]], threshold: int = 30) -> pd.DataFrame:
    """Cells of on_time_rate: units by quarters of one year, with all their totals."""
    table = np.array(counts)
    rows = []

    def add(grain: str, period: str, unit: str, count: int) -> None:
        key = dict.fromkeys(DIMENSIONS, ALL) | {"unit": unit}
        rows.append(
            {"metric": "on_time_rate", "grain": grain, "period": period, **key}
            | {"numerator": count // 2, "denominator": count, "threshold": threshold}
        )

    for quarter, column in enumerate(table.T, start=1):
        for unit, count in enumerate(column):
            add("quarter", f"2024-Q{quarter}", f"u{unit}", int(count))
        add("quarter", f"2024-Q{quarter}", ALL, int(column.sum()))
    for unit, row in enumerate(table):
        add("year", "2024", f"u{unit}", int(row.sum()))
    add("year", "2024", ALL, int(table.sum()))
    add(ALL, ALL, ALL, int(table.sum()))
    return pd.DataFrame(rows)[COLUMNS]


CUBES = st.integers(1, 6).flatmap(
    lambda units: st.lists(
        st.lists(st.sampled_from([0, 1, 4, 29, 30, 31, 80, 500]), min_size=4, max_size=4),
        min_size=units,
        max_size=units,
    )
)


def recovered(cells: pd.DataFrame, hidden: "pd.Series[bool]") -> list[int]:
    """Hidden cells that subtraction recovers, found by ranks: an attack of its own making."""
    unknown = [int(i) for i in np.flatnonzero(hidden)]
    system = np.zeros((0, len(unknown)))
    for total, parts in equations(cells):
        row = np.zeros(len(unknown))
        for cell, sign in [(total, 1), *((part, -1) for part in parts)]:
            if cell in unknown:
                row[unknown.index(cell)] = sign
        system = np.vstack([system, row])
    rank = np.linalg.matrix_rank(system) if system.any() else 0
    return [
        cell
        for place, cell in enumerate(unknown)
        if np.linalg.matrix_rank(np.vstack([system, np.eye(len(unknown))[place]])) == rank
    ]


@settings(max_examples=150, deadline=None)
@given(CUBES)
def test_nothing_withheld_can_be_subtracted_back(counts: list[list[int]]) -> None:
    cells = cube(counts)
    shown = protect(cells)
    hidden = shown["numerator"].isna()
    small = cells["denominator"] < 30
    assert (hidden | ~small).all()
    assert (shown["withheld"].notna() == hidden).all()
    assert shown["denominator"].isna().equals(hidden)
    assert recovered(cells, hidden) == []


def test_without_complementary_suppression_the_attack_succeeds() -> None:
    cells = cube([[4, 80, 80, 80], [500, 80, 80, 80], [500, 80, 80, 80]])
    only_small = cells["denominator"] < 30
    assert len(recovered(cells, only_small)) == 1
    assert recovered(cells, protect(cells)["numerator"].isna()) == []


def test_reasons_are_told_apart() -> None:
    cells = cube([[4, 80, 80, 80], [500, 80, 80, 80], [500, 80, 80, 80]])
    reasons = protect(cells)["withheld"].dropna()
    assert set(reasons) == {FEW, PROTECTED}
    assert (reasons == FEW).sum() == 1


def test_none_due_is_told_only_of_the_whole_city() -> None:
    shown = protect(cube([[0, 0, 0, 0]]))
    whole = (shown[["period", *DIMENSIONS]] == ALL).all(axis=1)
    assert set(shown["withheld"][whole]) == {TOO_EARLY}
    assert set(shown["withheld"][~whole]) == {FEW}


def test_a_lone_total_may_stand() -> None:
    assert determined(np.array([True]), []).size == 0
    assert complement(np.array([False, False]), np.array([50, 50]), [(0, [1])]).tolist() == [
        False,
        False,
    ]


@pytest.mark.parametrize("count", [29, 30])
def test_the_threshold_is_the_least_that_is_shown(count: int) -> None:
    shown = protect(cube([[count, 100, 100, 100], [count, 100, 100, 100]]))
    quarter = shown[(shown["period"] == "2024-Q1") & (shown["unit"] == "u0")]
    assert quarter["numerator"].isna().all() == (count < 30)
