"""Alerts of a day: tails against scipy's sums, how often nothing is something, what is found."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from metrics.stats import expected
from metrics.stats.alerts import FEWEST, RATE, WINDOWS, Alert, alerts, scores, upper_tail, warn
from tests.metrics.stats import daily_counts

YEARS = 3 * 365
CELL = ("category 0", "area 0")  # 0.3 cases a day at most


def kinds_of(counts: pd.DataFrame) -> "pd.Series[str]":
    return daily_counts.kinds(pd.DatetimeIndex(counts.index))


def found(counts: pd.DataFrame, day: pd.Timestamp) -> dict[tuple[str, str], Alert]:
    listed = warn(counts, kinds_of(counts), day)
    return {(one.category, one.area): one for one in listed}


@pytest.fixture(scope="module")
def city() -> pd.DataFrame:
    """Three years and sixty days."""
    return daily_counts.city(4, YEARS + 60)


@pytest.fixture(scope="module")
def outbreak(city: pd.DataFrame) -> pd.DataFrame:
    """Three cases a day more in the smallest cell over the last twelve days."""
    table = city.copy()
    table.loc[table.index[-12:], [CELL]] += 3
    return table


@given(
    st.integers(0, 60),
    st.floats(0.01, 30, allow_nan=False),
    st.floats(1.01, 6, allow_nan=False),
)
def test_the_tail_is_the_sum_of_what_lies_in_it(seen: int, mean: float, spread: float) -> None:
    observed, means = np.array([seen]), np.array([mean])
    below = np.arange(seen)
    poisson = 1 - stats.poisson.pmf(below, mean).sum()
    assert upper_tail(observed, means, means)[0] == pytest.approx(poisson, abs=1e-9)
    assert upper_tail(observed, means, 0.5 * means)[0] == pytest.approx(poisson, abs=1e-9)
    size = mean / (spread - 1)  # mean + mean^2 / size = spread x mean
    binomial = 1 - stats.nbinom.pmf(below, size, size / (size + mean)).sum()
    assert upper_tail(observed, means, spread * means)[0] == pytest.approx(binomial, abs=1e-9)


def test_the_tail_just_above_poisson_is_poisson() -> None:
    observed, mean = np.array([9]), np.array([2.5])
    plain, near = upper_tail(observed, mean, mean), upper_tail(observed, mean, mean * 1.00001)
    assert near == pytest.approx(plain, rel=1e-3)


def test_where_nothing_happens_hardly_any_day_has_an_alert() -> None:
    """Season, weekday and over-dispersion are there; days with any alert keep to the rate."""
    days_with = []
    for seed in range(5):
        counts = daily_counts.city(seed, YEARS + 60, categories=8, areas=5)
        kinds = kinds_of(counts)
        model = expected.fit(counts, kinds, counts.index[-60], WINDOWS)
        days_with += [
            bool(alerts(model, scores(model, counts, kinds, day), day))
            for day in counts.index[-60:]
        ]
    assert np.mean(days_with) < 1.5 * RATE
    assert any(days_with), "a rule that never alarms would pass too"


def test_an_outbreak_is_found_within_days_and_nothing_else(
    city: pd.DataFrame, outbreak: pd.DataFrame
) -> None:
    first = outbreak.index[-12]
    kinds = kinds_of(city)
    model = expected.fit(outbreak, kinds, first, WINDOWS)
    told = {
        day: alerts(model, scores(model, outbreak, kinds, day), day) for day in city.index[-12:]
    }
    days = [day for day, listed in told.items() if CELL in {(a.category, a.area) for a in listed}]
    assert (days[0] - first).days <= 3
    assert len(days) >= 8, "it goes on to be told"
    assert sum(len(listed) for listed in told.values()) <= len(days) + 2
    assert CELL not in found(city, days[0])


def test_what_an_alert_says(outbreak: pd.DataFrame) -> None:
    day = outbreak.index[-2]
    alert = found(outbreak, day)[CELL]
    assert alert.day == day.date() == date(2024, 2, 28)
    assert alert.window in WINDOWS
    last = outbreak.loc[: outbreak.index[-2], [CELL]].iloc[-alert.window :]
    assert alert.observed == last.to_numpy().sum() > 3 * alert.expected
    assert alert.p <= alert.adjusted <= RATE
    listed = warn(outbreak, kinds_of(outbreak), day)
    assert list(listed) == sorted(listed, key=lambda one: one.adjusted)


def test_the_windows_are_paid_for(outbreak: pd.DataFrame) -> None:
    """p is three times the tail of the window told; worked from the model's own numbers."""
    day, kinds = outbreak.index[-2], kinds_of(outbreak)
    model = expected.fit(outbreak, kinds, day, WINDOWS)
    alert, place = found(outbreak, day)[CELL], model.cells.index(CELL)
    last = kinds.loc[:day].iloc[-alert.window :]
    mean = model.means(last)[:, place].sum()
    variance = model.dispersion[alert.window][place] * mean + model.errors(last)[place] * mean**2
    size = mean**2 / (variance - mean)
    tail = stats.nbinom.sf(alert.observed - 1, size, size / (size + mean))
    assert alert.expected == pytest.approx(mean)
    assert alert.p == pytest.approx(3 * tail)


