"""Changes against Newcombe's own figures, against statsmodels, and periods against the calendar."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from metrics import registry
from metrics.change import GOING_ON, between, changes, earlier, grown, growths, settled
from metrics.measure import FEW, Figure, figure, withheld
from metrics.periods import ALL, GRAINS, first_day, label

ON_TIME = registry.get("on_time_rate")
COUNTS = st.tuples(st.integers(0, 400), st.integers(0, 400)).filter(any).map(
    lambda pair: (min(pair), max(pair))
)  # fmt: skip


def share(counts: tuple[int, int], key: str = "2026") -> Figure:
    return figure(ON_TIME, key, *counts)


@pytest.mark.parametrize(
    ("now", "then", "low", "high"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0000),
    ],
)
def test_newcombe_s_own_figures(
    now: tuple[int, int], then: tuple[int, int], low: float, high: float
) -> None:
    found = between(share(now), share(then))
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    assert not found.within_chance


@given(COUNTS, COUNTS)
def test_the_interval_is_that_of_statsmodels(now: tuple[int, int], then: tuple[int, int]) -> None:
    found = between(share(now), share(then, "2025"))
    assert found is not None
    assert found.since == "2025"
    assert found.difference == pytest.approx(now[0] / now[1] - then[0] / then[1])
    expected = confint_proportions_2indep(*now, *then, compare="diff", method="newcomb")
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)
    back = between(share(then), share(now))
    assert back is not None
    assert (back.low, back.high) == pytest.approx((-found.high, -found.low))
    assert back.within_chance == found.within_chance


@given(COUNTS)
def test_no_difference_is_within_chance(counts: tuple[int, int]) -> None:
    found = between(share(counts), share(counts))
    assert found is not None
    assert found.within_chance


def test_what_is_not_published_is_not_compared() -> None:
    known = share((80, 100))
    for unknown in (None, withheld("2025", FEW), figure(registry.get("received"), "2025", 9, None)):
        assert between(known, unknown) is None
        assert between(unknown, known) is None
    assert changes("2026", {"2026": known}) == ()
    assert changes("2026", {"2025": known}) == ()


def test_changes_name_the_periods_they_look_back_to() -> None:
    told = {key: share((80 + i, 100), key) for i, key in enumerate(("2025-Q3", "2026-Q2"))}
    told["2026-Q3"] = share((90, 100), "2026-Q3")
    found = changes("2026-Q3", told)
    assert [change.since for change in found] == ["2026-Q2", "2025-Q3"]
    assert [round(change.difference, 2) for change in found] == [0.09, 0.1]


@given(st.dates(date(2005, 1, 1), date(2090, 1, 1)), st.sampled_from(GRAINS[:-1]))
def test_earlier_periods_by_the_calendar(day: date, grain: str) -> None:
    period = label(day.year, day.month, grain)
    before = first_day(period) - timedelta(days=1)
    expected = [label(before.year, before.month, grain), label(day.year - 1, day.month, grain)]
    assert list(earlier(period)) == expected[: 1 if grain == "year" else 2]


def test_all_time_has_nothing_before_it() -> None:
    assert earlier(ALL) == ()


def counted(key: str, cases: int) -> Figure:
    return Figure(key, cases, None, cases)


def test_a_count_is_compared_by_the_day() -> None:
    """February has fewer days than January, so as many cases are more a day."""
    told = {key: counted(key, 2_800) for key in ("2026-01", "2026-02", "2025-02")}
    before, year_before = growths("2026-02", told)
    assert (before.since, year_before.since) == ("2026-01", "2025-02")
    assert before.ratio == pytest.approx(31 / 28)
    assert year_before.ratio == 1
    assert year_before.within_chance
    assert not before.within_chance


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_the_interval_of_a_ratio_holds_it(now: int, then: int) -> None:
    found = grown(counted("2026-03", now), counted("2026-01", then))
    assert found is not None
    assert found.low <= found.ratio <= found.high
    back = grown(counted("2026-01", then), counted("2026-03", now))
    assert back is not None
    assert found.within_chance == back.within_chance
    assert found.low * back.high == pytest.approx(1)


def test_poisson_counts_are_called_changed_one_time_in_twenty() -> None:
    drawn = np.random.default_rng(5).poisson(400, (4_000, 2))
    found = [grown(counted("2026-01", int(a)), counted("2026-03", int(b))) for a, b in drawn]
    missed = sum(one is not None and not one.within_chance for one in found)
    assert missed / len(found) == pytest.approx(0.05, abs=0.012)


@pytest.mark.parametrize("hidden", ["2026-02", "2026-01"])
def test_a_withheld_count_or_none_at_all_is_not_compared(hidden: str) -> None:
    told = {key: counted(key, 2_800) for key in ("2026-01", "2026-02")}
    assert growths("2026-02", told | {hidden: withheld(hidden, FEW)}) == ()
    assert growths("2026-02", told | {hidden: counted(hidden, 0)}) == ()
    assert growths("all", told) == ()


@pytest.mark.parametrize(
    ("metric", "period", "as_of", "told"),
    [
        ("extended", "2026-10", date(2026, 11, 1), False),
        ("extended", "2026-10", date(2026, 12, 1), True),  # its last case is 30 days old
        ("open_after_30_days", "2026-10", date(2026, 11, 30), False),
        ("on_time_rate", "2026-10", date(2026, 11, 1), True),  # final once all deadlines are past
        ("extended", ALL, date(2026, 11, 1), True),
    ],
)
def test_what_goes_on_changing_is_not_compared_yet(
    metric: str, period: str, as_of: date, told: bool
) -> None:
    assert settled(metric, period, as_of) is told


def test_what_goes_on_changing_is_a_metric() -> None:
    assert registry.everything().keys() >= GOING_ON
