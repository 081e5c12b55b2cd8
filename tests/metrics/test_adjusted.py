"""Adjusted shares out of a published expectation, against the adjustment from single cells."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from metrics.adjusted import FEWEST, rarer, share, told
from metrics.measure import FEW, Figure, figure
from metrics.registry import get
from metrics.stats.casemix import Cell, poisson, standardise

ON_TIME = get("on_time_rate")
COUNT = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def of(good: int, cases: int) -> Figure:
    return figure(ON_TIME, "u", good, cases)


def test_worked_by_hand() -> None:
    """20 of 200 late where 40 were expected, peers late in 10 %: 5 %, by half of Poisson(20)."""
    found = share(of(180, 200), expected=160, target=0.9)
    low, high = poisson(20)
    assert (found.value, found.low, found.high) == pytest.approx(
        (0.95, 1 - 0.1 * high / 40, 1 - 0.1 * low / 40)
    )
    assert (found.numerator, found.denominator) == (180, 200)


def test_a_rare_outcome_is_standardised_as_it_is() -> None:
    found = share(of(20, 200), expected=40, target=0.1)
    assert found.value == pytest.approx(0.05)


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("xyz"), COUNT), min_size=4))
def test_it_is_the_adjustment_from_single_cells_but_for_rounding(
    rows: list[tuple[str, str, tuple[int, int]]],
) -> None:
    cells = [Cell(unit, group, *pair) for unit, group, pair in rows]
    target = sum(c.events for c in cells) / sum(c.cases for c in cells)
    rare = cells if target <= 0.5 else [c._replace(events=c.cases - c.events) for c in cells]
    good = {item.unit: item for item in standardise(cells)}
    for item in standardise(rare):
        expected = round(good[item.unit].expected)
        base = rarer(expected, item.cases, target)
        if base < FEWEST or item.adjusted is None:
            continue
        found = share(of(good[item.unit].events, item.cases), expected, target)
        whole = min(1.0, item.adjusted if target <= 0.5 else 1 - item.adjusted)
        assert found.value is not None
        off = max(item.adjusted, 1 - found.value if target > 0.5 else found.value) * 0.5 / base
        assert found.value == pytest.approx(max(0.0, whole), abs=off * 1.3 + 1e-9)


@given(COUNT, st.integers(0, 300), st.floats(0.01, 0.99))
def test_it_is_a_share_whose_interval_holds_it(
    pair: tuple[int, int], expected: int, target: float
) -> None:
    assume(rarer(min(expected, pair[1]), pair[1], target) > 0)
    found = share(of(*pair), min(expected, pair[1]), target)
    assert found.low is not None
    assert found.value is not None
    assert found.high is not None
    assert -1e-9 <= found.low <= found.value <= found.high <= 1 + 1e-9


def test_what_cannot_be_adjusted_is_refused_or_says_why() -> None:
    with pytest.raises(ValueError, match="nothing was expected"):
        share(of(30, 30), 30, 0.9)
    with pytest.raises(ValueError, match="no counts"):
        share(Figure("u", None, None, None, note=FEW), 30, 0.9)
    assert told(of(30, 40), None, FEW, 0.9).note == FEW
