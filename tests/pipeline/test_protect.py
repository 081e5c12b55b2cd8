"""What the release withholds cannot be worked out from what it shows."""

from datetime import date
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from cities import City
from data_access.published import ALL, DIMENSIONS
from metrics.measure import FEW, PROTECTED, TOO_EARLY
from pipeline.cells import COLUMNS
from pipeline.protect import protect

AS_OF = date(2025, 1, 1)
QUARTERS = [f"2024-Q{number}" for number in range(1, 5)]
Counts = list[list[list[int]]]  # by unit, category, quarter


def place(unit: str, category: str, period: str) -> dict[str, str]:
    grain = "all" if period == ALL else "quarter" if "Q" in period else "year"
    here = dict.fromkeys(DIMENSIONS, ALL) | {"unit": unit, "category": category}
    return {"metric": "received", "grain": grain, "period": period, **here}


def cube(counts: Counts, threshold: int = 5) -> pd.DataFrame:
    """Cells of `received`: units by categories by quarters of one year, with all their margins."""
    table = np.array(counts)
    axes = [[ALL, *(f"{name}{n}" for n in range(size))] for name, size in zip("uc", table.shape,
            strict=False)]  # fmt: skip
    rows = []
    for unit, category, period in product(*axes, [ALL, "2024", *QUARTERS]):
        if period == ALL and (unit, category) != (ALL, ALL):
            continue
        part = table[members(unit)][:, members(category)][:, :, quarters(period)]
        told = {"numerator": int(part.sum()), "denominator": int(part.sum())}
        rows.append(place(unit, category, period) | told | {"threshold": threshold})
    return pd.DataFrame(rows).assign(value=np.nan, p90=np.nan)[COLUMNS]


def members(name: str) -> slice:
    return slice(None) if name == ALL else slice(int(name[1:]), int(name[1:]) + 1)


def quarters(period: str) -> slice:
    return slice(QUARTERS.index(period), QUARTERS.index(period) + 1) if "Q" in period else slice(4)


def narrowed(shown: pd.DataFrame, shape: tuple[int, ...], threshold: int = 5) -> list[int]:
    """The withheld cells that linear programming narrows to fewer than three values.

    An attack of its own making: the unknowns are the finest cells, and every row of the table is
    one linear statement about them.
    """
    rows, low, high = [], [], []
    row: Any
    for row in shown.itertuples():
        mask = np.zeros(shape)
        mask[members(row.unit), members(row.category), quarters(row.period)] = 1
        rows.append(mask.ravel())
        bounds = {FEW: (0, threshold - 1), PROTECTED: (threshold, np.inf), TOO_EARLY: (0, 0)}
        least, most = bounds.get(row.withheld, (row.numerator, row.numerator))
        low.append(least)
        high.append(most)
    matrix, upper, lower = np.array(rows), np.array(high, float), np.array(low, float)
    bounded = np.isfinite(upper)
    system = {
        "A_ub": np.vstack([matrix[bounded], -matrix]),
        "b_ub": np.concatenate([upper[bounded], -lower]),
        "bounds": (0, None),
    }
    found = []
    for number in np.flatnonzero(shown["withheld"].isin([FEW, PROTECTED])):
        ends = [linprog(sign * matrix[number], **system) for sign in (1, -1)]
        assert all(end.status in (0, 3) for end in ends)
        most = np.inf if ends[1].status == 3 else -ends[1].fun
        if most > 0.5 and most - ends[0].fun < 2 - 1e-6:
            found.append(int(number))
    return found


CUBES = st.tuples(st.integers(2, 4), st.integers(1, 3)).flatmap(
    lambda shape: st.lists(
        st.lists(
            st.lists(st.sampled_from([0, 0, 1, 2, 4, 5, 6, 30]), min_size=4, max_size=4),
            min_size=shape[1], max_size=shape[1],
        ),
        min_size=shape[0], max_size=shape[0],
    )
)  # fmt: skip


@settings(max_examples=60)
@given(counts=CUBES)
def test_nothing_withheld_can_be_narrowed_down(counts: Counts, ankang: City) -> None:
    cells = cube(counts)
    shown = protect(cells, ankang, AS_OF)
    hidden = shown["numerator"].isna()
    assert (hidden | (cells["numerator"] >= 5)).all()
    assert (shown["withheld"].notna() == hidden).all()
    assert shown["numerator"][~hidden].tolist() == cells["numerator"][~hidden].tolist()
    assert narrowed(shown, np.array(counts).shape) == []


