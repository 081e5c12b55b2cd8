"""Units compared fairly: inside their peer group, with what chance alone would do beside it.

Nobody is ranked on fewer than COMPARABLE cases, a rank is always a range, and what the range does
not settle is called that. Small units stay in the funnel, whose limits are as wide as they need.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from cities import City
from metrics.measure import Figure
from metrics.model import Metric
from metrics.stats.funnel import Point, funnel
from metrics.stats.ranks import Rank, rank

UNLISTED = ""  # the group of units that the profile does not know


@dataclass(frozen=True)
class Compared:
    """A unit's figure and place among its peers; `rank` is None for a unit with few cases."""

    figure: Figure
    point: Point | None
    rank: Rank | None


@dataclass(frozen=True)
class Peers:
    """One peer group in the order of the register, never in that of the rates.

    `target` is the share of the group as a whole, `phi` its over-dispersion: how many times the
    units differ more than chance would make them.
    """

    group: str
    target: float
    phi: float
    units: tuple[Compared, ...]


def compare(metric: Metric, figures: Sequence[Figure], city: City) -> list[Peers]:
    """Each peer group that has cases; ValueError for what is no share or has no good direction."""
    if metric.kind != "ratio":
        raise ValueError(f"{metric.id} is a {metric.kind}: only ratios are compared")
    if metric.direction == "neutral":
        raise ValueError(f"{metric.id} has no good direction: it is not compared")
    by_code = {figure.key: figure for figure in figures if figure.denominator}
    found = []
    for group in city.peer_groups:
        codes = [unit.code for unit in city.units if unit.peer_group == group]
        found.append((group, [by_code.pop(code) for code in codes if code in by_code]))
    found.append((UNLISTED, list(by_code.values())))
    return [_peers(metric, group, members) for group, members in found if members]


def _peers(metric: Metric, group: str, figures: Sequence[Figure]) -> Peers:
    counts = {figure.key: (figure.numerator or 0, figure.denominator or 0) for figure in figures}
    found = funnel(counts)
    points = {point.unit: point for point in found.points}
    better = metric.direction == "higher_is_better"
    ranks = {item.unit: item for item in rank(counts, higher_is_better=better).ranks}
    return Peers(
        group,
        found.target,
        found.dispersion.phi,
        tuple(Compared(item, points.get(item.key), ranks.get(item.key)) for item in figures),
    )
