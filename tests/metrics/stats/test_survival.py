"""Kaplan-Meier and Aalen-Johansen against statsmodels, lifelines' figures and a classic trial.

lifelines 0.30.3 wants pandas below 3 and so cannot be among the project's packages; its figures for
New York were computed in an environment of its own and are written here.
"""

from collections import Counter
from math import exp, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight, SurvfuncRight

from metrics.stats.durations import LAST, bin_of
from metrics.stats.survival import (
    DAY,
    Curve,
    aalen_johansen,
    ended_share,
    kaplan_meier,
    life_table,
    open_share,
    quantile,
    times,
)
from tests.metrics.stats import new_york

CASES = st.lists(
    st.tuples(st.integers(0, 40).map(float), st.integers(0, 2)), min_size=2, max_size=60
)
# E. J. Freireich et al., Blood 21 (1963) 699-716, the 6-MP arm, in weeks, + is censored: the
# example of Kalbfleisch and Prentice and of every course since.
WEEKS = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"


def freireich() -> Curve:
    told = WEEKS.split()
    return kaplan_meier([float(t.rstrip("+")) for t in told], ["+" not in t for t in told])


def test_freireich() -> None:
    curve = freireich()
    table = [
        (6, 0.857),
        (7, 0.807),
        (10, 0.753),
        (13, 0.690),
        (16, 0.627),
        (22, 0.538),
        (23, 0.448),
    ]
    assert [open_share(curve, week).share for week, _ in table] == pytest.approx(
        [share for _, share in table], abs=5e-4
    )
    assert quantile(curve, 0.5) == 23  # the published median
    assert quantile(curve, 0.9) is None  # not reached
    assert open_share(curve, 36) == (36, None, None, None)  # nobody was watched so long
    # R: survfit(..., conf.type = "log-log") at 10 weeks
    assert open_share(curve, 10)[1:] == pytest.approx((0.7529, 0.5032, 0.8894), abs=2e-4)


@given(CASES)
def test_kaplan_meier_as_statsmodels(cases: list[tuple[float, int]]) -> None:
    days, cause = np.array(cases).T
    ended = cause > 0
    if not ended.any():
        assert kaplan_meier(days, ended).share.tolist() == [1.0] * (len(set(days)) + 1)
        return
    curve, other = kaplan_meier(days, ended), SurvfuncRight(days, ended.astype(int))
    places = np.searchsorted(curve.times, other.surv_times, side="right") - 1
    assert curve.share[places] == pytest.approx(other.surv_prob, abs=1e-9)
    finite = other.surv_prob > 1e-9
    errors = curve.share[places] * np.sqrt(curve.variance[places], where=finite, out=finite * 0.0)
    assert errors[finite] == pytest.approx(other.surv_prob_se[finite], abs=1e-9)


@given(CASES)
def test_aalen_johansen_as_statsmodels_and_the_ends_add_up(cases: list[tuple[float, int]]) -> None:
    days, cause = np.array(cases).T
    curve = kaplan_meier(days, cause > 0)
    parts = [aalen_johansen(days, cause.astype(int), which) for which in (1, 2)]
    assert sum(part.share for part in parts) + curve.share == pytest.approx(
        np.ones(len(curve.times))
    )
    if set(cause) >= {1, 2}:
        with np.errstate(divide="ignore", invalid="ignore"):  # its standard errors at the end
            other = CumIncidenceRight(days, cause.astype(int))
        places = np.searchsorted(curve.times, other.times, side="right") - 1
        for part, theirs in zip(parts, other.cinc, strict=True):
            assert part.share[places] == pytest.approx(theirs, abs=1e-9)


def test_taking_a_transfer_as_censored_overstates_what_is_solved() -> None:
    """Two of four transferred after a day, two solved after two: half are solved, not all."""
    days, causes = [1, 1, 2, 2], [2, 2, 1, 1]
    assert ended_share(aalen_johansen(days, causes), 2) == 0.5
    assert open_share(kaplan_meier(days, np.equal(causes, 1)), 2).share == 0
    assert ended_share(aalen_johansen(days, causes), 99) == 0.5  # all have ended: known for ever
    assert ended_share(aalen_johansen([1, 5], [1, 0]), 6) is None