LONELY = [[[4, 80, 80, 80]], [[500, 80, 80, 80]], [[500, 80, 80, 80]]]


def test_without_complementary_suppression_the_attack_succeeds(ankang: City) -> None:
    cells = cube(LONELY)
    few = (cells["numerator"] < 5).map({True: FEW, False: None})
    assert len(narrowed(cells.assign(withheld=few), (3, 1, 4))) > 0
    assert narrowed(protect(cells, ankang, AS_OF), (3, 1, 4)) == []


def test_zeros_that_are_shown_give_small_cells_away(ankang: City) -> None:
    counts = [[[3, 0, 40, 40]], [[0, 50, 50, 50]], [[60, 60, 60, 60]]]
    shown = protect(cube(counts), ankang, AS_OF)
    with_zeros = shown.copy()
    zero = cube(counts)["numerator"] == 0
    with_zeros.loc[zero, ["numerator", "withheld"]] = [0, None]
    assert narrowed(with_zeros, (3, 1, 4))
    assert narrowed(shown, (3, 1, 4)) == []


def test_reasons_are_told_apart(ankang: City) -> None:
    reasons = protect(cube(LONELY), ankang, AS_OF)["withheld"].dropna()
    assert set(reasons) == {FEW, PROTECTED}
    assert (reasons == FEW).sum() == 2  # the unit, and its only category


def test_none_due_is_told_only_of_the_whole_city(ankang: City) -> None:
    shown = protect(cube([[[0, 0, 0, 0]]]), ankang, AS_OF)
    whole = (shown[["period", *DIMENSIONS]] == ALL).all(axis=1)
    assert set(shown["withheld"][whole]) == {TOO_EARLY}
    assert set(shown["withheld"][~whole]) == {FEW}


@pytest.mark.parametrize("count", [29, 30])
def test_the_threshold_is_the_least_that_is_shown(count: int, ankang: City) -> None:
    shown = protect(cube([[[count, 100, 100, 100]], [[count, 100, 100, 100]]], 30), ankang, AS_OF)
    quarter = shown[(shown["period"] == "2024-Q1") & (shown["unit"] == "u0")]
    assert quarter["numerator"].isna().all() == (count < 30)


def test_the_rest_of_a_rate_is_protected_too(ankang: City) -> None:
    """Two small units with one late case between them: neither is told to have none."""
    rows = []
    for unit, kept, due in [("a", 9, 10), ("b", 12, 12), ("c", 95, 100), ("d", 190, 200)]:
        rows.append(place(unit, ALL, "2024-Q1") | {"numerator": kept, "denominator": due})
    total = {"numerator": 306, "denominator": 322}
    rows.append(place(ALL, ALL, "2024-Q1") | total)
    cells = pd.DataFrame(rows).assign(metric="on_time_rate", threshold=30, value=np.nan, p90=np.nan)
    shown = protect(cells[COLUMNS], ankang, AS_OF)
    visible = shown[shown["withheld"].isna() & (shown["unit"] != ALL)]
    late = 16 - (visible["denominator"] - visible["numerator"]).sum()
    assert len(visible) == 1
    assert late >= 2


def test_a_quantity_that_two_metrics_share_is_withheld_in_both(ankang: City) -> None:
    """12 cases received are enough for a count, but would tell the base of a rate."""
    rows = [place(ALL, ALL, "2024") | {"numerator": 12, "denominator": 12, "threshold": 5}]
    rate = {"metric": "answered_on_the_spot", "numerator": 8, "denominator": 12, "threshold": 30}
    cells = pd.DataFrame([*rows, rows[0] | rate]).assign(value=np.nan, p90=np.nan)[COLUMNS]
    assert protect(cells, ankang, AS_OF)["withheld"].tolist() == [PROTECTED, FEW]


def nested(months: dict[str, dict[str, int]]) -> pd.DataFrame:
    """Cells of `received`, by months and towns of one county, with the county's months and year."""
    rows = []
    for town, counts in months.items():
        name = dict.fromkeys(DIMENSIONS, ALL) | {"area": "a", "town": town}
        rows.append({"grain": "quarter", "period": "2024-Q1", "n": sum(counts.values())} | name)
    name = dict.fromkeys(DIMENSIONS, ALL) | {"area": "a"}
    for month in next(iter(months.values())):
        n = sum(counts[month] for counts in months.values())
        rows.append({"grain": "month", "period": month, "n": n} | name)
    cells = pd.DataFrame(rows).assign(metric="received", threshold=5, value=np.nan, p90=np.nan)
    return cells.assign(numerator=cells["n"], denominator=cells["n"])[COLUMNS]


