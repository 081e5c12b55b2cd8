"""Peer groups: which units may stand side by side, by the city's profile, and how they compare."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from components import cached, session
from data_access import adjusted as published
from data_access.published import NONE, Release, Scope
from metrics import registry
from metrics.adjusted import told
from metrics.comparison import UNLISTED, Compared, Peers, compare, place
from metrics.measure import UNPUBLISHED, Figure
from metrics.model import Metric

Adjusted = dict[str, tuple[int | None, str | None]]


@dataclass(frozen=True)
class Standing:
    """A unit in its peer group: its own figure, and the one adjusted for its mix of cases."""

    group: str
    peers: Peers
    unit: Compared
    adjusted: Figure

    @property
    def explained(self) -> bool:
        """Whether the unit's mix of cases alone may explain how far it lies from its peers."""
        low, high = self.adjusted.low, self.adjusted.high
        far = self.unit.outlier or self.unit.beyond
        if not far or low is None or high is None:
            return False
        return low <= self.peers.target <= high


def groups(figures: Sequence[Figure]) -> Iterator[tuple[str, list[Figure]]]:
    """Each peer group and its units with a published figure, in the profile's order."""
    city, by_code = session.city(), {figure.key: figure for figure in figures}
    for group in city.peer_groups:
        codes = [unit.code for unit in city.units if unit.peer_group == group]
        members = [by_code.pop(code) for code in codes if code in by_code]
        if shown := [figure for figure in members if not figure.note]:
            yield group, shown
    if unlisted := [figure for figure in by_code.values() if not figure.note]:
        yield UNLISTED, unlisted


def named(group: str) -> str:
    """What a peer group is called."""
    if group == UNLISTED:
        return session.t("units.unlisted")
    return session.city().peer_groups[group][session.language()]


def withheld(figures: Sequence[Figure]) -> list[Figure]:
    """The units whose figure is not published, in the profile's order."""
    order = {unit.code: place for place, unit in enumerate(session.city().units)}
    found = [figure for figure in figures if figure.note]
    return sorted(found, key=lambda figure: order.get(figure.key, len(order)))


def compared(metric: Metric, scope: Scope) -> list[tuple[Peers, list[Standing]]]:
    """Each peer group with its units, in the profile's order; what names no unit is left out."""
    found, expected = _compared(cached.release(), metric.id, scope)
    return [(peers, [_standing(peers, unit, expected) for unit in peers.units]) for peers in found]


def compared_groups(metric: Metric, scope: Scope) -> list[tuple[str, bool]]:
    """The groups of `compared` by code, and whether a unit is alone in it."""
    return _groups(cached.release(), metric.id, scope)


@cached.kept(500)
def _groups(here: Release, metric: str, scope: Scope) -> list[tuple[str, bool]]:
    found, _ = _compared(here, metric, scope)
    return [(peers.group, len(peers.units) == 1) for peers in found]


def standings(metric: Metric, scope: Scope, group: str) -> list[Standing]:
    """The units of one of these groups."""
    return next(some for peers, some in compared(metric, scope) if peers.group == group)


def standing(metric: Metric, scope: Scope, unit: str) -> Standing | None:
    """One unit in its peer group; None where it has no figure to compare."""
    found, expected = _compared(cached.release(), metric.id, scope)
    both = place(found, unit)
    return _standing(*both, expected) if both else None


@cached.kept(500)
def _compared(here: Release, metric: str, scope: Scope) -> tuple[list[Peers], Adjusted]:
    """Kept, because ranks are drawn ten thousand times."""
    figures = [item for item in cached.measure(metric, scope, by="unit") if item.key != NONE]
    found = compare(registry.get(metric), figures, session.city())
    expected = published.read(here, metric, scope)
    return found, {item.unit: (item.cases, item.withheld) for item in expected}


def _standing(peers: Peers, unit: Compared, expected: Adjusted) -> Standing:
    cases, reason = expected.get(unit.figure.key, (None, UNPUBLISHED))
    adjusted = told(unit.figure, cases, reason, peers.target)
    return Standing(named(peers.group), peers, unit, adjusted)
