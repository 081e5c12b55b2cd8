"""Beta-binomial fit against its score equations, and a textbook posterior."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import digamma

from metrics.stats.shrinkage import SIZES, Counts, Prior, fit, shrink
from tests.metrics.stats import new_york

# R. E. Tarone, Biometrics 38 (1982) 215-220: tumours in 71 groups of rats, as pairs y/n; also
# Gelman et al., Bayesian Data Analysis (3rd ed.), table 5.1.
RATS = """
0/20 0/20 0/20 0/20 0/20 0/20 0/20 0/19 0/19 0/19 0/19 0/18 0/18 0/17 1/20 1/20 1/20 1/20 1/19
1/19 1/18 1/18 2/25 2/24 2/23 2/20 2/20 2/20 2/20 2/20 2/20 1/10 5/49 2/19 5/46 3/27 2/17 7/49
7/47 3/20 3/20 2/13 9/48 10/50 4/20 4/20 4/20 4/20 4/20 4/20 4/20 10/48 4/19 4/19 4/19 5/22
11/46 12/49 5/20 5/20 6/23 5/19 6/22 6/20 6/20 6/20 16/52 15/46 15/47 9/24 4/14
"""


def rats() -> dict[str, tuple[int, int]]:
    pairs = [pair.split("/") for pair in RATS.split()]
    return {str(place): (int(y), int(n)) for place, (y, n) in enumerate(pairs)}


def score(counts: Counts, prior: Prior) -> tuple[float, float]:
    """Slope of the log likelihood in a and b, from digamma functions (Griffiths 1973)."""
    y, n = np.array(list(counts.values()), float).T
    a, b = prior
    shared = digamma(a + b) - digamma(a + b + n)
    by_a = (digamma(a + y) - digamma(a) + shared).sum()
    by_b = (digamma(b + n - y) - digamma(b) + shared).sum()
    return float(by_a), float(by_b)


@pytest.mark.parametrize("counts", [rats(), new_york.DEPARTMENTS])
def test_the_fit_is_where_the_slope_is_nought(counts: dict[str, tuple[int, int]]) -> None:
    prior = fit(counts)
    assert score(counts, prior) == pytest.approx((0, 0), abs=5e-3)
    # ... and it falls off on both sides: a maximum.
    assert score(counts, Prior(prior.a * 0.8, prior.b))[0] > 0.05
    assert score(counts, Prior(prior.a * 1.2, prior.b))[0] < -0.05


def test_a_known_spread_of_rates_is_found_again() -> None:
    rng = np.random.default_rng(1)
    n = rng.integers(20, 400, size=2000)
    y = rng.binomial(n, rng.beta(8, 2, size=2000))
    counts = {str(i): (int(a), int(b)) for i, (a, b) in enumerate(zip(y, n, strict=True))}
    assert fit(counts) == pytest.approx((8, 2), rel=0.1)


def test_group_71_of_the_rats() -> None:
    """BDA section 5.1: with Beta(1.4, 8.6), 4 of 14 gives Beta(5.4, 18.6), sd 0.083."""
    (found,) = shrink({"71": (4, 14)}, Prior(1.4, 8.6))
    assert found.raw == pytest.approx(4 / 14)
    assert found.mean == pytest.approx(5.4 / 24)
    draws = np.random.default_rng(3).beta(5.4, 18.6, 400_000)
    assert (found.low, found.high) == pytest.approx(np.quantile(draws, [0.025, 0.975]), abs=2e-3)
    assert draws.std() == pytest.approx(0.083, abs=1e-3)


@given(st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_mean_lies_between_raw_and_common_rate(pair: tuple[int, int]) -> None:
    prior = Prior(5.7, 1.8)
    (found,) = shrink({"unit": pair}, prior)
    common = prior.a / (prior.a + prior.b)
    low, high = sorted((common, common if found.raw is None else found.raw))
    assert low - 1e-12 <= found.mean <= high + 1e-12
    assert found.low < found.mean < found.high
    assert (found.raw is None) == (pair[1] == 0)


def test_units_alike_shrink_all_the_way() -> None:
    counts = {str(i): (80, 100) for i in range(8)}
    prior = fit(counts)
    assert prior.a + prior.b == pytest.approx(SIZES[1], rel=0.01)
    assert shrink({"new": (0, 3)}, prior)[0].mean == pytest.approx(0.8, abs=1e-3)


def test_all_or_nothing_is_fitted_without_complaint() -> None:
    for pair in ((0, 40), (40, 40)):
        found = shrink({"new": pair}, fit({str(i): pair for i in range(4)}))[0]
        assert found.mean == pytest.approx(pair[0] / 40, abs=0.01)


def test_what_cannot_be_fitted_is_refused() -> None:
    for counts in ({"a": (1, 2), "b": (1, 2)}, {"a": (1, 2), "b": (3, 2), "c": (1, 2)}):
        with pytest.raises(ValueError, match="a prior is fitted"):
            fit(counts)
    with pytest.raises(ValueError, match="is not a share"):
        shrink({"a": (3, 2)}, Prior(1, 1))
    with pytest.raises(ValueError, match="level"):
        shrink({"a": (1, 2)}, Prior(1, 1), level=1)