def test_what_comes_later_changes_nothing(outbreak: pd.DataFrame) -> None:
    day = outbreak.index[-5]
    later = outbreak.copy()
    later.loc[outbreak.index[-4] :] += 100
    whole, cut = found(later, day), found(outbreak.loc[:day], day)
    assert CELL in whole
    assert whole == cut == found(outbreak, day)


def test_the_order_of_the_cells_changes_nothing(outbreak: pd.DataFrame) -> None:
    day, order = outbreak.index[-3], np.random.default_rng(6).permutation(outbreak.shape[1])
    kinds = kinds_of(outbreak)
    assert CELL in found(outbreak, day)
    assert warn(outbreak.iloc[:, order], kinds, day) == warn(outbreak, kinds, day)


def test_few_cases_never_warn(city: pd.DataFrame) -> None:
    """Four in a cell that never had any are unlikely, and not told; five are."""
    day = city.index[-1]
    for cases, told in ((FEWEST - 1, False), (FEWEST, True)):
        table = city.copy()
        table["never", "area 0"] = 0
        table.loc[day, [("never", "area 0")]] = cases
        assert (("never", "area 0") in found(table, day)) == told


def test_an_ongoing_outbreak_does_not_hide_itself(city: pd.DataFrame) -> None:
    table = city.copy()
    table.loc[city.index[-expected.RECENT :], [CELL]] += 3
    alert = found(table, city.index[-1])[CELL]
    assert alert.expected < 0.5 * alert.window


def test_last_years_flood_does_not_hide_this_years(city: pd.DataFrame) -> None:
    day = city.index[-1]
    table = city.copy()
    this = pd.date_range(end=day, periods=6)
    table.loc[this, [CELL]] += 3
    first = found(table, day)[CELL]
    for years in (1, 2):
        table.loc[this - pd.Timedelta(days=365 * years), [CELL]] += 30
    again = found(table, day)[CELL]
    assert again.expected == pytest.approx(first.expected, rel=0.3)


def test_a_quiet_festival_is_normal_and_a_busy_one_is_not(city: pd.DataFrame) -> None:
    """As many cases as on a working day, on the days of the Spring Festival of 2024."""
    festival = pd.date_range("2024-02-10", periods=7)
    table = city.copy()
    table.loc[festival] = city.loc[festival - pd.Timedelta(days=14)].to_numpy()
    quiet, busy = found(city, festival[-1]), found(table, festival[-1])
    assert len(quiet) == 0
    assert len(busy) >= 5
    unaware = pd.Series("", city.index, dtype=object)
    assert len(warn(table, unaware, festival[-1])) == 0


def test_a_higher_rate_tells_more(outbreak: pd.DataFrame) -> None:
    day, kinds = outbreak.index[-2], kinds_of(outbreak)
    strict, loose = (set(warn(outbreak, kinds, day, rate)) for rate in (1e-9, 0.9))
    assert strict < loose
    with pytest.raises(ValueError, match="rate"):
        warn(outbreak, kinds, day, 0)


def test_a_day_that_was_not_counted(city: pd.DataFrame) -> None:
    with pytest.raises(KeyError):
        warn(city, kinds_of(city), city.index[-1] + pd.Timedelta(days=1))
