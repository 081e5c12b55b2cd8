"""Quasi-Poisson regression in which past outbreaks weigh little: what is normal, not what happened.

A. Noufaily, D. G. Enki, P. Farrington, P. Garthwaite, N. Andrews and A. Charlett, "An improved
algorithm for outbreak detection in multiple surveillance systems", Statistics in Medicine 32
(2013) 1206-1222, doi 10.1002/sim.5595. There the weights are found once; here until they settle,
because a flood of ten times the usual raises the first fit so far that it half hides itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

Floats = NDArray[np.float64]

OUTBREAK = 2.58  # Anscombe residual above which a past count weighs less, as in the paper
SPARSE = 4.0  # the same for a cell: at 2.58 its skewed counts would lose what chance brings
ROUNDS = 8  # of fitting and weighing, at most
SETTLED = 0.01  # the largest change of a weight in the last round
CASES_A_TERM = 10  # P. Peduzzi et al., Journal of Clinical Epidemiology 49 (1996) 1373-1379


@dataclass(frozen=True)
class Pattern:
    """A fitted series: log of cases a day = design @ coefficients.

    `covariance` is that of the coefficients, over-dispersion included.
    """

    coefficients: Floats
    covariance: Floats

    def means(self, design: Floats) -> Floats:
        """Cases to expect, one for each row of the design."""
        found: Floats = np.exp(design @ self.coefficients)
        return found

    def error(self, design: Floats) -> float:
        """Squared relative error of the sum of the means over all rows.

        Delta method: with g = sum of mean x row, the variance of the sum is g' covariance g.
        """
        means = self.means(design)
        slope = means @ design / means.sum()
        return float(slope @ self.covariance @ slope)


def enough(counts: Floats, design: Floats) -> bool:
    """Whether there are cases enough for so many terms."""
    return bool(counts.sum() >= CASES_A_TERM * design.shape[1])


def regress(counts: Floats, design: Floats) -> Pattern:
    """Fit, weigh by the residuals, fit again; dispersion is Pearson's, at least 1.

    `counts` has one number a day, `design` one row a day, its first column the intercept.
    """
    weights, start = np.ones(len(counts)), np.zeros(design.shape[1])
    start[0] = np.log(counts.mean())
    for _ in range(ROUNDS):
        model = GLM(counts, design, family=Poisson(), var_weights=weights)
        found = model.fit(start_params=start)
        start, spread = found.params, max(1.0, float(found.pearson_chi2 / found.df_resid))
        before, weights = weights, weigh(counts, found.fittedvalues, spread, OUTBREAK)
        if np.abs(weights - before).max() < SETTLED:
            break
    return Pattern(found.params, found.normalized_cov_params * spread)


def borrow(counts: Floats, design: Floats, common: Pattern) -> Pattern:
    """Another pattern at the level of these counts, for those too few to show their own.

    Half a case is added to them, as a logarithm needs some.
    """
    found, wanted = ratio(counts[:, None], common.means(design)[:, None])
    coefficients, covariance = common.coefficients.copy(), common.covariance.copy()
    coefficients[0] += np.log((found[0] + 0.5) / wanted[0])
    covariance[0, 0] += 1 / (found[0] + 0.5)
    return Pattern(coefficients, covariance)


def weigh(counts: Floats, means: Floats, dispersion: Floats | float, above: float) -> Floats:
    """1 / s^2 where the Anscombe residual s lies above that, else 1; scaled to a mean of 1.

    s = 3/2 (y^(2/3) m^(-1/6) - m^(1/2)) / sqrt(dispersion), without the paper's leverage, which
    is about 0.02 here. Along the first axis.
    """
    scale = 1.5 / np.sqrt(dispersion)
    residuals = scale * (np.cbrt(counts) ** 2 / means ** (1 / 6) - np.sqrt(means))
    found = np.where(residuals > above, np.maximum(residuals, above) ** -2.0, 1.0)
    scaled: Floats = found / found.mean(axis=0)
    return scaled


def ratio(counts: Floats, means: Floats) -> tuple[Floats, Floats]:
    """Cases and how many were expected, a column each, weighted so that no past outbreak counts.

    Both are days x columns; their ratio is the level of a column.
    """
    weights = np.ones_like(counts)
    for _ in range(ROUNDS):
        found, wanted = (weights * counts).sum(axis=0), (weights * means).sum(axis=0)
        fitted = np.maximum(means * found / wanted, 0.5 / len(means))
        before, weights = weights, weigh(counts, fitted, 1.0, SPARSE)
        if np.abs(weights - before).max() < SETTLED:
            break
    return found, wanted


def dispersion(counts: Floats, means: Floats, days: int) -> Floats:
    """Pearson's chi-squared a degree of freedom of sums over `days`, a column each, at least 1.

    Days x columns. Windows do not overlap; the oldest days that fill none are left out.
    """
    whole, parts = len(counts) // days * days, (-1, days, counts.shape[1])
    found = counts[len(counts) - whole :].reshape(parts).sum(axis=1)
    wanted = means[len(means) - whole :].reshape(parts).sum(axis=1)
    squares = (found - wanted) ** 2 / wanted
    spread: Floats = np.ones(counts.shape[1])
    for _ in range(ROUNDS):  # from below: a great outbreak would hide behind what it adds itself
        weights = weigh(found, wanted, spread, SPARSE)
        spread = np.maximum((weights * squares).sum(axis=0) / (len(found) - 1), 1.0)
    return spread
