"""A survey goes by the formulas of callbacks; the difference by Newcombe's interval."""

import pytest

from metrics import surveys
from metrics.stats.satisfaction import Answers

SURVEY = Answers(100, 80, 60, satisfied=40, basically=10, cannot_say=4, dissatisfied=6)
CALLBACKS = Answers(900, 700, 400, satisfied=340, basically=20, cannot_say=10, dissatisfied=30)


def test_three_formulas() -> None:
    found = {name: figure.value for name, figure in surveys.shares(SURVEY).items()}
    assert found == {
        "satisfied": pytest.approx(40 / 60),
        "satisfied_weighted": pytest.approx((40 + 0.9 * 10) / 60),
        "not_dissatisfied": pytest.approx(54 / 60),
    }


def test_apart_against_an_independent_newcombe() -> None:
    """statsmodels knows the same interval as newcomb."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    found = surveys.apart(SURVEY, CALLBACKS)
    assert found is not None
    low, high = confint_proportions_2indep(40, 60, 340, 400, method="newcomb", compare="diff")
    assert [found.difference, found.low, found.high] == pytest.approx(
        [40 / 60 - 340 / 400, low, high]
    )
    assert not found.within_chance


def test_nothing_sets_like_answers_apart() -> None:
    found = surveys.apart(SURVEY, SURVEY)
    assert found is not None
    assert found.within_chance
    assert found.difference == 0
