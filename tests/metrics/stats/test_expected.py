"""What is to be expected: against scipy's maximum, constants worked by hand, and known truth."""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize
from scipy.special import xlogy

from metrics.stats import expected, regression
from metrics.stats.expected import NEEDED, RECENT, TREND_NEEDS, Model, TooLittleHistory, fit
from metrics.stats.regression import Floats
from tests.metrics.stats import daily_counts

WINDOWS = (1, 3, 7)
AFTER = pd.Timestamp("2024-01-01")  # the day after three years of counts


def model_of(counts: pd.DataFrame, day: pd.Timestamp = AFTER) -> Model:
    return fit(counts, daily_counts.kinds(pd.DatetimeIndex(counts.index)), day, WINDOWS)


def expect(model: Model, day: str, kind: str = "", category: str = "") -> Floats:
    """Cases to expect on a day, in all cells or in those of a category."""
    kinds = pd.Series([kind], pd.DatetimeIndex([day]), dtype=object)
    here = np.array([category in ("", cell[0]) for cell in model.cells])
    found: Floats = model.means(kinds)[0, here]
    return found


@pytest.fixture(scope="module")
def city() -> pd.DataFrame:
    return daily_counts.city(1)


def test_the_regression_is_at_the_maximum_that_scipy_finds(city: pd.DataFrame) -> None:
    """The quasi-likelihood sum of w (y log m - m), the weights being those of its own residuals."""
    terms = expected.Terms(("0", "1", "2", "3", "4", "5", "6"), city.index[-1], trend=True)
    design = terms.design(pd.Series("", city.index, dtype=object))
    counts = city["category 5"].to_numpy(float).sum(axis=1)
    counts[400:410] *= 9  # an outbreak
    found = regression.regress(counts, design)
    means = found.means(design)

    def dispersion(weights: Floats) -> float:
        return float(
            (weights * (counts - means) ** 2 / means).sum() / (len(counts) - len(design.T))
        )

    weights = np.ones(len(counts))
    for _ in range(30):
        anscombe = 1.5 * (counts ** (2 / 3) - means ** (2 / 3)) / means ** (1 / 6)
        residuals = anscombe / np.sqrt(max(1.0, dispersion(weights)))
        weights = np.array([s**-2 if s > 2.58 else 1.0 for s in residuals])
        weights /= weights.mean()
    assert np.median(weights[400:410]) < 0.01

    def misfit(point: Floats) -> tuple[float, Floats]:
        fitted = np.exp(design @ point)
        value = (weights * (xlogy(counts, fitted) - fitted)).sum()
        return -float(value), -design.T @ (weights * (counts - fitted))

    start = np.zeros(design.shape[1])
    start[0] = np.log(counts.mean())
    best = optimize.minimize(misfit, start, jac=True, method="BFGS", options={"gtol": 1e-3})
    assert found.coefficients == pytest.approx(best.x, abs=2e-3)
    bread = np.linalg.inv(design.T @ (design * (weights * means)[:, None]))
    assert found.covariance == pytest.approx(bread * dispersion(weights), rel=0.02, abs=1e-6)