def test_a_total_that_no_table_shows_is_reckoned_with(ankang: City) -> None:
    """The county's quarter is not published, but its months are, and they add up to it."""
    months = {
        "t1": {"2024-01": 1, "2024-02": 1, "2024-03": 1},
        "t2": {"2024-01": 20, "2024-02": 30, "2024-03": 40},
        "t3": {"2024-01": 30, "2024-02": 30, "2024-03": 40},
    }
    shown = protect(nested(months), ankang, AS_OF)
    reason = shown.set_index("town")["withheld"]
    assert reason["t1"] == FEW
    assert PROTECTED in shown["withheld"].tolist(), "or t1 is the rest of January to March"


def test_what_still_runs_is_never_shown(ankang: City) -> None:
    months = {"t2": {"2024-01": 20, "2024-02": 30, "2024-03": 40}}
    shown = protect(nested(months), ankang, date(2024, 3, 31))
    assert shown["period"].tolist() == ["2024-01", "2024-02"]
    assert shown["withheld"].isna().all()


def test_what_was_told_stays_told_and_what_was_withheld_stays_withheld(ankang: City) -> None:
    """Else two releases that each are safe would together show what one of them hides."""
    months = {
        name: dict.fromkeys(("2024-01", "2024-02", "2024-03"), count)
        for name, count in {"t1": 1, "t2": 20, "t3": 21, "t4": 22}.items()
    }
    cells = nested(months)
    first = protect(cells, ankang, AS_OF)
    hidden = first["withheld"] == PROTECTED
    assert hidden.any()
    before = first.assign(withheld=first["withheld"].mask(hidden, None))
    before = before.assign(numerator=before["numerator"].mask(hidden, cells["numerator"]))
    other = int(np.flatnonzero((first["town"] == "t4") & ~hidden)[0])
    before.loc[other, "numerator"] = pd.NA
    before.loc[other, "withheld"] = PROTECTED
    second = protect(cells, ankang, AS_OF, before)
    assert not (second["withheld"] == PROTECTED)[hidden].any()
    assert second["withheld"][other] == PROTECTED


def beside(cases: list[int], closed: int, threshold: int = 5) -> pd.DataFrame:
    """By unit, how many could not be handled, and what share these are of all that were closed."""
    rows = []
    for unit, number in zip([ALL, *(f"u{n}" for n in range(len(cases)))], [sum(cases), *cases],
            strict=True):  # fmt: skip
        here = place(unit, ALL, "2024")
        total = closed * (len(cases) if unit == ALL else 1)
        counts = {"numerator": number, "denominator": number, "threshold": threshold}
        share = {"numerator": number, "denominator": total, "threshold": 30}
        rows += [here | {"metric": "not_handled_cases"} | counts]
        rows += [here | {"metric": "not_handled"} | share]
    return pd.DataFrame(rows).assign(value=np.nan, p90=np.nan)[COLUMNS]


def test_what_is_withheld_as_a_count_is_not_told_as_a_numerator(ankang: City) -> None:
    shown = protect(beside([3, 20, 30, 40], 200), ankang, AS_OF)
    told = {metric: set(rows["unit"][rows["withheld"].isna()])
            for metric, rows in shown.groupby("metric")}  # fmt: skip
    assert "u0" not in told["not_handled_cases"]
    assert told["not_handled"] == told["not_handled_cases"]
    public = protect(beside([3, 20, 30, 40], 200, threshold=0), ankang, AS_OF)
    assert public["withheld"].isna().all()  # told on purpose, as the share's numerator


@pytest.mark.parametrize("cases", [[1, 6], [1, 2]])
def test_parts_are_withheld_before_the_whole_city(ankang: City, cases: list[int]) -> None:
    """One of six leaves little room, yet goes first; what is told at any size stays, though few."""
    cells = beside(cases, 200)
    city = cells["unit"] == ALL
    cells.loc[city & (cells["metric"] == "not_handled_cases"), "threshold"] = 0
    shown = protect(cells[city | (cells["metric"] == "not_handled_cases")], ankang, AS_OF)
    assert shown["withheld"].isna().tolist() == (shown["unit"] == ALL).tolist()
