"""Empirical Bayes for rates: a small unit's rate is pulled towards what units are like.

Beta-binomial model: D. A. Griffiths, Biometrics 29 (1973) 637-648; C. N. Morris, Journal of the
American Statistical Association 78 (1983) 47-55. The raw rate always stands beside: the shrunk one
is an estimate of the long-run rate, not what happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import optimize, stats

Counts = Mapping[str, tuple[int, int]]  # unit -> (successes, cases)

UNITS_NEEDED = 3  # two rates say next to nothing of how rates are spread
# Where the units do not differ beyond chance the best size is infinite; a million cases is as good.
SIZES = (1e-2, 1e6)
MEANS = (1e-6, 1 - 1e-6)


class Prior(NamedTuple):
    """Beta(a, b): what the rates of such units are like.

    a / (a + b) is their mean, and a + b the number of cases at which a unit's own rate and that
    mean weigh the same.
    """

    a: float
    b: float


@dataclass(frozen=True)
class Shrunk:
    """Rates as fractions. `raw` is None for a unit without a case."""

    unit: str
    successes: int
    cases: int
    raw: float | None
    mean: float
    low: float
    high: float


def fit(counts: Counts) -> Prior:
    """The prior under which the counts are likeliest: maximises the sum of betabinom.logpmf.

    Searched over logit of the mean and log of the size, in which the surface is smooth, from three
    sizes, because a flat surface can stop a search early.
    """
    used = [pair for pair in counts.values() if pair[1]]
    if len(used) < UNITS_NEEDED or any(not 0 <= y <= n for y, n in used):
        raise ValueError(f"a prior is fitted to {UNITS_NEEDED} or more units that have cases")
    y, n = np.array(sorted(used)).T  # sorted: the order of the units cannot touch the result

    def misfit(point: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
        prior = _prior(point[0], point[1])
        return -float(stats.betabinom.logpmf(y, n, prior.a, prior.b).sum())

    middle = np.clip(y.sum() / n.sum(), *MEANS)
    bounds = [tuple(np.log(m / (1 - m)) for m in MEANS), tuple(np.log(SIZES))]
    starts = [[np.log(middle / (1 - middle)), np.log(size)] for size in (2, 30, 1000)]
    found = [optimize.minimize(misfit, x, method="L-BFGS-B", bounds=bounds) for x in starts]
    best = min(found, key=lambda result: float(result.fun))
    return _prior(*best.x)


def _prior(logit: float, log_size: float) -> Prior:
    size, mean = float(np.exp(log_size)), float(1 / (1 + np.exp(-logit)))
    return Prior(mean * size, (1 - mean) * size)


def shrink(counts: Counts, prior: Prior, level: float = 0.95) -> tuple[Shrunk, ...]:
    """Posterior mean (y + a) / (n + a + b) and central interval of Beta(a + y, b + n - y).

    The interval takes the prior as known, so it is somewhat narrow when there are few units.
    """
    if not 0 < level < 1:
        raise ValueError(f"level {level} is not between 0 and 1")
    tails = [(1 - level) / 2, (1 + level) / 2]
    found = []
    for unit, (y, n) in counts.items():
        if not 0 <= y <= n:
            raise ValueError(f"{unit}: {y} of {n} is not a share")
        a, b = prior.a + y, prior.b + n - y
        low, high = (float(end) for end in stats.beta.ppf(tails, a, b))
        found.append(Shrunk(unit, y, n, y / n if n else None, a / (a + b), low, high))
    return tuple(found)
