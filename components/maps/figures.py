"""Published figures by area and town, as the map page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from components import cached, session, words
from components.session import t
from data_access.published import NONE, Scope
from metrics import numerals, registry
from metrics.intervals import wilson
from metrics.measure import UNPUBLISHED, Figure, per_10_000, withheld
from metrics.model import Metric

VOLUME = "received"
MEASURES = (VOLUME, "received_per_10k", "on_time_rate", "satisfied", "not_handled")


@dataclass(frozen=True)
class Standing:
    """One measure of an area, and the same of the whole city if that is published."""

    metric: Metric
    figure: Figure
    city: Figure | None


def published_as(metric: Metric) -> str:
    """The metric whose cells tell this one: what is told per resident is published as a count."""
    return VOLUME if metric.per else metric.id


def areas() -> list[str]:
    """The areas of the newest published table, in the order of the register."""
    newest = next(iter(cached.periods(VOLUME, "area").items()), None)
    if newest is None:
        return []
    scope = Scope(period=newest[0], grain=newest[1])
    return [figure.key for figure in by_area(registry.get(VOLUME), scope) if figure.key != NONE]


def by_area(metric: Metric, scope: Scope) -> list[Figure]:
    """One figure an area, in the order of the register; those without an area come last."""
    found = {one.key: one for one in cached.measure(published_as(metric), scope, by="area")}
    known = [unit.code for unit in session.city().units if unit.code in found]
    figures = [found[code] for code in (*known, *sorted(found.keys() - set(known)))]
    return [_told(metric, figure, (figure.key,)) for figure in figures]


def of_area(metric: Metric, scope: Scope, code: str) -> Figure:
    """The figure of one area; "not published" where there is none."""
    found = cached.total(published_as(metric), replace(scope, area=code))
    return _told(metric, found, (code,)) if found else withheld(code, UNPUBLISHED)


def whole(metric: Metric, scope: Scope) -> Figure | None:
    """The whole city's figure, a published cell of its own; None where it is not published."""
    found = cached.total(published_as(metric), scope)
    return None if found is None else _told(metric, found, tuple(session.city().residents))


def by_town(scope: Scope, area: str) -> list[Figure]:
    """What came in from each town of an area."""
    return cached.measure(VOLUME, replace(scope, area=area), by="town")


def _told(metric: Metric, figure: Figure, areas: Sequence[str]) -> Figure:
    """A count per 10,000 residents where the metric asks for it, else the figure as it is.

    A year's cases are few beside the residents, so Wilson's interval of a share stands in for
    that of a rate. It tells of chance only: those who call often make it wider in truth.
    """
    if not metric.per:
        return figure
    residents = sum(session.city().residents.get(area, 0) for area in areas)
    if not residents:
        return withheld(figure.key, figure.note or UNPUBLISHED)
    rate = per_10_000(figure, residents)
    if rate.numerator is None:
        return rate
    low, high = wilson(rate.numerator, residents)
    return replace(rate, low=low * 10_000, high=high * 10_000)


def standings(scope: Scope, code: str) -> list[Standing]:
    """Every measure of one area beside the whole city."""
    return [
        Standing(metric, of_area(metric, scope, code), whole(metric, scope))
        for metric in map(registry.get, MEASURES)
    ]


def value(metric: Metric, figure: Figure) -> str:
    """The figure as text, or "withheld", never 0."""
    if figure.value is None:
        return t("map.withheld")
    return f"{figure.value:,.1f}" if metric.per else numerals.value(figure)


def interval(metric: Metric, figure: Figure) -> tuple[str, str]:
    """Both ends of the interval as text."""
    if not metric.per or figure.low is None or figure.high is None:
        return numerals.bounds(figure)
    return f"{figure.low:,.1f}", f"{figure.high:,.1f}"


def evidence(metric: Metric, figure: Figure) -> list[str]:
    """What a figure rests on, or why there is none."""
    if not metric.per or figure.value is None:
        return words.evidence(session.language(), figure, metric)
    cases, residents = numerals.count(figure.numerator), numerals.count(figure.denominator)
    low, high = interval(metric, figure)
    return [
        t("map.per_residents", cases=cases, residents=residents),
        t("card.interval", low=low, high=high),
    ]


def beside(figure: Figure, city: Figure | None) -> str:
    """Whether an area lies above or below the city: only if its interval leaves the city out."""
    if city is None or city.value is None or figure.low is None or figure.high is None:
        return ""
    if figure.low > city.value:
        return "above"
    return "below" if figure.high < city.value else "same"


def scale(metric: Metric, figures: Sequence[Figure]) -> tuple[float, float]:
    """The ends of the colours: a count from 0 up, a rate over all its intervals.

    Where chance makes more of a difference than the places do, all places look much the same.
    """
    told = [figure for figure in figures if figure.value is not None]
    lows = [figure.low for figure in told if figure.low is not None]
    if metric.kind == "count" or not lows:
        return 0.0, max((figure.value or 0.0 for figure in told), default=0.0)
    return min(lows), max(figure.high or 0.0 for figure in told)
