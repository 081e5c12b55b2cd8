"""Units compared fairly: inside their peer group, with what chance alone would do beside it.

Nobody is ranked on few cases, a rank is always a range, and what the range does not settle is
called that. Small units stay in the funnel, whose limits are as wide as they need. Of the units
called outliers at most one in twenty is a false find on average, however many are looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from scipy import stats

from cities import City
from metrics.measure import COMPARABLE, Figure
from metrics.model import Metric
from metrics.stats.casemix import Adjusted, Cell, standardise
from metrics.stats.discovery import discoveries, two_sided
from metrics.stats.funnel import COVERAGES, Limits, Point, adjusted_limits, funnel, limits
from metrics.stats.ranks import Rank, rank

UNLISTED = ""  # the group of units that the profile does not know


@dataclass(frozen=True)
class Compared:
    """A unit's figure and place among its peers; `rank` is None for a unit with few cases.

    `adjusted` is the share that its own mix of cases leaves of the difference from its peers: the
    adjustment of metrics.stats.casemix, turned back into a share of this metric's good outcome.
    `beyond` is 1 or -1 where the unit lies above or below its peers by more than chance, `outlier`
    where it does so even allowing for over-dispersion, else 0. Both allow for how many units were
    looked at.
    """

    figure: Figure
    point: Point
    rank: Rank | None
    outlier: int
    beyond: int = 0
    adjusted: float | None = None


@dataclass(frozen=True)
class Peers:
    """One peer group in the order of the register, never in that of the rates.

    `target` is the share of the group as a whole, `phi` its over-dispersion: how many times the
    units differ more than chance would make them. `tau2` is the variance between units, which the
    funnel allows for beside chance.
    """

    group: str
    target: float
    phi: float
    units: tuple[Compared, ...]
    tau2: float = 0.0


@dataclass(frozen=True)
class Curve:
    """The limits of a funnel at one number of cases: chance alone, and with units' own variance."""

    cases: int
    inner: Limits  # 95 %
    outer: Limits  # 99.8 %
    wide: Limits  # 95 % with over-dispersion allowed for


def comparable(metric: Metric) -> None:
    """ValueError for what is no share or has no good direction."""
    if metric.kind != "ratio":
        raise ValueError(f"{metric.id} is a {metric.kind}: only ratios are compared")
    if metric.direction == "neutral":
        raise ValueError(f"{metric.id} has no good direction: it is not compared")


def compare(
    metric: Metric, figures: Sequence[Figure], city: City, mix: Sequence[Cell] = ()
) -> list[Peers]:
    """Each peer group that has cases; ValueError for what cannot be compared.

    `mix` are the same counts by unit and kind of case; without it nothing is adjusted. The
    fewest cases for a rank are the city's own, never under COMPARABLE.
    """
    comparable(metric)
    by_code = {figure.key: figure for figure in figures if figure.denominator}
    found = []
    for group in city.peer_groups:
        codes = [unit.code for unit in city.units if unit.peer_group == group]
        found.append((group, [by_code.pop(code) for code in codes if code in by_code]))
    found.append((UNLISTED, list(by_code.values())))
    return [_peers(metric, group, some, city, mix) for group, some in found if some]


def _peers(
    metric: Metric, group: str, figures: Sequence[Figure], city: City, mix: Sequence[Cell]
) -> Peers:
    counts = {figure.key: (figure.numerator or 0, figure.denominator or 0) for figure in figures}
    found = funnel(counts)
    points = {point.unit: point for point in found.points}
    scores = {unit: point.z_adjusted for unit, point in points.items()}
    far = _found(two_sided(scores))
    beyond = _found({unit: _chance(*counts[unit], found.target) for unit in points})
    better = metric.direction == "higher_is_better"
    fewest = max(city.fewest_compared, COMPARABLE)
    ranks = {
        item.unit: item for item in rank(counts, higher_is_better=better, minimum=fewest).ranks
    }
    adjusted = _adjusted([cell for cell in mix if cell.unit in counts], found.target)
    units = (
        Compared(
            item,
            points[item.key],
            ranks.get(item.key),
            _way(scores[item.key]) if item.key in far else 0,
            _way(scores[item.key]) if item.key in beyond else 0,
            adjusted.get(item.key),
        )
        for item in figures
    )
    dispersion = found.dispersion
    return Peers(group, found.target, dispersion.phi, tuple(units), dispersion.tau2)


def place(found: Sequence[Peers], unit: str) -> tuple[Peers, Compared] | None:
    """A unit and the peer group it stands in; None where it has no figure to compare."""
    told = ((peers, one) for peers in found for one in peers.units if one.figure.key == unit)
    return next(told, None)


def curves(peers: Peers, points: int = 60) -> list[Curve]:
    """The limits of a group's funnel from its smallest unit to its largest, evenly by square root.

    Around few cases the exact limits of neighbouring numbers go up and down: that is how it is.
    """
    cases = [unit.figure.denominator or 1 for unit in peers.units]
    first, last = sqrt(min(cases) * 0.8), sqrt(max(cases) * 1.1)
    steps = (first + (last - first) * i / (points - 1) for i in range(points))
    sizes = sorted({max(1, round(step**2)) for step in steps})
    inner, outer = COVERAGES
    return [
        Curve(
            n, limits(peers.target, n, inner), limits(peers.target, n, outer),
            adjusted_limits(peers.target, n, peers.tau2, inner),
        )
        for n in sizes
    ]  # fmt: skip


def _found(p: Mapping[str, float]) -> set[str]:
    return {item.unit for item in discoveries(p) if item.found}


def _way(score: float) -> int:
    return 1 if score > 0 else -1


def _chance(successes: int, cases: int, target: float) -> float:
    """How often chance alone puts a unit at least so far out: twice the smaller binomial tail."""
    tails = stats.binom.cdf(successes, cases, target), stats.binom.sf(successes - 1, cases, target)
    return min(1.0, 2 * float(min(tails)))


def _adjusted(mix: Sequence[Cell], target: float) -> dict[str, float | None]:
    """The adjusted share of each unit: the rarer outcome is standardised, as it should be."""
    rare = target <= 0.5
    counted = mix if rare else [cell._replace(events=cell.cases - cell.events) for cell in mix]
    return {item.unit: _share(item, rare) for item in standardise(counted)}


def _share(item: Adjusted, rare: bool) -> float | None:
    if item.adjusted is None:
        return None
    return item.adjusted if rare else max(0.0, 1 - item.adjusted)
