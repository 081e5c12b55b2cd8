"""What a release tells of one month, and of the quarter that units are told for."""

from dataclasses import replace
from functools import cached_property

from data_access import published
from data_access.published import Release, Scope
from metrics import answers, registry
from metrics.change import Change, Growth, changes, earlier, growths, settled
from metrics.measure import UNPUBLISHED, Figure, figures, withheld
from metrics.periods import closed, first_day, grain_of, label
from metrics.stats.satisfaction import Answers

Series = dict[str, Figure]  # by period, oldest first


class NotClosed(LookupError):
    """The release does not tell of this month, or not of the whole of it."""


def months(release: Release) -> list[str]:
    """The months that a bulletin can be made for, newest first."""
    cells = published.read(release, "received", Scope(grain="month"))
    told = (cell.key for cell in cells if cell.numerator is not None)
    return sorted((month for month in told if closed(month, release.as_of)), reverse=True)


class Figures:
    """The published figures of a closed month. Raises NotClosed."""

    def __init__(self, release: Release, month: str) -> None:
        if month not in months(release):
            raise NotClosed(f"{release.id} does not tell of {month}")
        self.release, self.month = release, month
        self._series: dict[str, Series] = {}

    @cached_property
    def quarter(self) -> str:
        """The newest closed quarter up to the month's own; "" if there is none."""
        start = first_day(self.month)
        own = label(start.year, start.month, "quarter")
        told = [period for grain, period in published.periods(self.release, "received", "unit")
                if grain == "quarter" and period <= own]  # fmt: skip
        return max(told, default="")

    def series(self, name: str) -> Series:
        """A metric's city-wide figures by closed month."""
        if name not in self._series:
            found = self.by(name, "period", Scope(grain="month"))
            known = (one for one in found if closed(one.key, self.release.as_of))
            self._series[name] = {one.key: one for one in known}
        return self._series[name]

    def one(self, name: str) -> Figure:
        """A metric's city-wide figure of the month."""
        return self.series(name).get(self.month) or withheld(self.month, UNPUBLISHED)

    def moved(self, name: str) -> tuple[Change | Growth, ...] | None:
        """How it has moved since earlier periods; None where it will still change too much."""
        if not settled(name, self.month, self.release.as_of):
            return None
        way = growths if registry.get(name).kind == "count" else changes
        return way(self.month, self.series(name))

    def by(self, name: str, dimension: str, scope: Scope) -> list[Figure]:
        """A metric's published figures by a dimension."""
        return figures(registry.get(name), published.read(self.release, name, scope, by=dimension))

    def parts(self, dimension: str, period: str = "", **within: str) -> list[Figure]:
        """The cases received by a dimension: in the month, or in another month or quarter."""
        period = period or self.month
        scope = Scope(grain=grain_of(period), period=period, **within)
        return self.by("received", dimension, scope)

    @property
    def earlier(self) -> tuple[str, ...]:
        """The month before, and the same one a year before."""
        return earlier(self.month)

    def grown(self, one: Figure, dimension: str) -> tuple[Growth, ...]:
        """How the count of one county or category has grown since earlier months."""
        found = {self.month: replace(one, key=self.month)}
        for period in self.earlier:
            same = (old for old in self.parts(dimension, period) if old.key == one.key)
            found.update((period, replace(old, key=period)) for old in same)
        return growths(self.month, found)

    def total(self, period: str, **within: str) -> Figure:
        """The cases received in a quarter."""
        scope = Scope(grain="quarter", period=period, **within)
        cell = published.total(self.release, "received", scope)
        found = figures(registry.get("received"), [cell] if cell else [])
        return found[0] if found else withheld(period, UNPUBLISHED)

    def answers(self) -> Answers | None:
        """What was said in the month's callbacks; ValueError where it does not fit."""
        return answers.answers({name: self.one(name) for name in answers.METRICS})
