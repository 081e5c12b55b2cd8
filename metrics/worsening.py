"""What is getting worse: shares that fell behind between two periods by more than chance.

Many shares are looked at together, so some would seem worse by chance alone: of those named here
at most one in twenty is a false find on average (metrics.stats.discovery). Only shares with a good
direction are looked at, and only such as are final once a period is over: whatever goes on
changing afterwards (returns, reopenings) always looks better in the newer period.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise, product
from math import sqrt

import numpy as np

from data_access.published import NONE, Release, Scope, read
from metrics import lattice, registry
from metrics.change import Change, between, earlier
from metrics.measure import COMPARABLE, Figure, figures
from metrics.model import Metric
from metrics.stats import funnel
from metrics.stats.discovery import discoveries, two_sided

WATCHED = (
    "on_time_rate", "on_time_extended", "satisfied", "solved", "contacted",
    "closed_at_once", "closed_last_hour", "answered_calls", "answered_in_15_seconds",
)  # fmt: skip
SLICES = ("area", "category", "unit")
CITY = ""  # in place of a dimension: the whole city
HISTORY = 4  # earlier changes that tell how much slices swing by themselves

Family = tuple[str, str]
Reader = Callable[[str, str, str], dict[str, Figure]]  # metric, period, dimension -> by member


@dataclass(frozen=True)
class Pair:
    """A share now and then: of the whole city, or of the member `key` of the dimension `by`."""

    metric: Metric
    by: str
    key: str
    now: Figure
    then: Figure

    @property
    def family(self) -> Family:
        """The shares it is one of: those of one metric by one dimension."""
        return self.metric.id, self.by


@dataclass(frozen=True)
class Worse:
    """A share that has become worse; `more` is how many cases that means, in the newer period."""

    pair: Pair
    change: Change
    more: int


@dataclass(frozen=True)
class Look:
    """What has become worse, the most cases first, and how many shares were looked at."""

    period: str
    since: str
    worse: tuple[Worse, ...]
    looked_at: int


def look(release: Release, scope: Scope) -> Look:
    """What became worse in a closed period since the one before it."""
    read_once = cache(partial(_figures, release, scope.grain))
    periods = [scope.period]
    while len(periods) < HISTORY + 2:
        periods.append(earlier(periods[-1])[0])
    newest = list(_pairs(read_once, _tables(CITY, *SLICES), *periods[:2]))
    before = [_pairs(read_once, _tables(*SLICES), *step) for step in pairwise(periods[1:])]
    swings = swing([pair for step in before for pair in step])
    return Look(scope.period, periods[1], worse(newest, swings), len(newest))


def swing(before: Sequence[Pair]) -> dict[Family, float]:
    """How many times further than chance the slices of a share usually move, never under 1.

    It is the root of the mean square of the z scores of earlier changes, the outermost pulled in:
    the multiplicative model of D. J. Spiegelhalter, Statistics in Medicine 24 (2005) 1185-1202.
    Earlier ones, so that what is looked for does not hide itself. Fewer than FAMILY tell nothing.
    """
    scores: dict[Family, list[float]] = {}
    for pair in before:
        if pair.by != CITY:
            scores.setdefault(pair.family, []).append(_score(pair.now, pair.then))
    enough = {family: np.array(z) for family, z in scores.items() if len(z) >= funnel.FAMILY}
    return {family: sqrt(funnel.swing(z)) for family, z in enough.items()}


def worse(pairs: Sequence[Pair], swings: Mapping[Family, float]) -> tuple[Worse, ...]:
    """Those that became worse beyond chance, allowing for how many were looked at."""
    if not pairs:
        return ()
    scores = {
        str(place): _score(pair.now, pair.then) / swings.get(pair.family, 1.0)
        for place, pair in enumerate(pairs)
    }
    found = [pairs[int(item.unit)] for item in discoveries(two_sided(scores)) if item.found]
    told = (_worse(pair) for pair in found)
    return tuple(sorted((item for item in told if item), key=lambda item: -item.more))


def _worse(pair: Pair) -> Worse | None:
    change = between(pair.now, pair.then)
    if change is None or change.within_chance or pair.now.denominator is None:
        return None
    bad = change.difference if pair.metric.direction == "lower_is_better" else -change.difference
    return Worse(pair, change, round(bad * pair.now.denominator)) if bad > 0 else None


def _tables(*dimensions: str) -> list[Family]:
    """The watched shares that are published by these dimensions."""
    cut = {(name, table.by) for table in lattice.tables() for name in table.metrics}
    asked = product(WATCHED, dimensions)
    return [(name, by) for name, by in asked if by == CITY or (name, (by,)) in cut]


def _pairs(figures_of: Reader, tables: Sequence[Family], period: str, since: str) -> Iterator[Pair]:
    """Every share of some tables that is published, and over cases enough, in both periods."""
    for name, by in tables:
        now, then = figures_of(name, period, by), figures_of(name, since, by)
        for key in (key for key in now if key in then and key != NONE):
            yield Pair(registry.get(name), by, key, now[key], then[key])


def _figures(release: Release, grain: str, name: str, period: str, by: str) -> dict[str, Figure]:
    cells = read(release, name, Scope(grain=grain, period=period), by or "period")
    told = figures(registry.get(name), [cell for cell in cells if by or cell.key == period])
    return {
        figure.key if by else CITY: figure
        for figure in told
        if figure.value is not None and (figure.denominator or 0) >= COMPARABLE
    }


def _score(now: Figure, then: Figure) -> float:
    """The difference of two shares over its standard error if there were none; 0 if all are alike.

    ValueError where a share has no counts.
    """
    y, n, x, m = now.numerator, now.denominator, then.numerator, then.denominator
    if y is None or x is None or not n or not m:
        raise ValueError(f"{now.key}, {then.key}: no counts")
    common = (y + x) / (n + m)
    error = sqrt(common * (1 - common) * (1 / n + 1 / m))
    return (y / n - x / m) / error if error else 0.0
