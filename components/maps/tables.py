"""The map's figures as a table: for reading, copying, screen readers and all who see no map."""

from collections.abc import Callable, Sequence

from components import session, tables, words
from components.maps import figures
from components.session import t
from components.tables import RANGE, Link, Row
from metrics import numerals
from metrics.measure import Figure
from metrics.model import Metric
from metrics.shares import share

Named = Callable[[str], str | Link]  # a place's name, perhaps as a link
WAYS = {"above": "map.is_above", "below": "map.is_below", "same": "map.is_same"}


def counts(found: Sequence[Figure], whole: Figure | None, named: Named, of: str) -> None:
    """Counts of places with their share of the whole, which is called `of`."""
    tables.linked([_count(figure, whole, named, of) for figure in found], t("map.places"))


def rates(metric: Metric, found: Sequence[Figure], city: Figure | None, named: Named) -> None:
    """Rates of places with counts and interval, beside the whole city."""
    tables.linked([_rate(metric, figure, city, named) for figure in found], t("map.places"))


def _count(figure: Figure, whole: Figure | None, named: Named, of: str) -> Row:
    part = share(figure, whole)
    total = numerals.count(whole.numerator) if whole else "–"
    return {
        t("table.name"): named(figure.key),
        t("map.counts_of", of=of): _why(figure) or f"{numerals.count(figure.value)} / {total}",
        t("map.share"): _ranged(numerals.value(part), part, numerals.bounds(part)),
    }


def _rate(metric: Metric, figure: Figure, city: Figure | None, named: Named) -> Row:
    way, basis = figures.beside(figure, city), "map.of_residents" if metric.per else "map.of_cases"
    said = _ranged(figures.value(metric, figure), figure, figures.interval(metric, figure))
    both = [numerals.count(number) for number in (figure.numerator, figure.denominator)]
    return {
        t("table.name"): named(figure.key),
        t("map.figure"): _why(figure) or said,
        t(basis): " / ".join(both),
        t("map.beside"): t(WAYS[way]) if way else "–",
    }


def _ranged(shown: str, figure: Figure, ends: tuple[str, str]) -> str:
    """A figure with its interval behind it; a dash where there is no figure."""
    if figure.value is None:
        return "–"
    return t("map.with_range", value=shown, low=ends[0], to=RANGE, high=ends[1])


def _why(figure: Figure) -> str:
    """Why there is no figure; empty where there is one."""
    return words.note(session.language(), figure) if figure.value is None else ""
