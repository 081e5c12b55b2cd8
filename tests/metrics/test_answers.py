"""Answers put together from figures, against counting the callbacks one by one."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from data_access.published import Release, Scope, total
from metrics import registry
from metrics.answers import METRICS, answers, silent, weighted
from metrics.intervals import wilson
from metrics.measure import FEW, Figure, figure, figures, withheld
from metrics.stats.satisfaction import BASICALLY, Answers

SAID = ("satisfied", "basically", "cannot_say", "dissatisfied")
UNREACHED, REFUSED = "unreached", "refused"
CALLBACKS = st.lists(st.sampled_from([*SAID, UNREACHED, REFUSED]), min_size=1, max_size=80)


def published(callbacks: list[str]) -> dict[str, Figure]:
    """The figures as the definitions word them, each counted by itself."""
    asked = len(callbacks)
    reached = sum(told != UNREACHED for told in callbacks)
    said = [told for told in callbacks if told in SAID]
    counts = {
        "callbacks_asked": (asked, None),
        "callbacks_reached": (reached, asked),
        "callbacks_answered": (len(said), asked),
        "satisfied": (said.count("satisfied"), len(said)),
        "basically_satisfied": (said.count("basically"), len(said)),
        "not_dissatisfied": (sum(told != "dissatisfied" for told in said), len(said)),
    }
    return {name: figure(registry.get(name), "2026", *pair) for name, pair in counts.items()}


@given(CALLBACKS)
def test_every_answer_is_found_again(callbacks: list[str]) -> None:
    told = [callbacks.count(name) for name in SAID]
    silent_ones = callbacks.count(UNREACHED)
    expected = Answers(len(callbacks), len(callbacks) - silent_ones, sum(told), *told)
    assert answers(published(callbacks)) == expected


@pytest.mark.parametrize("name", METRICS)
def test_one_withheld_figure_leaves_nothing_to_work_out(name: str) -> None:
    known = published(["satisfied", "basically", "dissatisfied", UNREACHED])
    assert answers(known) is not None
    assert answers(known | {name: withheld("2026", FEW)}) is None
    assert answers({other: known[other] for other in METRICS if other != name}) is None


@pytest.mark.parametrize("name", METRICS[1:])
def test_figures_of_different_callbacks_are_refused(name: str) -> None:
    known = published(["satisfied", "basically", "dissatisfied", UNREACHED, REFUSED])
    wrong = replace(known[name], denominator=(known[name].denominator or 0) + 1)
    with pytest.raises(ValueError, match="asked"):
        answers(known | {name: wrong})


@given(CALLBACKS.filter(lambda told: len(told) <= 12))
def test_the_silent_may_have_thought_anything(callbacks: list[str]) -> None:
    found = answers(published(callbacks))
    assert found is not None
    undecided = sum(told in (UNREACHED, REFUSED) for told in callbacks)
    yes = callbacks.count("satisfied")
    shares = [(yes + more) / len(callbacks) for more in range(undecided + 1)]
    bounds = silent(found)
    assert (bounds.low, bounds.high) == (min(shares), max(shares))
    assert bounds.value is None
    assert bounds.denominator == len(callbacks)


@given(CALLBACKS)
def test_the_weighted_formula_by_hand(callbacks: list[str]) -> None:
    found = answers(published(callbacks))
    assert found is not None
    scores = [{"satisfied": 1.0, "basically": 0.9}.get(told, 0.0) for told in callbacks
              if told in SAID]  # fmt: skip
    assume(scores)
    shown = weighted(found)
    assert BASICALLY == 0.9
    mean = float(np.mean(scores))
    assert shown.value == pytest.approx(mean)
    assert (shown.low, shown.high) == pytest.approx(wilson(mean * len(scores), len(scores)))
    assert np.var(scores) <= mean * (1 - mean) + 1e-12, "why Wilson's is wide enough"


def test_the_weighted_interval_holds_the_truth_often_enough() -> None:
    rng, chances = np.random.default_rng(3), (0.7, 0.15, 0.05, 0.1)
    truth, held = 0.7 + 0.9 * 0.15, 0
    for said in rng.multinomial(60, chances, size=2_000):
        shown = weighted(Answers(60, 60, 60, *(int(count) for count in said)))
        assert shown.low is not None
        assert shown.high is not None
        held += shown.low <= truth <= shown.high
    assert held >= 0.95 * 2_000


def test_the_demo_city_s_figures_fit_each_other(demo: Release) -> None:
    known = {}
    for name in METRICS:
        cell = total(demo, name, Scope())
        assert cell is not None
        (known[name],) = figures(registry.get(name), [cell])
    found = answers(known)
    assert found is not None
    assert found.answered > 0.5 * found.asked
    assert found.basically > 0, "counted by itself, not within the satisfied"
    assert found.satisfied + found.basically + found.cannot_say + found.dissatisfied \
        == found.answered  # fmt: skip
