"""Many units looked at together: which flags to act on, with few of them false.

Y. Benjamini and Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289-300.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Discovery:
    """`adjusted` is the lowest false-discovery rate at which this one would be found."""

    unit: str
    p: float
    adjusted: float
    found: bool


def two_sided(z: Mapping[str, float]) -> dict[str, float]:
    """P values of z scores: the chance of one at least so far from 0 on either side.

    Take the z adjusted for over-dispersion: with the plain one most units are found.
    """
    if not all(isfinite(score) for score in z.values()):
        raise ValueError("a z score is not a number")
    return {unit: float(2 * stats.norm.sf(abs(score))) for unit, score in z.items()}


def discoveries(p: Mapping[str, float], rate: float = 0.05) -> tuple[Discovery, ...]:
    """Benjamini-Hochberg step-up: of those found, at most `rate` are false on average.

    In the order given. Holds for independent tests and for positively dependent ones.
    """
    if not all(0 <= value <= 1 for value in p.values()) or not 0 < rate < 1:
        raise ValueError("p values lie in 0..1 and the rate between 0 and 1")
    values = np.array(list(p.values()), dtype=np.float64)
    order = np.argsort(values, kind="stable")
    steps = values[order] * len(values) / np.arange(1, len(values) + 1)
    adjusted = np.empty(len(values))
    adjusted[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1)
    return tuple(
        Discovery(unit, float(value), float(share), bool(share <= rate))
        for unit, value, share in zip(p, values, adjusted, strict=True)
    )
