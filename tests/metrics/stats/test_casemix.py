"""Indirect standardisation by hand, its interval against statsmodels and Byar."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.rates import confint_poisson

from metrics.stats.casemix import Cell, poisson, standardise

COUNT = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
CELLS = st.lists(
    st.builds(
        lambda unit, group, pair: Cell(unit, group, *pair),
        st.sampled_from("ABCD"),
        st.sampled_from("wxyz"),
        COUNT,
    ),
    min_size=1,
    max_size=20,
)


def test_worked_by_hand() -> None:
    """Both are late in 10 % of easy and 40 % of hard cases; B only has more hard ones."""
    cells = [
        Cell("A", "easy", 9, 90),
        Cell("A", "hard", 4, 10),
        Cell("B", "easy", 1, 10),
        Cell("B", "hard", 36, 90),
    ]
    a, b = standardise(cells)
    assert (a.crude, b.crude) == (0.13, 0.37)
    assert (a.expected, b.expected) == pytest.approx((13, 37))
    assert (a.ratio, b.ratio) == pytest.approx((1, 1))
    assert (a.adjusted, b.adjusted) == pytest.approx((0.25, 0.25))
    assert (a.z, b.z) == pytest.approx((0, 0), abs=1e-9)


def test_a_unit_that_does_worse_on_the_same_mix() -> None:
    """Rates 30/100 and 50/100 become 0.4 in common: A 30 of 40 expected, z = -10 / sqrt(24)."""
    a, b = standardise([Cell("A", "g", 30, 100), Cell("B", "g", 50, 100)])
    assert (a.ratio, b.ratio) == pytest.approx((0.75, 1.25))
    assert (a.adjusted, b.adjusted) == pytest.approx((0.3, 0.5))
    assert a.z == pytest.approx(-10 / sqrt(24))
    assert (a.low, a.high) == pytest.approx([0.4 * end / 40 for end in poisson(30)])


@given(st.integers(0, 5000))
def test_the_interval_is_statsmodels_exact_one(events: int) -> None:
    assert poisson(events) == pytest.approx(confint_poisson(events, 1, method="exact-c"), abs=1e-9)


@given(st.integers(10, 2000))
def test_byars_approximation_is_near(events: int) -> None:
    """Breslow and Day 1987, page 69: good to half a percent from ten events on."""
    low, high = poisson(events)
    after = events + 1
    byar_low = events * (1 - 1 / (9 * events) - 1.96 / (3 * sqrt(events))) ** 3
    byar_high = after * (1 - 1 / (9 * after) + 1.96 / (3 * sqrt(after))) ** 3
    assert (low, high) == pytest.approx((byar_low, byar_high), rel=0.005)


@given(CELLS)
def test_expected_adds_up_to_observed(cells: list[Cell]) -> None:
    found = standardise(cells)
    events = sum(cell.events for cell in cells)
    assert sum(unit.events for unit in found) == events
    assert sum(unit.expected for unit in found) == pytest.approx(events)
    for unit in found:
        assert (unit.ratio is None) == (unit.expected == 0)
        if unit.low is not None and unit.high is not None and unit.adjusted is not None:
            assert unit.low <= unit.adjusted <= unit.high
        assert 0 <= unit.alone <= 1


@given(CELLS)
def test_the_order_does_not_matter(cells: list[Cell]) -> None:
    there, back = standardise(cells), standardise(cells[::-1])
    assert [u.unit for u in there] == [u.unit for u in back]
    assert [u.expected for u in there] == pytest.approx([u.expected for u in back])


def test_a_group_of_ones_own_is_told() -> None:
    a, b = standardise([Cell("A", "own", 9, 10), Cell("A", "g", 1, 30), Cell("B", "g", 3, 30)])
    assert (a.alone, b.alone) == (0.25, 0)


def test_nothing_expected_and_nothing_counted() -> None:
    (found,) = standardise([Cell("A", "g", 0, 10), Cell("B", "g", 0, 0)])
    assert (found.unit, found.crude, found.ratio, found.low, found.z) == ("A", 0, None, None, None)
    assert standardise([Cell("A", "g", 0, 0)]) == standardise([]) == ()


def test_what_is_no_count_is_refused() -> None:
    with pytest.raises(ValueError, match="A, g: 3 events among 2"):
        standardise([Cell("A", "g", 3, 2)])
    for events, level in ((-1, 0.95), (3, 1.0)):
        with pytest.raises(ValueError, match="no interval"):
            poisson(events, level)
