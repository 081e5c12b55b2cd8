"""Expected counts in a release: right, only where the unit is told, and giving no category away."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from cities import City
from data_access import adjusted as published
from data_access.published import ALL, Release, Scope, read
from metrics.adjusted import ALONE, FEWEST
from metrics.measure import FEW, PROTECTED
from pipeline import adjusted


def mix(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    columns = ["unit", "category", "numerator", "denominator"]
    return pd.DataFrame(rows, columns=columns).assign(month=202501)


def told(counts: pd.DataFrame) -> pd.DataFrame:
    return counts.groupby("unit", as_index=False)[["numerator", "denominator"]].sum()


def peers(counts: pd.DataFrame) -> dict[str, tuple[int | None, str | None]]:
    return {unit: (cases, why) for unit, cases, why in adjusted._peers(counts, told(counts))}


def test_worked_by_hand() -> None:
    """Late in 10 % of easy, 25 % of usual and 40 % of hard cases, but one has more hard ones."""
    of_a = ("a", "easy", 81, 90), ("a", "usual", 15, 20), ("a", "hard", 6, 10)
    of_b = ("b", "easy", 9, 10), ("b", "usual", 15, 20), ("b", "hard", 54, 90)
    assert peers(mix(*of_a, *of_b)) == {"a": (102, None), "b": (78, None)}


def test_too_few_alone_or_without_peers_is_not_told() -> None:
    few = peers(mix(("a", "x", 99, 100), ("b", "x", 98, 100)))
    assert set(few.values()) == {(None, FEW)}  # 1.5 late expected
    alone = peers(
        mix(("a", "x", 60, 100), ("b", "y", 40, 60), ("b", "x", 20, 40), ("c", "x", 70, 100))
    )
    assert alone["b"] == (None, ALONE)  # nobody else handles y
    assert peers(mix(("a", "x", 60, 100))) == {"a": (None, ALONE)}


def test_what_would_give_a_category_away_is_withheld() -> None:
    """Of `b`, so many good ends can only come of the category where all end well."""
    found = peers(mix(("a", "x", 500, 500), ("a", "y", 10, 500), ("b", "x", 40, 40),
                      ("b", "y", 0, 1)))  # fmt: skip
    assert found["b"][1] in (PROTECTED, FEW)
    assert adjusted._room(np.array([1.0, 0.02]), 41, 40) < adjusted.ROOM


@settings(max_examples=150)
@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=4),
    st.integers(1, 7),
)
def test_room_is_what_trying_out_all_mixes_finds(rates: list[float], n: int) -> None:
    every = [m for m in product(range(n + 1), repeat=len(rates)) if sum(m) == n]
    mean = sum(p * k for p, k in zip(rates, every[len(every) // 2], strict=True))
    expected = round(mean)
    fits = [
        m for m in every
        if abs(sum(p * k for p, k in zip(rates, m, strict=True)) - expected) <= 0.5 + 1e-9
    ]  # fmt: skip
    least = min(len({m[kind] for m in fits}) for kind in range(len(rates)))
    assert adjusted._room(np.array(rates), n, expected) == least


@pytest.fixture
def cells(demo: Release) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"metric": "on_time_rate", "grain": "year", "period": "2025", "unit": cell.key}
            | dict.fromkeys(("area", "town", "category", "category2", "reason_code"), ALL)
            | {"numerator": cell.numerator, "denominator": cell.denominator}
            | {"withheld": cell.withheld}
            for cell in read(demo, "on_time_rate", Scope(grain="year", period="2025"), by="unit")
        ]
    )


@pytest.fixture
def made(demo: Release, demo_cases: Engine, ankang: City, cells: pd.DataFrame) -> pd.DataFrame:
    return adjusted.table(demo_cases, ankang, demo.as_of, cells)


def test_it_tells_of_published_units_only_and_adds_up_to_what_happened(
    made: pd.DataFrame, cells: pd.DataFrame, ankang: City
) -> None:
    shown = cells[cells["withheld"].isna()].set_index("unit")
    assert set(made["unit"]) <= set(shown.index)
    assert list(made) == adjusted.COLUMNS
    known = made.dropna(subset=["expected"])
    assert len(known)
    for row in known.to_dict("records"):
        n = shown.loc[row["unit"], "denominator"]
        assert 0 <= row["expected"] <= n
        assert n >= 30
        assert min(row["expected"], n - row["expected"]) >= FEWEST
    counties = {unit.code for unit in ankang.units if unit.peer_group == "area"}
    group = shown[shown.index.isin(counties)]
    mine = known[known["unit"].isin(counties)]
    if set(mine["unit"]) == set(group.index):
        off = abs(mine["expected"].sum() - group["numerator"].sum())
        assert off <= len(mine) / 2


def test_the_release_in_force_is_repeated(
    made: pd.DataFrame, demo: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [row | {"expected": 7} for row in made.to_dict("records") if row["unit"] == "610902"]
    monkeypatch.setattr(published, "everything", lambda release: before)
    kept = adjusted._kept(made, demo).set_index("unit")
    assert kept.loc["610902", "expected"] == 7
    others = made.set_index("unit").drop("610902")
    pd.testing.assert_frame_equal(kept.drop("610902"), others)
    assert adjusted._kept(made, None) is made


def test_a_release_holds_the_table(demo: Release) -> None:
    rows = published.everything(demo)
    assert {row["metric"] for row in rows} == {"on_time_rate", "satisfied", "solved"}
    scope = Scope(grain="year", period="2025")
    found = published.read(demo, "on_time_rate", scope)
    assert [one.unit for one in found] == sorted(one.unit for one in found)
    assert all((one.cases is None) != (one.withheld is None) for one in found)
    told = {cell.key for cell in read(demo, "on_time_rate", scope, by="unit") if not cell.withheld}
    assert {one.unit for one in found} <= told
    assert published.read(demo, "received", scope) == []
