"""Shares that come out exactly: not each case is drawn, but how many of them, weighted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]
Moments = NDArray[np.datetime64]
Reals = NDArray[np.float64]


@dataclass
class Quota:
    """A share of all there will be, kept to the nearest whole over any number of runs."""

    share: float
    total: int = 0
    spent: int = 0

    def take(self, size: int, already: int = 0, share: float | None = None) -> int:
        """How many of the next `size` to choose, besides `already` that are so by themselves.

        A `share` for now may differ from the one that is kept in the end.
        """
        self.total += size
        wanted = round((self.share if share is None else share) * self.total) - self.spent
        chosen = min(max(wanted - already, 0), size - already)
        self.spent += already + chosen
        return chosen


def choose(rng: np.random.Generator, weight: Reals, count: int) -> Mask:
    """Exactly `count` of the rows, the heavy ones more likely; rows of weight 0 never."""
    with np.errstate(divide="ignore"):
        keys = np.log(weight) + rng.gumbel(size=weight.size)
    chosen = np.zeros(weight.size, dtype=bool)
    count = min(count, int((weight > 0).sum()))
    if count:
        chosen[np.argpartition(-keys, count - 1)[:count]] = True
    return chosen


def pick(rng: np.random.Generator, weight: Reals, size: int) -> Numbers:
    """Row numbers drawn by weight."""
    edges = np.cumsum(weight / weight.sum())
    return np.minimum(np.searchsorted(edges, rng.random(size)), weight.size - 1)
