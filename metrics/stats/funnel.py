"""Funnel limits: which units lie further from the common rate than chance would put them.

D. J. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in
Medicine 24 (2005) 1185-1202, doi 10.1002/sim.1970. Rates and limits are fractions, 0 to 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Counts = Mapping[str, tuple[int, int]]  # unit -> (successes, cases)
Floats = NDArray[np.float64]

COVERAGES = (0.95, 0.998)  # the warning and the action limits of the paper
WINSORISED = 0.1  # this share of the z scores is pulled in at each end before phi is taken
END = float(stats.norm.isf(WINSORISED))
# The mean square of normal scores whose ends are pulled in so.
PULLED = 1 - 2 * WINSORISED - 2 * END * float(stats.norm.pdf(END)) + 2 * WINSORISED * END**2
FAMILY = 10  # scores that make an estimate of how much they swing by themselves


class Limits(NamedTuple):
    low: float
    high: float


class Dispersion(NamedTuple):
    """`phi` is the mean squared winsorised z, 1 if chance is all there is.

    `tau2` is the variance between units in squared fractions, 0 if phi does not pass 1.
    """

    phi: float
    tau2: float


@dataclass(frozen=True)
class Point:
    """One unit in the funnel.

    `flag` says where it lies: -2 or 2 beyond the 99.8 % limit below or above, -1 or 1 beyond the
    95 % limit, 0 inside. `flag_adjusted` says the same with over-dispersion allowed for.
    """

    unit: str
    successes: int
    cases: int
    rate: float
    limits95: Limits
    limits998: Limits
    z: float
    z_adjusted: float
    flag: int
    flag_adjusted: int


@dataclass(frozen=True)
class Funnel:
    target: float
    dispersion: Dispersion
    points: tuple[Point, ...]


def limits(target: float, cases: int, coverage: float) -> Limits:
    """Exact binomial limits around a target for a unit of so many cases.

    The lower limit is Spiegelhalter 2005, appendix A.1.1: (r - a) / n, r being the binomial
    quantile and a = (P(R <= r) - p) / P(R = r). The paper takes the same formula for the upper
    limit, which there lies up to one case too low: with target 0.9 and n = 10 it calls 10 of 10
    too many. Here the upper limit is the lower one of the failures, so each tail keeps to its
    share and counting successes or failures gives one verdict.
    """
    if not 0 <= target <= 1 or cases < 1 or not 0 < coverage < 1:
        raise ValueError(f"no limits for target {target}, {cases} cases, coverage {coverage}")
    tail = (1 - coverage) / 2
    return Limits(_lower(target, cases, tail), 1 - _lower(1 - target, cases, tail))


def _lower(target: float, cases: int, tail: float) -> float:
    if target in (0, 1):
        return target
    quantile = stats.binom.ppf(tail, cases, target)
    beyond = stats.binom.cdf(quantile, cases, target) - tail
    excess = beyond / stats.binom.pmf(quantile, cases, target)
    return max(0.0, float(quantile - excess) / cases)


def adjusted_limits(target: float, cases: int, tau2: float, coverage: float) -> Limits:
    """Limits with the variance between units in them: t +- z sqrt(t (1 - t) / n + tau2).

    The additive random effects of the paper; normal, not exact, and kept inside 0 to 1.
    """
    if not 0 <= target <= 1 or cases < 1 or tau2 < 0:
        raise ValueError(f"no limits for target {target}, {cases} cases, tau2 {tau2}")
    spread = _z(coverage) * sqrt(target * (1 - target) / cases + tau2)
    return Limits(max(0.0, target - spread), min(1.0, target + spread))


def dispersion(z: Floats, errors: Floats) -> Dispersion:
    """Over-dispersion of z scores, shape (units,), with their standard errors.

    Winsorising pulls in the outermost tenth at each end, so that the outliers looked for do not
    hide themselves. tau2 is the moment estimate of DerSimonian and Laird (Controlled Clinical
    Trials 7 (1986) 177-188) as the paper gives it for additive random effects.
    """
    if len(z) == 0 or len(z) != len(errors) or not (errors > 0).all():
        raise ValueError("dispersion needs one positive standard error for each z score")
    pulled = np.clip(z, *np.quantile(z, [WINSORISED, 1 - WINSORISED]))
    phi, weights = float(np.mean(pulled**2)), 1 / errors**2
    excess = len(z) * phi - (len(z) - 1)
    scale = weights.sum() - (weights**2).sum() / weights.sum()
    return Dispersion(phi, float(excess / scale) if excess > 0 and scale > 0 else 0.0)


def swing(z: Floats) -> float:
    """The mean square of z scores beside that of chance alone, at least 1; shape (any,).

    Winsorised as `dispersion` is, and told without what that takes from normal scores. Fewer than
    FAMILY scores tell nothing: 1.
    """
    if len(z) < FAMILY:
        return 1.0
    return max(1.0, dispersion(z, np.ones(len(z))).phi / PULLED)


def funnel(counts: Counts) -> Funnel:
    """Place units around their common rate; units without a case are left out.

    The order of the points is that of the counts. Where all cases end alike no unit differs.
    """
    used = {unit: pair for unit, pair in counts.items() if pair[1]}
    if any(not 0 <= y <= n for y, n in used.values()) or not used:
        raise ValueError("a funnel needs units with 0 <= successes <= cases, and one with cases")
    y, n = np.array(list(used.values()), dtype=np.float64).T
    target = float(y.sum() / n.sum())
    if target in (0, 1):
        found, z, adjusted = Dispersion(0.0, 0.0), y * 0, y * 0
    else:
        errors = np.sqrt(target * (1 - target) / n)
        z = (y / n - target) / errors
        found = dispersion(z, errors)
        adjusted = (y / n - target) / np.sqrt(errors**2 + found.tau2)
    points = [
        _point(unit, pair, target, float(score), float(other))
        for (unit, pair), score, other in zip(used.items(), z, adjusted, strict=True)
    ]
    return Funnel(target, found, tuple(points))


def _point(unit: str, pair: tuple[int, int], target: float, z: float, adjusted: float) -> Point:
    y, n = pair
    inner, outer = (limits(target, n, coverage) for coverage in COVERAGES)
    flag = sum(_side(y / n, bounds) for bounds in (inner, outer))
    zs = [Limits(-_z(coverage), _z(coverage)) for coverage in COVERAGES]
    other = sum(_side(adjusted, bounds) for bounds in zs)
    return Point(unit, y, n, y / n, inner, outer, z, adjusted, flag, other)


def _side(value: float, bounds: Limits) -> int:
    return int(value > bounds.high) - int(value < bounds.low)


def _z(coverage: float) -> float:
    return float(stats.norm.ppf((1 + coverage) / 2))
