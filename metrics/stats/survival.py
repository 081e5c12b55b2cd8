"""Time to close, with the open cases in it: Kaplan-Meier, Aalen-Johansen, life table.

A case open at the as-of moment is known to last longer than so far (censored). Leaving such cases
out, as a mean of closed cases does, makes the times too short. Times are in days throughout.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, inf, log, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from metrics.intervals import Z95
from metrics.stats.durations import EDGES

DAY = 86_400
OPEN_AT = (3, 7, 15, 30)  # days at which the share still open is told
OPEN, SOLVED = 0, 1  # causes; every other number is another end (transferred, withdrawn)
ROUNDING = 1e-12

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Curve:
    """Share still open just after each time, shape (times,), beginning with 1 at 0.

    `variance` is Greenwood's sum d / (n (n - d)), infinite once nothing is open. `until` is the
    longest time seen: nothing is known after it unless the share has reached 0. `steps` says that
    the share stays as it is between times (Kaplan-Meier) and does not slope (life table).
    """

    times: Floats
    share: Floats
    variance: Floats
    until: float
    steps: bool


class Open(NamedTuple):
    """Share still open after `day` days; None where the data does not reach so far.

    The interval is None where nothing has ended yet or nothing is left: Greenwood's is empty there.
    """

    day: float
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Times:
    """Days until half and nine tenths of the cases are closed; None is "not reached"."""

    median: float | None
    ninetieth: float | None
    still_open: tuple[Open, ...]


def kaplan_meier(days: ArrayLike, ended: ArrayLike) -> Curve:
    """Kaplan and Meier, Journal of the American Statistical Association 53 (1958) 457-481.

    Both have shape (cases,): days from receipt to closing or to as-of, and whether it ended.
    A case that ends and one censored at the same time: the censored one was still at risk.
    """
    times, at_risk, ends = _table(days, np.asarray(ended, dtype=bool).astype(int))
    return _curve(times, at_risk, ends.sum(axis=0), float(np.max(np.asarray(days))), steps=True)


def life_table(ended: Mapping[int, int], still_open: Mapping[int, int]) -> Curve:
    """The same from durations counted in the bins of metrics.stats.durations.

    S. J. Cutler and F. Ederer, Journal of Chronic Diseases 8 (1958) 699-712: in each bin half of
    the censored are taken as at risk. Cases in the last bin, over 728 days, count as still open
    at its start.
    """
    bins = range(len(EDGES))
    ends, cut = (np.array([c.get(i, 0) for i in bins], float) for c in (ended, still_open))
    total = ends.sum() + cut.sum()
    if not total or min(ends.min(), cut.min()) < 0 or {*ended, *still_open} - {*bins}:
        raise ValueError("a life table needs counts of bins that exist")
    entering = total - np.concatenate(([0.0], np.cumsum(ends + cut)[:-1]))
    last = int(np.flatnonzero((ends + cut)[:-1]).max(initial=-1)) + 1
    at_risk = (entering - cut / 2)[:last]
    full = last == 0 or ends[-1] + cut[-1] > 0
    until = EDGES[-1] if full else EDGES[last]
    times = np.array(EDGES[1 : last + 1]) / DAY
    return _curve(times, at_risk, ends[:last], until / DAY, steps=False)


def _curve(times: Floats, at_risk: Floats, ends: Floats, until: float, *, steps: bool) -> Curve:
    # A bin that nobody enters is behind the last case; where all end the variance has no bound.
    left = at_risk - ends
    share = np.cumprod(np.divide(left, at_risk, out=np.ones_like(left), where=at_risk > 0))
    added = np.divide(ends, at_risk * left, out=np.full_like(left, np.inf), where=left > ROUNDING)
    first = [np.zeros(1), np.ones(1), np.zeros(1)]
    parts = (times, share, np.cumsum(np.where(ends > 0, added, 0.0)))
    moments, left_open, variance = (np.concatenate(pair) for pair in zip(first, parts, strict=True))
    return Curve(moments, left_open, variance, until, steps)


def _table(days: ArrayLike, causes: ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Distinct times (times,), cases at risk (times,) and ends by cause (causes, times).

    Causes are numbered from 1 as given; row k holds cause k + 1.
    """
    spent, cause = np.asarray(days, np.float64), np.asarray(causes, np.int64)
    if spent.shape != cause.shape or spent.ndim != 1 or not len(spent):
        raise ValueError("one duration and one end for each case, and at least one case")
    if not (spent >= 0).all() or not np.isfinite(spent).all() or cause.min() < 0:
        raise ValueError("a duration is negative or not a number, or a cause is")
    times, place = np.unique(spent, return_inverse=True)
    ends = np.zeros((max(1, int(cause.max())), len(times)))
    closed = cause != OPEN
    np.add.at(ends, (cause[closed] - 1, place[closed]), 1.0)
    leaving = np.bincount(place, minlength=len(times))
    at_risk = len(spent) - np.concatenate(([0], np.cumsum(leaving)[:-1]))
    return times, at_risk.astype(np.float64), ends


