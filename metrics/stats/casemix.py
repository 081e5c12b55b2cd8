"""Indirect standardisation: what a unit's mix of cases would have given at everyone's rates.

N. E. Breslow and N. E. Day, Statistical Methods in Cancer Research II (IARC 1987), section 2.3.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from scipy import stats


class Cell(NamedTuple):
    """Events among the cases of one unit in one group (category x urgency x channel x month)."""

    unit: str
    group: str
    events: int
    cases: int


@dataclass(frozen=True)
class Adjusted:
    """Crude and adjusted side by side; rates are fractions.

    `ratio` is events over `expected`, `adjusted` that ratio times the common rate, `low` and `high`
    its exact Poisson interval. `z` compares events with `expected` by their binomial variance.
    Ratio, adjusted rate and interval are None where nothing was expected, and z where chance has no
    room. `alone` is the share of the unit's cases in groups that no other unit has: the adjustment
    compares those with themselves.
    """

    unit: str
    events: int
    cases: int
    crude: float
    expected: float
    ratio: float | None
    adjusted: float | None
    low: float | None
    high: float | None
    z: float | None
    alone: float


def poisson(events: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a Poisson mean by chi-squared: F. Garwood, Biometrika 28 (1936) 437-442."""
    if events < 0 or not 0 < level < 1:
        raise ValueError(f"no interval for {events} events at level {level}")
    tail = (1 - level) / 2
    low = float(stats.chi2.ppf(tail, 2 * events)) / 2 if events else 0.0
    return low, float(stats.chi2.ppf(1 - tail, 2 * events + 2)) / 2


def standardise(cells: Iterable[Cell]) -> tuple[Adjusted, ...]:
    """Adjust each unit for its mix, in order of unit: E = sum over groups of cases x common rate.

    Count the rarer outcome (late, not on time): the Poisson interval is too wide for a common one,
    and an adjusted rate of it can pass 1. Cells of one unit and group add up.
    """
    counts: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for unit, group, events, cases in cells:
        if not 0 <= events <= cases:
            raise ValueError(f"{unit}, {group}: {events} events among {cases} cases")
        before = counts[unit, group]
        counts[unit, group] = before[0] + events, before[1] + cases
    groups: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    units: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for (unit, group), pair in counts.items():
        if pair[1]:
            groups[group][unit] = units[unit][group] = pair
    if not units:
        return ()
    rates = {name: _rate(shares.values()) for name, shares in groups.items()}
    common = _rate(pair for shares in groups.values() for pair in shares.values())
    shared = {name for name, shares in groups.items() if len(shares) > 1}
    return tuple(_adjusted(u, shares, rates, common, shared) for u, shares in sorted(units.items()))


def _rate(pairs: Iterable[tuple[int, int]]) -> float:
    events, cases = (sum(column) for column in zip(*pairs, strict=True))
    return float(events / cases)


def _adjusted(
    unit: str,
    shares: dict[str, tuple[int, int]],
    rates: dict[str, float],
    common: float,
    shared: set[str],
) -> Adjusted:
    events, cases = (sum(column) for column in zip(*shares.values(), strict=True))
    expected = sum(n * rates[group] for group, (_, n) in shares.items())
    variance = sum(n * rates[group] * (1 - rates[group]) for group, (_, n) in shares.items())
    z = (events - expected) / sqrt(variance) if variance else None
    alone = sum(n for group, (_, n) in shares.items() if group not in shared) / cases
    if not expected:
        crude = (events / cases, expected, None, None, None, None)
        return Adjusted(unit, events, cases, *crude, z, alone)
    low, high = (common * end / expected for end in poisson(events))
    ratio = events / expected
    found = (events / cases, expected, ratio, common * ratio, low, high)
    return Adjusted(unit, events, cases, *found, z, alone)
