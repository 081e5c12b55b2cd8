"""Satisfaction against the bulletins of Ziyang county, and bounds against every completion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from metrics.measure import FEW
from metrics.stats.satisfaction import Answers, bounds, collapse, satisfaction, weighted

# zyx.gov.cn Content-2192534 (2020-10) and Content-2492478 (2022-09). The bulletins tell 95 and 120
# assigned in 2020 and, in 2022, 120 who refused; how many were reached and not is told by neither.
DEPARTMENTS_2020 = Answers(95, 95, 72, satisfied=61, cannot_say=7, dissatisfied=4)
TOWNS_2020 = Answers(120, 120, 96, satisfied=40, cannot_say=28, dissatisfied=28)
COUNTY_2022 = Answers(641, 641, 521, satisfied=440, cannot_say=41, dissatisfied=40)


@st.composite
def answered(draw: st.DrawFn, most: int = 60) -> Answers:
    said = [draw(st.integers(0, most)) for _ in range(4)]
    reached = sum(said) + draw(st.integers(0, most))
    return Answers(reached + draw(st.integers(0, most)), reached, sum(said), *said)


@pytest.mark.parametrize(
    ("answers", "satisfied", "not_dissatisfied"),
    [
        (DEPARTMENTS_2020, 84.72, 94.44),  # printed: 84.7 %
        (TOWNS_2020, 41.67, 70.83),  # printed: 41.7 %
        (COUNTY_2022, 84.45, 92.32),  # printed: 92.32 %, by another formula than in 2020
    ],
)
def test_ziyang(answers: Answers, satisfied: float, not_dissatisfied: float) -> None:
    found = satisfaction(answers)
    assert found.satisfied is not None
    assert found.not_dissatisfied is not None
    assert round(100 * found.satisfied, 2) == satisfied
    assert round(100 * found.not_dissatisfied, 2) == not_dissatisfied
    assert found.note == ""


def test_ziyang_in_full() -> None:
    found = satisfaction(COUNTY_2022)
    assert found.response_rate == 521 / 641
    assert found.with_basically == found.satisfied  # nobody could say "basically"
    assert found.interval == pytest.approx(proportion_confint(440, 521, method="wilson"))
    assert found.bounds == (440 / 641, 560 / 641)


def test_basically_satisfied_counts_nine_tenths() -> None:
    answers = Answers(100, 90, 80, satisfied=40, basically=20, cannot_say=10, dissatisfied=10)
    found = satisfaction(answers)
    assert (found.satisfied, found.not_dissatisfied) == (0.5, 0.875)
    assert found.with_basically == pytest.approx((40 + 18) / 80)


@given(answered(most=12), st.data())
def test_the_bounds_hold_whatever_the_silent_would_have_said(
    answers: Answers, data: st.DataObject
) -> None:
    found = bounds(answers)
    if found is None:
        assert answers.asked == 0
        return
    silent = answers.asked - answers.answered
    shares = [(answers.satisfied + k) / answers.asked for k in range(silent + 1)]
    assert (min(shares), max(shares)) == found  # they hold, and they are no wider than they must be
    told = satisfaction(answers)
    if told.satisfied is not None:
        assert found.low - 1e-12 <= told.satisfied <= found.high + 1e-12


@given(answered())
def test_the_formulas_keep_their_order(answers: Answers) -> None:
    found = satisfaction(answers)
    if found.satisfied is None:
        assert answers.answered == 0
        return
    assert found.with_basically is not None
    assert found.not_dissatisfied is not None
    assert (
        0 <= found.satisfied <= found.with_basically <= found.not_dissatisfied + 1e-12 <= 1 + 1e-9
    )


@pytest.mark.parametrize(
    ("asked", "answered", "note"), [(100, 29, FEW), (150, 30, ""), (151, 30, FEW), (0, 0, FEW)]
)
def test_too_few(asked: int, answered: int, note: str) -> None:
    assert satisfaction(Answers(asked, asked, answered, answered)).note == note


STRATA = {
    "phone": Answers(800, 500, 400, satisfied=360, dissatisfied=40),
    "web": Answers(200, 60, 40, satisfied=20, dissatisfied=20),
}


def test_weighting_by_hand_and_as_statsmodels() -> None:
    """0.8 x 90 % + 0.2 x 50 % = 82 %, where the plain share is 380 / 440 = 86 %."""
    found = weighted(STRATA)
    assert found is not None
    assert found.share == pytest.approx(0.82)
    weights = [2.0] * 400 + [5.0] * 40
    values = [1] * 360 + [0] * 40 + [1] * 20 + [0] * 20
    assert found.share == pytest.approx(DescrStatsW(values, weights).mean)
    assert found.effective == pytest.approx(sum(weights) ** 2 / sum(w * w for w in weights))
    n = found.effective
    assert found.interval == pytest.approx(proportion_confint(0.82 * n, n, method="wilson"))
    assert found.pooled == ()


def test_strata_with_few_answers_are_pooled_and_nobody_is_lost() -> None:
    small = {
        "mail": Answers(30, 9, 4, 4),
        "visit": Answers(20, 9, 7, 7),
        "fax": Answers(5, 0, 0, 0),
    }
    joined, names = collapse(STRATA | small)
    assert names == ("fax", "mail", "visit")
    assert sum(part.asked for part in joined) == 1055
    assert sorted(part.answered for part in joined) == [11, 40, 400]
    joined, names = collapse(STRATA | {"fax": Answers(5, 1, 1, 1)})
    assert names == ("fax", "web")  # one answer cannot stand alone, so the next smallest joins it
    assert sorted(part.answered for part in joined) == [41, 400]


def test_ten_answers_are_enough_for_a_stratum_of_its_own() -> None:
    ten = {"mail": Answers(30, 10, 10, 10)}
    assert collapse(STRATA | ten)[1] == ()
    five = {"visit": Answers(9, 5, 5, 5), "fax": Answers(9, 5, 5, 5)}
    assert collapse(STRATA | ten | five)[1] == ("fax", "visit")  # ten together


@given(st.dictionaries(st.sampled_from("abcdef"), answered(), max_size=6))
def test_weighting_keeps_to_what_the_strata_say(strata: dict[str, Answers]) -> None:
    found = weighted(strata)
    if found is None:
        assert not sum(part.answered for part in strata.values())
        return
    shares = [part.satisfied / part.answered for part in collapse(strata)[0]]
    assert min(shares) - 1e-9 <= found.share <= max(shares) + 1e-9
    assert found.effective <= sum(part.answered for part in strata.values()) + 1e-6
    assert found.interval.low - 1e-12 <= found.share <= found.interval.high + 1e-12


def test_one_stratum_weighs_nothing() -> None:
    found = weighted({"all": COUNTY_2022})
    assert found is not None
    assert found.share == pytest.approx(440 / 521)
    assert found.effective == pytest.approx(521)


@pytest.mark.parametrize(
    "counts", [(10, 9, 8, 9), (10, 9, 8, 7), (10, 7, 8, 8), (10, 11, 8, 8), (10, 9, 8, 9, -1)]
)
def test_counts_that_do_not_fit_are_refused(counts: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"add up to|does not hold"):
        Answers(*counts)
