"""The two sides of a comparison, read from what a release tells."""

from dataclasses import replace
from typing import NamedTuple

import cities
from cities import City
from data_access import adjusted as expected_counts
from data_access import published, shelf
from data_access.published import ALL, NONE, Release, Scope, read, total
from metrics import registry
from metrics.adjusted import told
from metrics.comparison import UNLISTED
from metrics.measure import UNPUBLISHED, Figure, figures, per_10_000, withheld
from metrics.model import Metric, parse
from metrics.pairs import Side, Verdict, judge, kind_of
from metrics.periods import grain_of
from metrics.stats.funnel import funnel

SLICES = ("city", "unit", "area", "category")  # what can be compared: the city with itself


class Cut(NamedTuple):
    """Where and when a figure is asked for; `by` is one of SLICES, `code` its member."""

    by: str
    code: str
    period: str

    @property
    def scope(self) -> Scope:
        held = {} if self.by == "city" else {self.by: self.code}
        return Scope(grain=grain_of(self.period), period=self.period, **held)


def told_by(release: Release, by: str) -> list[str]:
    """What a release tells by one of SLICES, and what is told per resident of it."""
    cut = [] if by == "city" else [by]
    tables = shelf.lattice(shelf.open_shelf(release.folder))
    told = [name for table in tables if table["by"] == cut for name in table["metrics"]]
    known = [name for name in dict.fromkeys(told) if name in registry.everything()]
    rates = [per_resident(registry.get(name)) for name in known if by in ("city", "area")]
    return [*known, *filter(None, rates)]


def periods(release: Release, metric: str, by: str) -> list[str]:
    """Every period that a metric is told of by one of SLICES: quarters, months, years.

    The newest of each is first.
    """
    name = published_as(registry.get(metric)).id
    order = ("quarter", "month", "year")
    if by == "city":
        scopes = {grain: Scope(grain=grain) for grain in order}
        return [cell.key for one in scopes.values() for cell in read(release, name, one)[::-1]]
    found = sorted(published.periods(release, name, by), key=lambda one: order.index(one[0]))
    return [period for _, period in found]


def defined(release: Release, metric: str) -> Metric:
    """A metric as a release counted it. LookupError where it did not."""
    texts = shelf.definitions(shelf.open_shelf(release.folder))
    if metric not in texts:
        raise LookupError(f"release {release.id} has no metric {metric}")
    return parse(metric, texts[metric].encode())


def compare(metric: str, a: tuple[Release, Cut], b: tuple[Release, Cut]) -> Verdict:
    """Two figures of one metric, each with the release that tells it. LookupError."""
    city = cities.profile(a[0].city)
    found = defined(a[0], metric)
    return judge(found, side(city, metric, *a), side(city, metric, *b), city.fewest_compared,
                 per_resident(found))  # fmt: skip


def side(city: City, name: str, release: Release, cut: Cut) -> Side:
    """One figure as a release tells it. LookupError where the release has no such metric."""
    metric = defined(release, name)
    group = next((unit.peer_group for unit in city.units if unit.code == cut.code), UNLISTED)
    return Side(
        by=cut.by, code=cut.code if cut.by != "city" else ALL, period=cut.period,
        grain=grain_of(cut.period), figure=told_at(city, metric, release, cut),
        release=release.id, as_of=release.as_of, sha256=metric.sha256,
        kind=kind_of(cut.by, cut.code, group), adjusted=_adjusted(city, metric, release, cut),
    )  # fmt: skip


def told_at(city: City, metric: Metric, release: Release, cut: Cut) -> Figure:
    """The published figure under its period; per resident where the metric asks for it."""
    cell = total(release, published_as(metric).id, cut.scope)
    if cell is None:
        return withheld(cut.period, UNPUBLISHED)
    (figure,) = figures(published_as(metric), [cell])
    if not metric.per or figure.numerator is None:
        return figure
    residents = _residents(city, cut)
    return per_10_000(figure, residents) if residents else withheld(cut.period, UNPUBLISHED)


def _residents(city: City, cut: Cut) -> int:
    if cut.by == "city":
        return sum(city.residents.values())
    return city.residents.get(cut.code, 0) if cut.by == "area" else 0


def published_as(metric: Metric) -> Metric:
    """The metric whose cells tell this one: what is told per resident is published as a count."""
    if not metric.per:
        return metric
    return next(one for one in registry.everything().values() if _same_count(one, metric))


def per_resident(metric: Metric) -> str:
    """The metric that tells a count per resident; empty where there is none."""
    if metric.kind != "count" or metric.per:
        return ""
    known = registry.everything().values()
    return next((one.id for one in known if one.per and _same_count(metric, one)), "")


def _same_count(count: Metric, per: Metric) -> bool:
    """Whether one metric tells for residents what the other counts."""
    same = (count.subject, count.dated_by, count.numerator) == (
        per.subject, per.dated_by, per.numerator
    )  # fmt: skip
    return same and count.kind == "count" and not count.per


def _adjusted(city: City, metric: Metric, release: Release, cut: Cut) -> Figure | None:
    """A unit's share with its peers' mix of cases; None where the release does not tell it."""
    if cut.by != "unit" or metric.kind != "ratio" or cut.code == NONE:
        return None
    expected = expected_counts.read(release, metric.id, cut.scope)
    mine = next((one for one in expected if one.unit == cut.code), None)
    if mine is None or mine.cases is None:
        return None
    group = next((unit.peer_group for unit in city.units if unit.code == cut.code), UNLISTED)
    peers = {unit.code for unit in city.units if unit.peer_group == group}
    everywhere = figures(metric, read(release, metric.id, replace(cut.scope, unit=ALL), "unit"))
    counts = {
        one.key: (one.numerator, one.denominator)
        for one in everywhere
        if one.numerator is not None and one.denominator and one.key in peers
    }
    if cut.code not in counts:
        return None
    (figure,) = (one for one in everywhere if one.key == cut.code)
    return told(figure, mine.cases, mine.withheld, funnel(counts).target)
