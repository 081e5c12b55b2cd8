"""From a figure to the address of its cases, and from such an address back to the figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cities import City, midnight
from components.filters import PERIOD
from data_access import published
from data_access.published import ALL, Cell, Release, Scope
from data_access.supervision import behind, figures
from data_access.supervision.behind import Counted
from data_access.supervision.figures import Told
from data_access.supervision.viewer import Viewer
from metrics import measure, registry
from metrics.measure import UNPUBLISHED, Figure, withheld
from metrics.model import Metric, conditions
from metrics.periods import after, closed, first_day

OF_CASES = ("cases", "callbacks", "doubts")  # subjects that have cases; a call has none
INSIDE, TOLD = "internal", "release"  # where a figure stands


@dataclass(frozen=True)
class Asked:
    """One figure: a metric in a slice of a period, internal or as it was published."""

    metric: Metric
    scope: Scope
    where: str = INSIDE


@dataclass(frozen=True)
class Standing:
    """A figure as it was counted, and as of which day; None where nobody has counted it."""

    figure: Figure | None
    as_of: date
    since: datetime | None = None  # when it was counted, as far as that is known


def asked(query: Mapping[str, str]) -> Asked | None:
    """The figure that an address names; None where it names none."""
    metric = registry.everything().get(query.get("metric", ""))
    period = query.get("period", ALL)
    if metric is None or not opens(metric) or not (period == ALL or PERIOD.fullmatch(period)):
        return None
    held = {name: query[name] for name in published.DIMENSIONS if query.get(name)}
    where = TOLD if query.get("where") == TOLD else INSIDE
    return Asked(metric, Scope(grain(period), period, **held), where)


def query(wanted: Asked, part: str) -> dict[str, str]:
    """The same as the parameters of an address."""
    held = {name: getattr(wanted.scope, name) for name in ("period", *published.DIMENSIONS)}
    narrowed = {name: value for name, value in held.items() if value != ALL}
    return {"metric": wanted.metric.id, "where": wanted.where, "part": part, **narrowed}


def opens(metric: Metric) -> bool:
    """Whether there are cases behind a metric: not of calls, rows, sums and residents."""
    return metric.subject in OF_CASES and metric.kind != "composite" and metric.per is None


def grain(period: str) -> str:
    """The grain of a period by its label."""
    return ALL if period == ALL else {4: "year", 7: "quarter" if "Q" in period else "month"}[
        len(period)
    ]  # fmt: skip


def standing(viewer: Viewer, wanted: Asked) -> Standing | None:
    """The figure itself; None where nothing has been counted or published yet. Refused."""
    if wanted.where == TOLD:
        release = published.current(viewer.city)
        return _published(release, wanted) if release else None
    found = figures.current(viewer)
    if found is None:
        return None
    cell = figures.one(viewer, found, wanted.metric.id, wanted.scope)
    return Standing(shown(wanted.metric, cell) if cell else None, found.as_of)


def _published(release: Release, wanted: Asked) -> Standing:
    cell = published.total(release, wanted.metric.id, wanted.scope)
    told = measure.figures(wanted.metric, [cell]) if cell else []
    figure = told[0] if told else withheld(wanted.scope.period, UNPUBLISHED)
    return Standing(figure, release.as_of, counted_at(release, wanted.scope.period))


def counted_at(release: Release, period: str) -> datetime:
    """When what a release says of a period was counted: with the first that told it as over.

    Later ones repeat it from the books, until a correction begins new ones.
    """
    first = release
    for earlier in reversed(published.listed(release.city)):
        if earlier.number >= release.number:
            continue
        if first.corrects or not closed(period, earlier.as_of):
            break
        first = earlier
    return first.published_at


def shown(metric: Metric, cell: Told) -> Figure:
    """An internal cell as a figure."""
    told = Cell(cell.period, cell.numerator, cell.denominator, cell.value, cell.p90, None)
    return measure.figures(metric, [told])[0]


def figure(wanted: Asked, found: Standing, city: City) -> behind.Figure:
    """What to ask the cases for."""
    metric, period = wanted.metric, wanted.scope.period
    numerator, denominator = conditions(metric)
    counted = Counted(
        metric.id, metric.subject, frozenset(metric.used), metric.dated_by,
        numerator, denominator, metric.span or "",
    )  # fmt: skip
    start = None if period == ALL else midnight(first_day(period), city)
    end = None if period == ALL else midnight(after(period), city)
    as_of = midnight(found.as_of, city)
    return behind.Figure(counted, wanted.scope, as_of, start, end, found.since)
