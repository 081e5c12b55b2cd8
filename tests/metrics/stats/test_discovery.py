"""Benjamini-Hochberg against statsmodels and the example of the paper."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from metrics.stats.discovery import discoveries, two_sided

# Benjamini and Hochberg 1995, section 3.2: 15 p values, of which four are found at 5 %.
PAPER = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip


def named(values: list[float]) -> dict[str, float]:
    return {str(place): value for place, value in enumerate(values)}


def test_the_example_of_the_paper() -> None:
    found = [one.unit for one in discoveries(named(PAPER)) if one.found]
    assert found == ["0", "1", "2", "3"]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.sampled_from([0.01, 0.05, 0.2]))
def test_as_statsmodels(values: list[float], rate: float) -> None:
    found = discoveries(named(values), rate)
    _, adjusted, _, _ = multipletests(values, alpha=rate, method="fdr_bh")
    assert [one.adjusted for one in found] == pytest.approx(list(adjusted), abs=1e-12)
    assert all(one.found == (one.adjusted <= rate) for one in found)
    assert [one.p for one in found] == values


def test_among_units_that_do_not_differ_hardly_ever_anything() -> None:
    rng = np.random.default_rng(5)
    rounds = [
        any(one.found for one in discoveries(two_sided(named(rng.normal(size=30).tolist()))))
        for _ in range(400)
    ]
    assert np.mean(rounds) == pytest.approx(0.05, abs=0.03)


def test_at_the_rate_itself_it_is_found() -> None:
    assert [one.found for one in discoveries({"a": 0.05, "b": 0.025})] == [True, True]


def test_two_sided() -> None:
    found = two_sided({"up": 1.959963984540054, "down": -1.959963984540054, "none": 0.0})
    assert found == pytest.approx({"up": 0.05, "down": 0.05, "none": 1.0})


def test_none_and_nonsense() -> None:
    assert discoveries({}) == ()
    for p, rate in (({"a": 1.1}, 0.05), ({"a": float("nan")}, 0.05), ({"a": 0.5}, 1.0)):
        with pytest.raises(ValueError, match="p values lie"):
            discoveries(p, rate)
    with pytest.raises(ValueError, match="is not a number"):
        two_sided({"a": float("nan")})
