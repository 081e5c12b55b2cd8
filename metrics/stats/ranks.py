"""How sure a rank is: ranks over draws from the posterior, as an interval, and tiers.

H. Goldstein and D. J. Spiegelhalter, Journal of the Royal Statistical Society A 159 (1996) 385-443.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from metrics.measure import COMPARABLE
from metrics.stats.shrinkage import Counts, Prior, fit

DRAWS = 10_000
SEED = 12345  # fixed: who counts again gets the same ranks
QUANTILES = (0.5, 0.025, 0.975)

Tier = Literal["top", "middle", "bottom", "cannot be told apart"]


@dataclass(frozen=True)
class Rank:
    """Rank 1 is the best. `low` and `high` hold 95 % of the draws."""

    unit: str
    median: int
    low: int
    high: int
    tier: Tier


@dataclass(frozen=True)
class Ranking:
    """`few` are the units with too few cases for a rank, by name."""

    ranks: tuple[Rank, ...]
    few: tuple[str, ...]


def rank(
    counts: Counts,
    *,
    higher_is_better: bool,
    prior: Prior | None = None,
    minimum: int = COMPARABLE,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Ranking:
    """Rank the units with at least `minimum` cases; by median, then interval, then name.

    The prior, if not given, is fitted to the units that are ranked. With fewer than two such units
    there is nothing to rank, and with fewer than three the prior is Jeffreys' Beta(1/2, 1/2).
    """
    few = tuple(sorted(unit for unit, (_, n) in counts.items() if n < minimum))
    # Sorted by what was counted: neither the order given nor a new name changes the draws.
    order = sorted((y, n, unit) for unit, (y, n) in counts.items() if n >= minimum and n)
    if len(order) < 2:
        return Ranking((), tuple(sorted(counts)))
    if prior is None:
        prior = fit({unit: (y, n) for y, n, unit in order}) if len(order) > 2 else Prior(0.5, 0.5)
    y, n = np.array([pair[:2] for pair in order]).T
    places = _places(prior.a + y, prior.b + n - y, higher_is_better, draws, seed)
    # inverted_cdf keeps to ranks that were drawn: there is no rank 2.5.
    ends = np.quantile(places, QUANTILES, axis=0, method="inverted_cdf").astype(int)
    ranks = [
        Rank(unit, int(mid), int(low), int(high), tier(int(low), int(high), len(order)))
        for (_, _, unit), mid, low, high in zip(order, *ends, strict=True)
    ]
    return Ranking(tuple(sorted(ranks, key=lambda r: (r.median, r.low, r.high, r.unit))), few)


def _places(
    a: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    b: "np.ndarray[tuple[int], np.dtype[np.float64]]",
    higher_is_better: bool,
    draws: int,
    seed: int,
) -> "np.ndarray[tuple[int, ...], np.dtype[np.int64]]":
    """Ranks from 1, shape (draws, units)."""
    drawn = np.random.default_rng(seed).beta(a, b, size=(draws, len(a)))
    signed = -drawn if higher_is_better else drawn
    return signed.argsort(axis=1).argsort(axis=1) + 1


def tier(low: int, high: int, units: int) -> Tier:
    """The third of the table that holds the whole interval of ranks, if one does."""
    if not 1 <= low <= high <= units:
        raise ValueError(f"ranks {low} to {high} of {units}")
    if 3 * high <= units:
        return "top"
    if 3 * (low - 1) >= 2 * units:
        return "bottom"
    if 3 * (low - 1) >= units and 3 * high <= 2 * units:
        return "middle"
    return "cannot be told apart"
