"""What rises, falls and stands out: against plain formulas, statsmodels and planted changes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import Table

from metrics import hotspots
from metrics.change import grown
from metrics.hotspots import Key, concentrations, movements, strongest
from metrics.measure import FEW, Figure, withheld

NOW, THEN = "2026-Q3", "2025-Q3"


def figures(counts: dict[Key, int], period: str = NOW) -> dict[Key, Figure]:
    return {key: Figure(period, number, None, number) for key, number in counts.items()}


def alone(counts: dict[str, int]) -> dict[str, Figure]:
    return {key: Figure(key, number, None, number) for key, number in counts.items()}


@given(st.integers(1, 5_000), st.integers(1, 5_000))
def test_a_count_by_itself_has_the_plain_interval(now: int, then: int) -> None:
    (found,) = movements(figures({("a",): now}), figures({("a",): then}, THEN), NOW, THEN)
    told = grown(Figure(NOW, now, None, now), Figure(THEN, then, None, then))
    assert told is not None
    assert (found.ratio, found.low, found.high) == pytest.approx((told.ratio, told.low, told.high))
    if abs(told.low - 1) > 1e-9 and abs(told.high - 1) > 1e-9:
        assert found.found == (not told.within_chance)


def test_periods_of_unequal_length_are_compared_by_the_day() -> None:
    (found,) = movements(
        figures({("a",): 310}, "2026-03"), figures({("a",): 280}, "2026-02"), "2026-03", "2026-02"
    )
    assert found.ratio == pytest.approx(1)
    assert not found.found


def test_what_is_not_published_in_both_periods_is_not_compared() -> None:
    now = figures({("a",): 50, ("b",): 50}) | {("c",): withheld("c", FEW)}
    then = figures({("a",): 50, ("c",): 50}) | {("b",): withheld("b", FEW)}
    assert [one.key for one in movements(now, then, NOW, THEN)] == [("a",)]
    assert movements({}, {}, NOW, THEN) == []


def test_of_many_that_only_swing_few_are_found() -> None:
    """400 quarters of 40 kinds without any change, half of them in bursts of four."""
    chosen = np.random.default_rng(1)
    rounds = {1: 0, 4: 0}
    for turn in range(400):
        burst = 4 if turn % 2 else 1
        a, b = (burst * chosen.poisson(60 / burst, 40) + 1 for _ in range(2))
        now, then = (figures({(str(n),): int(x) for n, x in enumerate(c)}) for c in (a, b))
        rounds[burst] += any(one.found for one in movements(now, then, NOW, THEN))
    assert all(number <= 20 for number in rounds.values()), "one in 20, with room for chance"


def test_a_planted_rise_and_fall_are_found_and_ordered_by_cases() -> None:
    chosen = np.random.default_rng(2)
    then: dict[Key, int] = {(str(n),): int(x) for n, x in enumerate(chosen.poisson(300, 40))}
    now = {key: int(chosen.poisson(300)) for key in then}
    now |= {("3",): 900, ("7",): 600, ("9",): 60}
    up, down = strongest(movements(figures(now), figures(then), NOW, THEN))
    assert [one.key for one in up] == [("3",), ("7",)]
    assert [one.key for one in down] == [("9",)]
    assert all(one.low > 1 for one in up)
    assert all(one.high < 1 for one in down)


def test_growth_that_all_share_is_growth_of_each() -> None:
    """Common growth is not taken for bursts: it does not widen the intervals."""
    then: dict[Key, int] = {(str(n),): 1_000 for n in range(20)}
    found = movements(figures(dict.fromkeys(then, 1_200)), figures(then), NOW, THEN)
    assert all(one.rose for one in found)


def test_scores_of_a_table_are_the_standardised_residuals(monkeypatch: pytest.MonkeyPatch) -> None:
    """statsmodels' adjusted residuals of the same table; so without widening they decide alike."""
    counts = np.random.default_rng(3).integers(20, 200, (3, 3))
    counts[0, 0] = 400
    keys = [(f"a{i}", f"k{j}") for i in range(3) for j in range(3)]
    cells = figures({key: int(n) for key, n in zip(keys, counts.ravel(), strict=True)})
    seen: list[np.ndarray] = []

    def found_all(z: np.ndarray) -> list[bool]:
        seen.append(z)
        return [True] * len(z)

    monkeypatch.setattr(hotspots, "_found", found_all)
    found = concentrations(
        cells,
        alone({f"a{i}": int(n) for i, n in enumerate(counts.sum(axis=1))}),
        alone({f"k{j}": int(n) for j, n in enumerate(counts.sum(axis=0))}),
        Figure("all", int(counts.sum()), None, None),
    )
    table = Table(counts.astype(float), shift_zeros=False)
    assert seen[0] == pytest.approx(table.standardized_resids.ravel())
    assert [one.expected for one in found] == pytest.approx(table.fittedvalues.ravel())
    assert found[0].ratio == pytest.approx(400 / table.fittedvalues[0, 0])


def test_a_place_with_its_share_of_everything_does_not_stand_out() -> None:
    cells = figures(
        {(f"a{i}", f"k{j}"): 10 * (i + 1) * (j + 1) for i in range(4) for j in range(4)}
    )
    places = alone({f"a{i}": 100 * (i + 1) for i in range(4)})
    kinds = alone({f"k{j}": 100 * (j + 1) for j in range(4)})
    found = concentrations(cells, places, kinds, Figure("all", 1_000, None, None))
    assert len(found) == 16
    assert not any(one.found for one in found)
    assert all(one.ratio == pytest.approx(1) for one in found)
    assert concentrations(cells, places, kinds, withheld("all", FEW)) == []
    assert concentrations(cells, {}, kinds, Figure("all", 1_000, None, None)) == []