def quantile(curve: Curve, closed: float) -> float | None:
    """Days until that share is closed: the first time with open share <= 1 - closed, or None."""
    if not 0 < closed < 1:
        raise ValueError(f"share {closed} is not between 0 and 1")
    reached = np.flatnonzero(curve.share <= 1 - closed + ROUNDING)
    if not len(reached):
        return None
    after = int(reached[0])
    if curve.steps:
        return float(curve.times[after])
    ends = curve.share[[after, after - 1]]
    return float(np.interp(1 - closed, ends, curve.times[[after, after - 1]]))


def open_share(curve: Curve, day: float, z: float = Z95) -> Open:
    """Share still open, with Greenwood's variance on the log-log scale.

    J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time Data (1980),
    section 1.4: S ^ exp(+- z sqrt(V) / ln S), which stays inside 0 to 1.
    """
    if day < 0:
        raise ValueError(f"day {day}")
    if day > curve.until and curve.share[-1] > ROUNDING:
        return Open(day, None, None, None)
    before = int(np.searchsorted(curve.times, day, side="right")) - 1
    share, place = float(curve.share[before]), before
    if not curve.steps and before + 1 < len(curve.times):
        share = float(np.interp(day, curve.times, curve.share))
        # Inside a bin the relative error at its end is taken, unless nothing is left there.
        place = before + int(curve.share[before + 1] > ROUNDING)
    if not ROUNDING < share < 1 or not ROUNDING < curve.share[place] < 1:
        return Open(day, share if share > ROUNDING else 0.0, None, None)
    spread = z * sqrt(curve.variance[place]) / log(curve.share[place])
    return Open(day, share, share ** exp(-spread), share ** exp(spread))


def times(curve: Curve) -> Times:
    """What is told of a curve: median, ninetieth percentile, and the share open at 3/7/15/30."""
    still = tuple(open_share(curve, day) for day in OPEN_AT)
    return Times(quantile(curve, 0.5), quantile(curve, 0.9), still)


@dataclass(frozen=True, eq=False)
class Incidence:
    """Share of cases that have ended by one cause up to each time, shapes (times,), from 0 at 0."""

    times: Floats
    share: Floats
    until: float


def aalen_johansen(
    days: ArrayLike, causes: Sequence[int] | NDArray[np.int64], cause: int = SOLVED
) -> Incidence:
    """Cumulative incidence of one end among competing ones: sum of S(t-) d / n.

    O. O. Aalen and S. Johansen, Scandinavian Journal of Statistics 5 (1978) 141-150. Shapes as in
    kaplan_meier; a cause is 0 for open, 1 for solved and another number for every other end.
    Treating a transfer as censoring would count it as solved in the end.
    """
    if cause < 1:
        raise ValueError(f"cause {cause}")
    moments, at_risk, ends = _table(days, causes)
    own = ends[cause - 1] if cause <= len(ends) else np.zeros_like(at_risk)
    before = np.concatenate(([1.0], np.cumprod(1 - ends.sum(axis=0) / at_risk)[:-1]))
    share = np.concatenate(([0.0], np.cumsum(before * own / at_risk)))
    # Where all have ended it is known for ever.
    until = inf if at_risk[-1] == ends[:, -1].sum() else float(moments[-1])
    return Incidence(np.concatenate(([0.0], moments)), share, until)


def ended_share(incidence: Incidence, day: float) -> float | None:
    """Share ended by that cause within so many days; None where the data does not reach so far."""
    if day < 0:
        raise ValueError(f"day {day}")
    if day > incidence.until:
        return None
    return float(incidence.share[np.searchsorted(incidence.times, day, side="right") - 1])
