"""Figures in the words of a bulletin: never a rate without what it is a part of."""

from dataclasses import dataclass

import cities
from cities import City
from components import words
from components.locales import text
from metrics import numerals, registry
from metrics.change import Change, Growth
from metrics.measure import Figure
from metrics.periods import first_day
from supervision.bulletin.figures import Figures
from supervision.papers.model import Table


@dataclass(frozen=True)
class Desk:
    """What every section needs: the language it speaks, and the figures."""

    language: str
    found: Figures

    @property
    def city(self) -> City:
        return cities.profile(self.found.release.city)

    def t(self, key: str, **values: object) -> str:
        """A text of the bulletin."""
        return text(self.language, f"bulletin.{key}", **values)

    def period(self, label: str) -> str:
        """2026年9月 or 2026年第3季度, without the blanks of the screen."""
        start = first_day(label)
        if "Q" in label:
            return self.t("paper.quarter", year=start.year, quarter=label[-1])
        return self.t("paper.month", year=start.year, month=start.month)

    def head(self, *names: str) -> tuple[str, ...]:
        return tuple(self.t(f"column.{name}") for name in names)

    def member(self, dimension: str, code: str) -> str:
        """A unit, county or category by its name."""
        if dimension == "category":
            names = self.city.categories.get(code)
            return names[self.language] if names else code
        if dimension == "category2":
            return code
        return words.unit_name(self.language, self.city, code)


def counts(desk: Desk, figure: Figure) -> str:
    """160 / 242; a dash where it is not published."""
    if figure.numerator is None or figure.denominator is None:
        return desk.t("paper.none")
    part, whole = numerals.count(figure.numerator), numerals.count(figure.denominator)
    return desk.t("paper.of", part=part, whole=whole)


def rate(desk: Desk, figure: Figure) -> str:
    """A rate within a sentence: 66.1%（160/242）, or why there is none."""
    if figure.value is None:
        return words.note(desk.language, figure)
    part, whole = numerals.count(figure.numerator), numerals.count(figure.denominator)
    return desk.t("paper.of_all", value=numerals.value(figure), part=part, whole=whole)


def interval(desk: Desk, figure: Figure) -> str:
    """Both ends of the interval."""
    if figure.low is None:
        return desk.t("paper.none")
    low, high = numerals.bounds(figure)
    return desk.t("paper.range", low=low, high=high)


def moved(desk: Desk, name: str, metric_moved: tuple[Change | Growth, ...] | None) -> list[str]:
    """How a figure has moved since the month before and since the year before."""
    if metric_moved is None:
        return [desk.t("paper.later")] * 2
    month = desk.found.month
    by_year = {one.since[:4] != month[:4] and one.since[5:] == month[5:]: one
               for one in metric_moved}  # fmt: skip
    return [_moved(desk, by_year.get(year)) for year in (False, True)]


def _moved(desk: Desk, found: Change | Growth | None) -> str:
    if found is None:
        return desk.t("paper.none")
    if isinstance(found, Growth):
        change, ways = (found.ratio - 1) * 100, ("up", "down")
    else:
        change, ways = found.difference * 100, ("points_up", "points_down")
    said = desk.t(f"paper.{ways[change < 0]}", n=f"{abs(change):.1f}")
    return desk.t("paper.chance", said=said) if found.within_chance else said


def rates(desk: Desk, title: str, names: tuple[str, ...]) -> Table:
    """A table of rates, or counts: each with its counts, its interval and how it has moved."""
    rows = tuple(_row(desk, name) for name in names)
    head = desk.head("name", "value", "counts", "range", "before", "year")
    return Table(title, head, rows, right=(1, 2, 3, 4, 5), widths=(54, 25, 35, 38, 20, 28))


def _row(desk: Desk, name: str) -> tuple[str, ...]:
    metric, figure = registry.get(name), desk.found.one(name)
    called = words.name(desk.language, metric)
    if figure.value is None:
        none = desk.t("paper.none")
        return (called, words.note(desk.language, figure, metric), none, none, none, none)
    return (
        called, numerals.value(figure), counts(desk, figure), interval(desk, figure),
        *moved(desk, name, desk.found.moved(name)),
    )  # fmt: skip