def test_constant_counts_by_hand() -> None:
    """Working days 9 and 3 in two areas, weekends 6 and 2: the shares are 3/4 and 1/4."""
    days = pd.date_range("2021-01-01", periods=1095)
    busy = np.where(days.day_of_week < 5, 12, 8)
    counts = pd.DataFrame({("water", "north"): busy * 3 // 4, ("water", "south"): busy // 4}, days)
    model = model_of(counts)
    monday, sunday = expect(model, "2024-03-04"), expect(model, "2024-03-03")
    assert monday.tolist() == pytest.approx([9, 3], rel=1e-3)
    assert sunday.tolist() == pytest.approx([6, 2], rel=1e-3)
    assert all((spread == 1).all() for spread in model.dispersion.values())


def test_shares_of_small_cells_are_drawn_to_their_area() -> None:
    """Four categories, 3:1 north to south, and a fifth seen five times, always in the south."""
    days = pd.date_range("2021-01-01", periods=1095)
    cells: dict[tuple[str, str], object] = {}
    other = np.arange(1095) % 2 * 2  # every other day 2
    for place in range(4):
        cells[f"c{place}", "north"], cells[f"c{place}", "south"] = 2 + other, other
    cells["rare", "north"], cells["rare", "south"] = np.zeros(1095), np.arange(1095) % 250 == 9
    model = model_of(pd.DataFrame(cells, days).astype(int))
    shares = dict(zip(model.cells, model.share, strict=True))
    assert shares["rare", "north"] == pytest.approx(0.75, abs=0.01), "not 0 of 1"
    assert shares["c0", "north"] == pytest.approx(0.75, abs=0.01)
    assert expect(model, "2024-03-04", category="rare").sum() == pytest.approx(5.5 / 1067, rel=0.1)


def test_a_rare_category_has_the_weekdays_of_the_city(city: pd.DataFrame) -> None:
    rare = city.copy()
    rare["rare", "area 0"] = np.arange(len(city)) % 30 == 0
    model = model_of(rare.astype(int))
    sunday, monday = (expect(model, day, category="rare") for day in ("2024-03-03", "2024-03-04"))
    assert sunday / monday == pytest.approx(daily_counts.WEEKEND, abs=0.05)
    kinds = pd.Series("", pd.DatetimeIndex(["2024-03-04"]), dtype=object)
    error = model.errors(kinds)[model.cells.index(("rare", "area 0"))]
    assert 1 / 36.5 < error < 1.5 / 36.5, "36 cases; the city's pattern is known far better"


def test_a_category_with_areas_of_its_own_keeps_them() -> None:
    """Half of it comes from the south, a quarter of the others."""
    days = pd.date_range("2021-01-01", periods=1095)
    other = np.arange(1095) % 2 * 2
    cells = {(f"c{place}", "north"): 2 + other for place in range(4)} | {
        (f"c{place}", "south"): other for place in range(4)
    }
    cells["apart", "north"], cells["apart", "south"] = 1 + other, 1 + other
    model = model_of(pd.DataFrame(cells, days))
    shares = dict(zip(model.cells, model.share, strict=True))
    assert shares["apart", "south"] == pytest.approx(0.5, abs=0.005)
    assert np.bincount(model.of, model.share) == pytest.approx(np.ones(5))
    kinds = pd.Series("", pd.DatetimeIndex(["2024-03-04"]), dtype=object)
    errors = dict(zip(model.cells, model.errors(kinds), strict=True))
    assert errors["c0", "south"] > errors["c0", "north"], "fewer cases, a share less certain"


def test_truth_is_found_again() -> None:
    """Season, weekday, a Spring Festival that moves, and over-dispersion, on a year not seen."""
    counts = daily_counts.city(2, categories=8, areas=5)
    model = model_of(counts)
    days = pd.date_range("2024-01-01", "2024-12-31")
    kinds = daily_counts.kinds(days)
    told, truth = model.means(kinds).sum(axis=1), daily_counts.means(days, 0.3 * 36 * 15)
    for month in range(1, 13):
        here = days.month == month
        assert told[here].sum() == pytest.approx(truth[here].sum(), rel=0.06), month
    weekend = days.day_of_week >= 5
    assert told[weekend].sum() == pytest.approx(truth[weekend].sum(), rel=0.03)
    festival = (kinds != "").to_numpy()
    assert days[festival][0] == pd.Timestamp("2024-02-10"), "20 days later than the year before"
    assert told[festival].sum() == pytest.approx(truth[festival].sum(), rel=0.15)
    for spread in model.dispersion.values():
        assert spread.mean() == pytest.approx(daily_counts.DISPERSION, abs=0.1)
    error = np.sqrt(model.errors(kinds.iloc[100:107]))
    assert ((error > 0.005) & (error < 0.2)).all()


def test_what_the_weekday_explains_is_no_dispersion(city: pd.DataFrame) -> None:
    alike = pd.Series("any", city.index, dtype=object)
    blind = fit(city, alike, AFTER, WINDOWS)
    assert blind.dispersion[1].mean() > model_of(city).dispersion[1].mean() + 0.25


@pytest.mark.parametrize("times", [3, 30, 300])
def test_past_outbreaks_are_no_dispersion(times: int) -> None:
    """However great: measured with it, it would hide itself."""
    rng = np.random.default_rng(3)
    means = np.full((1000, 20), 2.0)
    counts = rng.negative_binomial(4.0, 1 / 1.5, means.shape).astype(float)
    before = regression.dispersion(counts, means, 7)
    counts[300:312] *= times
    assert before.mean() == pytest.approx(1.5, abs=0.1)
    assert regression.dispersion(counts, means, 7) == pytest.approx(before, abs=1)


def test_a_flood_of_last_year_does_not_become_normal(city: pd.DataFrame) -> None:
    wet = city.copy()
    flood = pd.date_range("2023-07-09", periods=12)
    wet.loc[flood, [("category 3", "area 2"), ("category 3", "area 3")]] += 40
    dry, after = (
        expect(model_of(table), "2024-07-15", category="category 3") for table in (city, wet)
    )
    assert after == pytest.approx(dry, rel=0.1)
    assert wet.loc[flood, "category 3"].to_numpy().sum(axis=1).mean() > 10 * dry.sum()


def test_the_last_weeks_and_what_follows_have_no_say(city: pd.DataFrame) -> None:
    changed = city.copy()
    changed.loc[AFTER - pd.Timedelta(days=RECENT) :] += 50
    before, after = model_of(city), model_of(changed)
    assert (before.share == after.share).all()
    assert (expect(before, "2024-01-01") == expect(after, "2024-01-01")).all()
    changed.loc[AFTER - pd.Timedelta(days=RECENT + 1)] += 50
    assert (expect(before, "2024-01-01") != expect(model_of(changed), "2024-01-01")).any()


def test_too_little_history_is_refused(city: pd.DataFrame) -> None:
    first = city.index[0]
    enough = first + pd.Timedelta(days=NEEDED)
    assert not model_of(city, enough).terms.trend
    for days, there in ((NEEDED - 1, str(NEEDED - 1)), (5, "hardly any")):
        with pytest.raises(TooLittleHistory, match=f"needs {NEEDED} days .* there are {there}"):
            model_of(city, first + pd.Timedelta(days=days))
    with pytest.raises(TooLittleHistory, match="0 cases in 1067 days teach no season"):
        model_of(city * 0)


def test_growth_needs_two_years(city: pd.DataFrame) -> None:
    first = city.index[0]
    for days, trend in ((TREND_NEEDS - 1, False), (TREND_NEEDS, True)):
        assert model_of(city, first + pd.Timedelta(days=days)).terms.trend == trend
    growth = np.exp(0.4 * np.arange(len(city)) / 365)
    grown = (city.mul(growth, axis=0)).round().astype(int)
    kinds = daily_counts.kinds(pd.DatetimeIndex(["2024-01-03"]))
    ratio = model_of(grown).means(kinds).sum() / model_of(city).means(kinds).sum()
    assert ratio == pytest.approx(growth[-1], rel=0.1)


def test_cells_and_months_without_a_case(city: pd.DataFrame) -> None:
    """A warning would fail this test: dividing by nothing and logarithms of it."""
    table = city.copy()
    table["never", "area 0"], table["never", "nowhere"], table["category 1", "nowhere"] = 0, 0, 0
    summer = pd.DatetimeIndex(table.index).month.isin([6, 7, 8])
    table["heating", "area 0"] = np.where(summer, 0, city["category 5", "area 1"])
    model = model_of(table)
    july, december = expect(model, "2024-07-10"), expect(model, "2024-12-11")
    heating = model.cells.index(("heating", "area 0"))
    assert july[heating] == model.least < 0.001 < 1 < december[heating]
    assert expect(model, "2024-12-11", category="never").max() < 0.01
    assert december[model.cells.index(("category 1", "nowhere"))] < 0.01
    assert (july > 0).all()
    errors = model.errors(pd.Series("", pd.DatetimeIndex(["2024-07-10"]), dtype=object))
    assert (np.isfinite(errors) & (errors <= 1)).all()


def test_a_kind_never_met_is_an_ordinary_day(city: pd.DataFrame) -> None:
    model = model_of(city)
    for day in ("2024-05-01", "2024-05-04"):
        assert (expect(model, day, "election") == expect(model, day)).all()
    assert expect(model, "2024-05-01", "spring festival").sum() < expect(model, "2024-05-01").sum()


def test_what_is_no_table_of_daily_counts_is_refused(city: pd.DataFrame) -> None:
    kinds = daily_counts.kinds(pd.DatetimeIndex(city.index))
    gap = city.drop(index=city.index[50])
    missing = city.astype(float).copy()
    missing.iloc[3, 3] = np.nan
    for table, given, message in (
        (gap, kinds.loc[gap.index], "every day once"),
        (city.iloc[::-1], kinds.iloc[::-1], "every day once"),
        (city, kinds.iloc[1:], "kinds of day"),
        (missing, kinds, "missing or negative"),
        (city - 1, kinds, "missing or negative"),
        (city.reset_index(drop=True), kinds, "days in the index"),
        (city.T.groupby(level=0).sum().T, kinds, "days in the index"),
        (city.iloc[:0], kinds.iloc[:0], "days in the index"),
    ):
        with pytest.raises(ValueError, match=message):
            fit(table, given, AFTER, WINDOWS)
