"""Charts of a bulletin. What each shows stands in words too, as its alternative text."""

from collections.abc import Sequence

from components import words
from metrics import numerals, registry
from metrics.measure import Figure
from supervision.bulletin import shown
from supervision.bulletin.said import Desk
from supervision.papers.model import Chart, Point


def bars(desk: Desk, title: str, parts: Sequence[tuple[str, Figure]]) -> Chart:
    """One bar a part, in the order given."""
    points = tuple(
        Point(called, one.value, numerals.count(one.numerator) if one.numerator is not None
              else words.note(desk.language, one))
        for called, one in parts
    )  # fmt: skip
    return Chart("bars", title, _alt(desk, title, points), points)


def months(desk: Desk, name: str, title: str) -> Chart:
    """A metric over the months up to the bulletin's own."""
    ratio = registry.get(name).kind == "ratio"
    series = [one for period, one in desk.found.series(name).items() if period <= desk.found.month]
    points = tuple(
        Point(one.key[2:], one.value, _short(desk, one, ratio)) for one in series[-shown.MONTHS :]
    )
    return Chart("columns", title, _alt(desk, title, points), points)


def _short(desk: Desk, one: Figure, ratio: bool) -> str:
    if one.value is None:
        return desk.t("paper.none")
    return numerals.value(one).removesuffix("%") if ratio else numerals.count(one.numerator)


def _alt(desk: Desk, title: str, points: Sequence[Point]) -> str:
    told = desk.t("paper.and").join(f"{point.label} {point.said}" for point in points)
    return desk.t("paper.alt", title=title, told=told)
