"""How many cases to expect in a category, an area and a day, from what came in long before it.

The regression is that of Noufaily et al. 2013 (regression.py), and as there the latest weeks have
no say. What differs is argued in docs/early-warning.md: counts are daily, so the type of the day
is a term; the season is a factor of twelve months; and the model is fitted to a category of the
whole city, of which each area has a share, because half a case a day carries no season of its own.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from metrics.stats.regression import Floats, Pattern, borrow, dispersion, enough, ratio, regress

Numbers = NDArray[np.int64]
Texts = NDArray[np.object_]
Cell = tuple[str, str]  # category, area

RECENT = 28  # days before the one judged that are left out: an outbreak must not become normal
YEAR = 365
NEEDED = YEAR + RECENT  # days of counts before the one judged
TREND_NEEDS = 2 * YEAR + RECENT  # with fewer a trend cannot be told from the season


class TooLittleHistory(ValueError):
    """Too few days to learn the season from, or too few cases; the message says what is needed."""


@dataclass(frozen=True)
class Terms:
    """What the regression knows of a day. `types` are those met in the baseline, sorted.

    Years of the trend are counted from `origin`. Without `trend` the level is taken as constant.
    """

    types: tuple[str, ...]
    origin: pd.Timestamp
    trend: bool

    def design(self, kinds: "pd.Series[str]") -> Floats:
        """One row a day: intercept, types of day and months without the first of each, trend.

        A kind that the baseline never met is taken for an ordinary day of its weekday.
        """
        days = pd.DatetimeIndex(kinds.index)
        known = kinds.isin(self.types).to_numpy()
        types = np.where(known, kinds.to_numpy(dtype=object), _weekdays(days))
        months, years = np.asarray(days.month), np.asarray((days - self.origin).days) / YEAR
        columns = [np.ones(len(days)), *(types == name for name in self.types[1:])]
        columns += [months == month for month in range(2, 13)]
        return np.column_stack([*columns, *[years] * self.trend]).astype(np.float64)


@dataclass(frozen=True)
class Model:
    """What is normal in every cell; arrays follow `cells`.

    `of` is the place of a cell's category in `patterns`, `share` the area's part of the category,
    `share_error` its squared relative error. `dispersion` holds by length of window in days how
    many times as spread the sums are as Poisson's, at least 1. `least` cases a day are expected
    everywhere.
    """

    cells: tuple[Cell, ...]
    terms: Terms
    patterns: tuple[Pattern, ...]
    of: Numbers
    share: Floats
    share_error: Floats
    dispersion: dict[int, Floats]
    least: float

    def means(self, kinds: "pd.Series[str]") -> Floats:
        """Cases to expect: days x cells."""
        city = _city(self.patterns, self.terms.design(kinds))
        return np.maximum(city[:, self.of] * self.share, self.least)

    def errors(self, kinds: "pd.Series[str]") -> Floats:
        """Squared relative error of the sum of the means over all these days, one a cell.

        At most 1: a month that never had a case tells nothing of its error.
        """
        design = self.terms.design(kinds)
        city = np.array([pattern.error(design) for pattern in self.patterns])
        return np.minimum(city[self.of] + self.share_error, 1.0)


def fit(
    counts: pd.DataFrame, kinds: "pd.Series[str]", day: pd.Timestamp, windows: tuple[int, ...]
) -> Model:
    """What is normal for `day`, from the counts more than RECENT days before it.

    `counts` has a row for every day and a column for every (category, area). `kinds` has the same
    days: "" where the weekday says it all, else what sets the day apart ("holiday").
    """
    _check(counts, kinds)
    end = day - pd.Timedelta(days=RECENT + 1)
    baseline, kinds = counts.sort_index(axis=1).loc[:end], kinds.loc[:end]
    terms = _terms(kinds, day)
    design, values = terms.design(kinds), baseline.to_numpy(np.float64)
    cells = cells_of(baseline)
    of, areas = (_numbered([cell[level] for cell in cells]) for level in (0, 1))
    # Such small matrices gain nothing from threads, which wait long where the machine is busy.
    with threadpool_limits(1, "blas"):
        patterns = _patterns(values, of, design)
    normal = _city(patterns, design)[:, of]
    share, error = _shares(values, normal, areas)
    share /= np.bincount(of, share)[of]  # the areas of a category make up all of it
    least = 0.5 / len(values)  # half a case in the whole baseline
    normal = np.maximum(normal * share, least)
    spread = {length: dispersion(values, normal, length) for length in windows}
    return Model(cells, terms, patterns, of, share, error, spread, least)


def cells_of(counts: pd.DataFrame) -> tuple[Cell, ...]:
    """The (category, area) of each column."""
    levels = (counts.columns.get_level_values(level).astype(str) for level in (0, 1))
    return tuple(zip(*levels, strict=True))


def _check(counts: pd.DataFrame, kinds: "pd.Series[str]") -> None:
    days = counts.index
    if not isinstance(days, pd.DatetimeIndex) or counts.columns.nlevels != 2 or counts.empty:
        raise ValueError("counts need days in the index and (category, area) in the columns")
    if not (days[1:] - days[:-1] == pd.Timedelta(days=1)).all():
        raise ValueError("counts need every day once and in order; a day without cases is 0")
    if not kinds.index.equals(days):
        raise ValueError("the kinds of day are not those of the days counted")
    if counts.isna().to_numpy().any() or (counts < 0).to_numpy().any():
        raise ValueError("a count is missing or negative")


def _terms(kinds: "pd.Series[str]", day: pd.Timestamp) -> Terms:
    known = len(kinds) + RECENT
    if known < NEEDED:
        raise TooLittleHistory(
            f"the season needs {NEEDED} days of counts before {day:%Y-%m-%d}, of which the last "
            f"{RECENT} are left out; there are {known if len(kinds) else 'hardly any'}"
        )
    days = pd.DatetimeIndex(kinds.index)
    types = np.where(kinds == "", _weekdays(days), kinds.to_numpy(dtype=object))
    return Terms(tuple(sorted(set(types))), days[-1], known >= TREND_NEEDS)


def _weekdays(days: pd.DatetimeIndex) -> Texts:
    return np.asarray(days.day_of_week).astype(str).astype(object)


def _numbered(names: list[str]) -> Numbers:
    """The place of each name among all of them, sorted."""
    return np.unique(np.array(names), return_inverse=True)[1]


def _patterns(counts: Floats, of: Numbers, design: Floats) -> tuple[Pattern, ...]:
    """One a category; those with too few cases borrow that of the whole city."""
    whole = counts.sum(axis=1)
    if not enough(whole, design):
        raise TooLittleHistory(f"{whole.sum():.0f} cases in {len(counts)} days teach no season")
    city = regress(whole, design)
    sums = [counts[:, of == place].sum(axis=1) for place in range(of.max() + 1)]
    return tuple(
        regress(one, design) if enough(one, design) else borrow(one, design, city) for one in sums
    )


def _city(patterns: tuple[Pattern, ...], design: Floats) -> Floats:
    """Cases to expect in the whole city: days x categories."""
    return np.column_stack([pattern.means(design) for pattern in patterns])


def _shares(counts: Floats, means: Floats, areas: Numbers) -> tuple[Floats, Floats]:
    """The share of each cell in its category, drawn to its area's, and its squared error.

    Gamma-Poisson: with prior mean the area's share and relative variance v, estimated by moments
    over all cells, share = area's x (1 + v y) / (1 + v e), y cases where e were expected.
    Clayton and Kaldor, Biometrics 43 (1987) 671-681.
    """
    found, wanted = ratio(counts, means)
    area = (np.bincount(areas, found) + 0.5) / np.bincount(areas, wanted)
    prior = wanted * area[areas]
    spread = max(0.0, float(((found - prior) ** 2 - prior).sum() / (prior**2).sum()))
    share: Floats = area[areas] * (1 + spread * found) / (1 + spread * prior)
    return share, spread / (1 + spread * found)
