"""Ranks against exact chances for two units, and New York's."""

import random
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.stats.ranks import Ranking, rank, tier
from metrics.stats.shrinkage import Prior
from tests.metrics.stats import new_york

PRIOR = Prior(2, 2)
COUNTS = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=4),
    st.integers(0, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    max_size=9,
)


def short(found: Ranking) -> dict[str, tuple[int, int, int]]:
    return {r.unit: (r.median, r.low, r.high) for r in found.ranks}


def test_new_york_as_the_notes_have_it() -> None:
    """They let DFTA's 28 cases in; among these nine parks are 7th, between 6th and 8th."""
    found = short(rank(new_york.DEPARTMENTS, higher_is_better=True, minimum=10))
    assert found["DPR"] == (7, 6, 8)
    assert found["TLC"] == (2, 1, 4)
    assert found["DFTA"] == (3, 1, 6)


def test_new_york_by_the_rule_of_thirty() -> None:
    """DFTA has no rank, so that all below it stand one place higher: parks 6th of eight."""
    found = rank(new_york.DEPARTMENTS, higher_is_better=True)
    assert found.few == ("DFTA",)
    assert short(found)["DPR"] == (6, 5, 7)
    tiers = {r.unit: r.tier for r in found.ranks}
    assert (tiers["NYPD"], tiers["DOF"], tiers["DOHMH"]) == ("top", "middle", "bottom")
    assert tiers["DPR"] == "cannot be told apart"


def _chance_above(a: int, b: int, c: int, d: int) -> float:
    """P(Beta(a, b) > Beta(c, d)) for whole numbers, exactly.

    Summed over i < a: B(c + i, b + d) / ((b + i) B(1 + i, b) B(c, d)), in factorials.
    """

    def beta(p: int, q: int) -> Fraction:
        return Fraction(1, q * comb(p + q - 1, q))

    return float(
        sum(beta(c + i, b + d) / ((b + i) * beta(1 + i, b) * beta(c, d)) for i in range(a))
    )


@pytest.mark.parametrize("first", [30, 33, 36, 40])
def test_two_units_swap_as_often_as_the_exact_chance_says(first: int) -> None:
    """The interval of the better one holds rank 2 if it is worse with a chance over 2.5 %."""
    counts = {"first": (first, 50), "second": (25, 50)}
    worse = 1 - _chance_above(first + 1, 51 - first, 26, 26)
    assert abs(worse - 0.025) > 0.004  # else the draws decide
    found = short(rank(counts, higher_is_better=True, prior=Prior(1, 1)))
    assert found["first"] == (1, 1, 2 if worse > 0.025 else 1)


@settings(max_examples=40)
@given(COUNTS, st.randoms(use_true_random=False))
def test_the_order_given_does_not_matter(
    counts: dict[str, tuple[int, int]], chance: random.Random
) -> None:
    items = list(counts.items())
    chance.shuffle(items)
    ranked = [
        rank(given, higher_is_better=True, prior=PRIOR, draws=200)
        for given in (counts, dict(items))
    ]
    assert ranked[0] == ranked[1]


@settings(max_examples=40)
@given(COUNTS)
def test_everyone_is_ranked_or_few(counts: dict[str, tuple[int, int]]) -> None:
    found = rank(counts, higher_is_better=True, prior=PRIOR, draws=200)
    assert sorted([*found.few, *(r.unit for r in found.ranks)]) == sorted(counts)
    assert not any(counts[r.unit][1] < 30 for r in found.ranks)
    for one in found.ranks:
        assert 1 <= one.low <= one.median <= one.high <= len(found.ranks)


def test_lower_is_better_turns_the_table() -> None:
    up = short(rank(new_york.DEPARTMENTS, higher_is_better=True))
    late = {unit: (n - y, n) for unit, (y, n) in new_york.DEPARTMENTS.items()}
    down = short(rank(late, higher_is_better=False))
    for unit, place in up.items():
        assert down[unit] == pytest.approx(place, abs=1)  # other draws of the same posterior
    assert up["NYPD"][0] == down["NYPD"][0] == 1


def test_thirty_cases_are_enough_and_29_are_not() -> None:
    found = rank({"a": (20, 30), "b": (9, 30), "c": (9, 29)}, higher_is_better=True)
    assert [r.unit for r in found.ranks] == ["a", "b"]
    assert found.few == ("c",)


def test_one_unit_alone_has_no_rank() -> None:
    assert rank({"a": (40, 50)}, higher_is_better=True) == Ranking((), ("a",))
    assert rank({}, higher_is_better=True) == Ranking((), ())


def test_the_same_seed_gives_the_same_ranks() -> None:
    ranked = [rank(new_york.DEPARTMENTS, higher_is_better=True) for _ in range(2)]
    assert ranked[0] == ranked[1]


def test_tiers() -> None:
    assert [tier(1, 3, 9), tier(4, 6, 9), tier(7, 9, 9)] == ["top", "middle", "bottom"]
    assert {tier(3, 4, 9), tier(6, 7, 9), tier(1, 9, 9)} == {"cannot be told apart"}
    assert {tier(1, 1, 2), tier(2, 2, 2)} == {"cannot be told apart"}  # no thirds of two
    with pytest.raises(ValueError, match="ranks 2 to 1"):
        tier(2, 1, 9)
    assert np.unique([tier(k, k, 3) for k in (1, 2, 3)]).tolist() == ["bottom", "middle", "top"]