@pytest.mark.real
def test_new_york_as_of_2011_04_01() -> None:
    """The figures of the notes, section 6; shares and intervals from lifelines 0.30.3."""
    days, ended = new_york.days()
    found = times(kaplan_meier(days, ended))
    assert found.median == pytest.approx(1.0373263888888888)
    assert found.ninetieth == pytest.approx(21.86105324074074)
    naive = np.array(days)[np.array(ended)]
    assert [np.median(naive), np.quantile(naive, 0.9)] == pytest.approx([0.93, 20.44], abs=5e-3)
    assert [one.share for one in found.still_open] == pytest.approx(
        [0.4036054081121681, 0.3024536805207812, 0.2103154732098147, 0.06101132831322452]
    )
    assert found.still_open[3][2:] == pytest.approx((0.051082780077864876, 0.07210082404988902))
    assert found.still_open[0][2:] == pytest.approx((0.38204002687301486, 0.42505402081726273))


@pytest.mark.real
def test_new_york_from_bins_is_nearly_the_same() -> None:
    days, ended = new_york.days()
    places = [(bin_of(day * DAY), over) for day, over in zip(days, ended, strict=True)]
    tables = [Counter(place for place, over in places if over is kind) for kind in (True, False)]
    binned, exact = times(life_table(*tables)), times(kaplan_meier(days, ended))
    assert binned.median == pytest.approx(exact.median, rel=0.02)
    assert binned.ninetieth == pytest.approx(exact.ninetieth, rel=0.02)
    for one, other in zip(binned.still_open, exact.still_open, strict=True):
        assert one[1:] == pytest.approx(other[1:], abs=0.01)


@given(st.lists(st.tuples(st.integers(0, LAST), st.booleans()), min_size=1, max_size=80))
def test_a_life_table_falls_from_one_and_its_intervals_hold_it(
    cases: list[tuple[int, bool]],
) -> None:
    tables = [Counter(place for place, over in cases if over is kind) for kind in (True, False)]
    curve = life_table(*tables)
    assert curve.share[0] == 1
    assert (np.diff(curve.share) <= 1e-12).all()
    assert curve.share[-1] >= -1e-12
    for day in (0.01, 1, 3, 30, 700):
        _, share, low, high = open_share(curve, day)
        if share is not None and low is not None and high is not None:
            assert 0 <= low <= share <= high <= 1
    if not tables[1] and not tables[0][LAST]:
        assert curve.share[-1] == pytest.approx(0)  # all are closed
        assert quantile(curve, 0.5) is not None


def test_a_life_table_worked_by_hand() -> None:
    """100 enter bin 1 (60 to 67 s); 20 end and 20 are censored there: 20 of 90 at risk."""
    curve = life_table({1: 20, 4: 30}, {1: 20, 9: 30})
    assert open_share(curve, 67 / DAY).share == pytest.approx(70 / 90)
    assert open_share(curve, 95 / DAY).share == pytest.approx(70 / 90 / 2)
    assert quantile(curve, 1 - 70 / 90) == pytest.approx(67 / DAY)
    assert quantile(curve, 10 / 90) == pytest.approx(63.5 / DAY)  # half of the bin's closings
    spread = 1.959964 * sqrt(20 / (90 * 70)) / log(70 / 90)  # Greenwood at the end of the bin
    for second, share in ((67, 70 / 90), (63.5, 80 / 90)):
        assert open_share(curve, second / DAY)[1:] == pytest.approx(
            (share, share ** exp(-spread), share ** exp(spread))
        )
    assert curve.until == pytest.approx(170 / DAY)
    assert open_share(curve, 1).share is None


def test_nothing_has_ended_yet() -> None:
    found = times(kaplan_meier([10, 20], [False, False]))
    assert (found.median, found.ninetieth) == (None, None)
    assert [one.share for one in found.still_open] == [1, 1, 1, None]
    assert {one.low for one in found.still_open} == {None}


def test_all_have_ended() -> None:
    found = times(kaplan_meier([1, 2], [True, True]))
    assert (found.median, found.ninetieth) == (1, 2)
    assert found.still_open[3] == (30, 0.0, None, None)


def test_what_is_no_duration_is_refused() -> None:
    for days, ended in (([], []), ([1, 2], [True]), ([-1], [True]), ([float("nan")], [True])):
        with pytest.raises(ValueError, match=r"a duration|one duration"):
            kaplan_meier(days, ended)
    for tables in (({}, {}), ({LAST + 1: 1}, {}), ({1: 2}, {1: -1})):
        with pytest.raises(ValueError, match="a life table needs"):
            life_table(*tables)
    with pytest.raises(ValueError, match="is not between"):
        quantile(freireich(), 1)
    with pytest.raises(ValueError, match="day -1"):
        open_share(freireich(), -1)
    with pytest.raises(ValueError, match="day -1"):
        ended_share(aalen_johansen([1], [1]), -1)
    with pytest.raises(ValueError, match="cause 0"):
        aalen_johansen([1], [1], 0)
