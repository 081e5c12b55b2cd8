"""Funnel limits against the binomial itself, tau2 against statsmodels, flags against New York."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sqlalchemy import Engine
from statsmodels.stats.meta_analysis import combine_effects

from cities import City
from metrics.stats import funnel as module
from metrics.stats.funnel import adjusted_limits, dispersion, funnel, limits
from tests.metrics.stats import new_york

COUNTS = st.dictionaries(
    st.text(min_size=1, max_size=3),
    st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
    max_size=12,
)


def test_limits_worked_by_hand() -> None:
    """n = 10, target 0.5: P(R <= 2) = 56/1024 first passes 0.025, and P(R = 2) = 45/1024."""
    excess = (56 / 1024 - 0.025) / (45 / 1024)
    low, high = limits(0.5, 10, 0.95)
    assert low == pytest.approx((2 - excess) / 10)
    assert high == pytest.approx(1 - low)


@given(st.floats(0.001, 0.999), st.integers(1, 3000), st.sampled_from(module.COVERAGES))
def test_no_tail_passes_its_share_and_the_target_is_inside(
    target: float, n: int, coverage: float
) -> None:
    low, high = limits(target, n, coverage)
    assert 0 <= low <= target <= high <= 1
    rates = np.arange(n + 1) / n
    chances = stats.binom.pmf(np.arange(n + 1), n, target)
    tail = (1 - coverage) / 2 + 1e-9
    assert chances[rates < low - 1e-12].sum() <= tail
    assert chances[rates > high + 1e-12].sum() <= tail


def test_why_the_upper_limit_is_not_the_papers() -> None:
    """Target 0.9, n = 10: ten of ten happens one time in three, and is over the paper's limit."""
    excess = (1 - 0.975) / 0.9**10  # the 97.5 % quantile is 10, and P(R <= 10) = 1
    assert (10 - excess) / 10 < 1
    assert limits(0.9, 10, 0.95).high == 1
    assert funnel({"ten of ten": (10, 10), "others": (890, 990)}).points[0].flag == 0


@given(st.floats(0.001, 0.999), st.integers(1, 3000))
def test_limits_nest_and_mirror(target: float, n: int) -> None:
    inner, outer = limits(target, n, 0.95), limits(target, n, 0.998)
    assert outer.low <= inner.low <= inner.high <= outer.high
    mirrored = limits(1 - target, n, 0.95)
    assert (1 - mirrored.high, 1 - mirrored.low) == pytest.approx(inner, abs=1e-9)


def test_limits_come_to_the_normal_ones_for_many_cases() -> None:
    assert limits(0.8, 100_000, 0.95) == pytest.approx(
        adjusted_limits(0.8, 100_000, 0.0, 0.95), abs=2e-5
    )


def test_adjusted_limits_are_where_the_adjusted_z_turns() -> None:
    found = funnel(new_york.DEPARTMENTS)
    for point in found.points:
        low, high = adjusted_limits(found.target, point.cases, found.dispersion.tau2, 0.95)
        assert (point.flag_adjusted != 0) == (not low <= point.rate <= high)


@given(COUNTS)
def test_tau2_is_dersimonian_and_lairds(counts: dict[str, tuple[int, int]]) -> None:
    """Without winsorising: the target is then the mean weighted by inverse variance."""
    y, n = np.array(list(counts.values()), float).T
    target = y.sum() / n.sum()
    if len(y) < 2 or target in (0, 1):
        return
    errors = np.sqrt(target * (1 - target) / n)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "WINSORISED", 0.0)
        found = dispersion((y / n - target) / errors, errors)
    with np.errstate(divide="ignore", invalid="ignore"):  # it goes on with a tau2 below 0
        other = combine_effects(y / n, errors**2, method_re="chi2")
    assert found.phi * len(y) == pytest.approx(other.q, rel=1e-6, abs=1e-9)
    assert found.tau2 == pytest.approx(max(0.0, other.tau2), rel=1e-6, abs=1e-9)


@given(COUNTS)
def test_allowing_for_dispersion_never_moves_a_unit_further_out(
    counts: dict[str, tuple[int, int]],
) -> None:
    for point in funnel(counts).points:
        assert abs(point.z_adjusted) <= abs(point.z) + 1e-12
        assert point.z * point.z_adjusted >= 0


def test_new_york_6_of_9_outliers_become_2() -> None:
    found = funnel(new_york.DEPARTMENTS)
    assert round(found.dispersion.phi, 1) == 13.6
    outside = {point.unit for point in found.points if abs(point.z) > 1.96}
    assert outside == {"DCA", "DHS", "DOHMH", "DOT", "DPR", "NYPD"}
    assert outside == {point.unit for point in found.points if point.flag}  # exact limits agree
    assert {p.unit: p.flag_adjusted for p in found.points if p.flag_adjusted} == {
        "DCA": -1,
        "DOHMH": -2,
    }


@pytest.mark.real
def test_new_york_is_counted_as_it_is_written_here(engine: Engine, nyc: City) -> None:
    assert new_york.counted(engine, nyc) == new_york.DEPARTMENTS


def test_units_that_are_all_alike_or_empty() -> None:
    found = funnel({"a": (5, 5), "b": (9, 9), "none": (0, 0)})
    assert [(p.unit, p.limits95, p.z, p.flag) for p in found.points] == [
        ("a", (1, 1), 0, 0),
        ("b", (1, 1), 0, 0),
    ]
    assert found.dispersion == (0, 0)


def test_what_is_no_funnel_is_refused() -> None:
    for counts in ({}, {"a": (0, 0)}, {"a": (3, 2)}, {"a": (-1, 2)}):
        with pytest.raises(ValueError, match="a funnel needs"):
            funnel(counts)
    for target, n, coverage in ((1.1, 5, 0.95), (0.5, 0, 0.95), (0.5, 5, 1.0)):
        with pytest.raises(ValueError, match="no limits"):
            limits(target, n, coverage)
    with pytest.raises(ValueError, match="no limits"):
        adjusted_limits(0.5, 5, -0.1, 0.95)
    with pytest.raises(ValueError, match="one positive standard error"):
        dispersion(np.array([1.0]), np.array([0.0]))
