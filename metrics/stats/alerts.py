"""Early warning: cells in which more came in lately than season, weekday and holiday explain.

The sums over the last 1, 3 and 7 days are each held against their negative binomial upper tail
(Noufaily et al. 2013; see expected.py). The least of the three p values counts three times
(Bonferroni: holds although the windows overlap), and of all cells of the day those are told that
pass Benjamini and Hochberg's step-up (discovery.py).
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from metrics.stats import expected
from metrics.stats.discovery import discoveries
from metrics.stats.expected import Cell, Model, Numbers
from metrics.stats.regression import Floats

WINDOWS = (1, 3, 7)  # days, the last one being the day judged
RATE = 0.05  # of the alerts of a day, at most this share is false on average
FEWEST = 5  # cases in the window; Farrington et al. 1996 ask for as many
CHANCE = 0.01  # of the days of a cell, at most this share passes its limit if all is normal
POISSON = 1e-6  # relative excess of the variance below which the counts are taken as Poisson


@dataclass(frozen=True)
class Alert:
    """A cell with too many cases in the `window` days up to and with `day`.

    `p` is the chance of so many if all is normal, the three windows allowed for. `adjusted` is
    the lowest false-discovery rate at which the cell would be told.
    """

    category: str
    area: str
    day: date
    window: int
    observed: int
    expected: float
    p: float
    adjusted: float


class Scores(NamedTuple):
    """Of each cell on one day: the window that stands out most, and its p value."""

    window: Numbers
    observed: Numbers
    expected: Floats
    p: Floats


def warn(
    counts: pd.DataFrame, kinds: "pd.Series[str]", day: pd.Timestamp, rate: float = RATE
) -> tuple[Alert, ...]:
    """The alerts of one day, most certain first. Nothing after that day is looked at.

    For the shape of counts and kinds, and for TooLittleHistory, see expected.fit.
    """
    model = expected.fit(counts, kinds, day, WINDOWS)
    return alerts(model, scores(model, counts, kinds, day), day, rate)


def scores(
    model: Model, counts: pd.DataFrame, kinds: "pd.Series[str]", day: pd.Timestamp
) -> Scores:
    """Hold the last days against the model; KeyError where the day was not counted."""
    counts.index.get_loc(day)
    last = slice(day - pd.Timedelta(days=max(WINDOWS) - 1), day)
    seen, normal = counts.loc[last, list(model.cells)].to_numpy(), model.means(kinds.loc[last])
    observed = np.array([seen[-days:].sum(axis=0) for days in WINDOWS], dtype=np.int64)
    means = np.array([normal[-days:].sum(axis=0) for days in WINDOWS])
    errors = np.array([model.errors(kinds.loc[last].iloc[-days:]) for days in WINDOWS])
    spread = np.array([model.dispersion[days] for days in WINDOWS])
    p = upper_tail(observed, means, spread * means + errors * means**2)
    p[observed < FEWEST] = 1.0  # one call, or a family's, never warns
    best, cell = p.argmin(axis=0), np.arange(p.shape[1])
    together = np.minimum(1.0, len(WINDOWS) * p[best, cell])
    window = np.array(WINDOWS, dtype=np.int64)[best]
    return Scores(window, observed[best, cell], means[best, cell], together)


def band(
    model: Model, counts: pd.DataFrame, kinds: "pd.Series[str]", cell: Cell, days: pd.DatetimeIndex
) -> pd.DataFrame:
    """Of one cell, a row a day: what was observed, what is expected, and the limit of one day.

    The limit is the smallest count that a day passes with probability CHANCE or less.
    """
    place = model.cells.index(cell)
    pattern, design = model.patterns[model.of[place]], model.terms.design(kinds.loc[days])
    mean = np.maximum(pattern.means(design) * model.share[place], model.least)
    error = np.array([pattern.error(row[None]) for row in design]) + model.share_error[place]
    error = np.minimum(error, 1.0)  # as in Model.errors
    variance = model.dispersion[1][place] * mean + error * mean**2
    size, part = _binomial(mean, variance)
    limit = np.where(
        variance > (1 + POISSON) * mean,
        stats.nbinom.isf(CHANCE, size, part),
        stats.poisson.isf(CHANCE, mean),
    )
    seen = counts.loc[days, cell].to_numpy()
    return pd.DataFrame({"observed": seen, "expected": mean, "limit": limit.astype(int)}, days)


def upper_tail(observed: Numbers, mean: Floats, variance: Floats) -> Floats:
    """P(X >= observed) of the negative binomial with that mean and variance.

    Poisson where the variance does not pass the mean.
    """
    tail = stats.nbinom.sf(observed - 1, *_binomial(mean, variance))
    plain = stats.poisson.sf(observed - 1, mean)
    found: Floats = np.where(variance > (1 + POISSON) * mean, tail, plain)
    return found


def _binomial(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Size and probability of the negative binomial with that mean and variance."""
    excess = np.maximum(variance - mean, POISSON * mean)
    return mean**2 / excess, mean / (mean + excess)


def alerts(model: Model, found: Scores, day: pd.Timestamp, rate: float = RATE) -> tuple[Alert, ...]:
    """The cells that pass the step-up at that false-discovery rate, most certain first."""
    told = discoveries({str(cell): float(p) for cell, p in enumerate(found.p)}, rate)
    listed = [
        Alert(
            *model.cells[cell], day.date(), int(found.window[cell]), int(found.observed[cell]),
            float(found.expected[cell]), one.p, one.adjusted,
        )
        for cell, one in enumerate(told) if one.found
    ]  # fmt: skip
    return tuple(sorted(listed, key=lambda one: (one.adjusted, one.p, one.category, one.area)))
