"""Hot topics: which counts have risen or fallen, and which kinds a place hears more of than others.

Many counts are looked at together, so some would stand out by chance alone: of those found here at
most one in twenty is a false find on average (metrics.stats.discovery). Counts of a hotline swing
more than independent calls would, because a storm or a power cut brings many at once. Where there
are FAMILY counts or more, their own spread around what they have in common, the outermost pulled
in, says how much, and intervals and scores are widened by it: the multiplicative model of D. J.
Spiegelhalter, Statistics in Medicine 24 (2005) 1185-1202.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from metrics.intervals import wilson
from metrics.measure import Figure
from metrics.periods import after, first_day
from metrics.stats.discovery import discoveries, two_sided
from metrics.stats.funnel import swing

Floats = NDArray[np.float64]
Key = tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """A count now and then. `ratio` is now over then, a day; `low` and `high` its 95 % interval.

    `found` says whether it moved beyond chance, all that were looked at allowed for.
    """

    key: Key
    now: int
    then: int
    ratio: float
    low: float
    high: float
    found: bool

    @property
    def rose(self) -> bool:
        return self.found and self.ratio > 1

    @property
    def fell(self) -> bool:
        return self.found and self.ratio < 1


@dataclass(frozen=True)
class Concentrated:
    """Cases of a kind from a place, `observed`, where `expected` would be the city's own share.

    `ratio` is one over the other with its 95 % interval; `found` as in Moved.
    """

    key: Key
    observed: int
    expected: float
    ratio: float
    low: float
    high: float
    found: bool


def movements(
    now: Mapping[Key, Figure], then: Mapping[Key, Figure], period: str, since: str
) -> list[Moved]:
    """Every count that is published in both periods, in the order of `now`.

    Of two Poisson counts with a together n, a is binomial (Przyborowski and Wilenski, Biometrika
    31 (1940) 313-323); with no change its share is that of the days.
    """
    days = _days(period), _days(since)
    known = [
        (key, figure.numerator, then[key].numerator or 0)
        for key, figure in now.items()
        if figure.numerator and key in then and then[key].numerator
    ]
    if not known:
        return []
    x, y = (np.array([row[place] for row in known], dtype=np.float64) for place in (1, 2))
    phi = swing(_scores(x, x + y, np.full(len(x), x.sum() / (x + y).sum())))
    still = np.full(len(x), days[0] / sum(days))
    found = _found(_scores(x, x + y, still) / sqrt(phi))
    return [
        Moved(key, a, b, *_odds(a / phi, (a + b) / phi, days[1] / days[0]), hit)
        for (key, a, b), hit in zip(known, found, strict=True)
    ]


def concentrations(
    cells: Mapping[Key, Figure],
    places: Mapping[str, Figure],
    kinds: Mapping[str, Figure],
    whole: Figure | None,
) -> list[Concentrated]:
    """Every published count by (place, kind) beside what the city's mix would give the place.

    `places` and `kinds` are the published totals, `whole` that of the city. What a place has is
    binomial of all that came from it; the score allows for its own part in the city's mix.
    """
    total = whole.numerator if whole else None
    known = [
        (key, one.numerator, places[key[0]].numerator or 0, kinds[key[1]].numerator or 0)
        for key, one in cells.items()
        if one.numerator and key[0] in places and key[1] in kinds
    ]
    known = [row for row in known if row[2] and row[3]]
    if not known or not total:
        return []
    x, n, m = (np.array([row[place] for row in known], dtype=np.float64) for place in (1, 2, 3))
    z = _scores(x, n, m / total) / np.sqrt(np.maximum(1 - n / total, 1 / total))
    phi = swing(z)
    found = _found(z / sqrt(phi))
    return [
        Concentrated(key, a, b * c / total, *_share(a / phi, b / phi, c / total), hit)
        for (key, a, b, c), hit in zip(known, found, strict=True)
    ]


def _scores(x: Floats, n: Floats, share: Floats) -> Floats:
    """Z scores of x of n where the share is given; 0 where it leaves no room."""
    error = np.sqrt(n * share * (1 - share))
    found: Floats = np.divide(x - n * share, error, out=np.zeros_like(x), where=error > 0)
    return found


def _found(z: Floats) -> list[bool]:
    names = {str(place): float(score) for place, score in enumerate(z)}
    return [one.found for one in discoveries(two_sided(names))]


def _odds(x: float, n: float, days: float) -> tuple[float, float, float]:
    """The ratio of two counts a day, x and n - x, and its interval."""
    low, high = wilson(x, n)
    ratio, least, most = (share / (1 - share) * days for share in (x / n, low, high))
    return ratio, least, most


def _share(x: float, n: float, usual: float) -> tuple[float, float, float]:
    """A share over the usual one, and its interval."""
    low, high = wilson(x, n)
    return x / n / usual, low / usual, high / usual


def _days(period: str) -> int:
    return (after(period) - first_day(period)).days


def strongest(found: Sequence[Moved]) -> tuple[list[Moved], list[Moved]]:
    """Those that rose and those that fell, each with the most cases more or fewer first."""

    def cases(one: Moved) -> float:
        return abs(one.now - one.now / one.ratio)

    told = sorted(found, key=cases, reverse=True)
    return [one for one in told if one.rose], [one for one in told if one.fell]
