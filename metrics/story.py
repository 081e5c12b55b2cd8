"""The figures of a story kit: what a release tells of a closed period, of a city or a place in it.

What is told of the city alone (callbacks, the official formula, what is open and overdue, reasons)
stands in every kit as the city's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from data_access.published import ALL, Release, Scope, read
from metrics import answers
from metrics.change import Change, Growth, changes, earlier, growths, settled
from metrics.measure import UNPUBLISHED, Figure, figures, withheld
from metrics.model import Metric
from metrics.periods import closed, first_day, label
from metrics.shares import share
from metrics.sides import Cut, defined

HEADLINES = ("received", "on_time_rate", "solved", "satisfied", "time_closed", "not_handled")
OFFICIAL = ("on_time_official", "on_time_rate")
CALLBACKS = answers.METRICS
OVERDUE, REASONS, REFUSED = "open_overdue", "not_handled_cases", "not_handled"
PARTS = ("headline", "official", "callbacks", "silent", "overdue", "reasons", "reason", "before")
CITY = "city"


@dataclass(frozen=True)
class Told:
    """One figure of a story, in one of PARTS, and how it has moved where it may be compared.

    `by` is `city`, a place or `reason_code`. A figure of an earlier period is `before`. Of
    `silent` there are bounds and no value; of a `reason` `share` is its part of all of them.
    """

    part: str
    metric: Metric
    by: str
    code: str
    figure: Figure
    changes: tuple[Change | Growth, ...] = ()
    settled: bool = True
    share: Figure | None = None

    @property
    def period(self) -> str:
        """Where a figure is no period's own it is told of all time."""
        return self.figure.key


@dataclass(frozen=True)
class Story:
    """All figures of a kit, in the order in which they are told."""

    release: Release
    place: Cut
    told: tuple[Told, ...]

    def part(self, name: str) -> list[Told]:
        return [one for one in self.told if one.part == name]


def read_story(release: Release, place: Cut) -> Story:
    """A period that is over, of a place (`by` is `city`, `area` or `unit`). ValueError if not."""
    if not closed(place.period, release.as_of):
        raise ValueError(f"{place.period} was not over on {release.as_of}")
    whole = Cut(CITY, ALL, place.period)
    found = [
        *_headlines(release, place),
        *(one for name in OFFICIAL for one in _read(release, name, whole, "official")),
        *_callbacks(release, whole),
        *_read(release, OVERDUE, whole._replace(period=ALL), "overdue"),
        *_reasons(release, whole),
    ]
    return Story(release, place, tuple(_once(found)))


def _once(found: list[Told]) -> Iterator[Told]:
    """Earlier figures stand once, whatever parts they are compared in, after all others."""
    yield from (one for one in found if one.part != "before")
    before = {(o.metric.id, o.by, o.code, o.period): o for o in found if o.part == "before"}
    yield from before.values()


def _headlines(release: Release, place: Cut) -> Iterator[Told]:
    for name in HEADLINES:
        near = nearest(release, name, place) if name == REFUSED else place
        yield from _read(release, name, near, "headline")


def nearest(release: Release, metric: str, place: Cut) -> Cut:
    """The same place in the period, or in the closed one around it for which a figure is told."""
    for cut in _around(release, place):
        if cut.period in _periods(release, metric, cut):
            return cut
    return place


def _around(release: Release, place: Cut) -> Iterator[Cut]:
    """A place in its period, then in the quarter and the year around it if they are over."""
    start = first_day(place.period)
    wider = (label(start.year, start.month, grain) for grain in ("quarter", "year"))
    for period in (place.period, *wider):
        if closed(period, release.as_of):
            yield place._replace(period=period)


def _periods(release: Release, metric: str, place: Cut) -> dict[str, Figure]:
    """All published periods of the grain at a place; none where the release has no such metric."""
    try:
        known = defined(release, metric)
    except LookupError:
        return {}
    found = read(release, metric, replace(place.scope, period=ALL))
    return {figure.key: figure for figure in figures(known, found)}


def _read(release: Release, name: str, place: Cut, part: str) -> Iterator[Told]:
    """A figure with its changes, and the earlier figures that these rest on."""
    try:
        metric = defined(release, name)
    except LookupError:
        return
    found = _periods(release, name, place)
    figure = found.get(place.period) or withheld(place.period, UNPUBLISHED)
    at = (place.by, place.code)
    if not settled(name, place.period, release.as_of):
        yield Told(part, metric, *at, figure, settled=False)
        return
    moved = (growths if metric.kind == "count" else changes)(place.period, found)
    yield Told(part, metric, *at, figure, moved)
    for period in earlier(place.period):
        if period in found:
            yield Told("before", metric, *at, found[period])


def _callbacks(release: Release, whole: Cut) -> Iterator[Told]:
    told = [one for name in CALLBACKS for one in _read(release, name, whole, "callbacks")]
    yield from told
    mine = {one.metric.id: one.figure for one in told if one.part == "callbacks"}
    found = answers.answers(mine)
    if found is not None and found.asked:
        figure = replace(answers.silent(found), key=whole.period)
        yield Told("silent", defined(release, "satisfied"), CITY, ALL, figure)


def _reasons(release: Release, whole: Cut) -> Iterator[Told]:
    """How many could not be handled, and how many for each reason, greatest first.

    Of a period that has no table of reasons it is the one around it.
    """
    try:
        metric = defined(release, REASONS)
    except LookupError:
        return
    near = _with_reasons(release, whole)
    total = _periods(release, REASONS, near).get(near.period)
    for name in (REASONS, REFUSED):
        yield from _read(release, name, near, "reasons")
    cells = read(release, REASONS, near.scope, by="reason_code")
    found = sorted(figures(metric, cells), key=lambda one: (-(one.numerator or 0), one.key))
    for one in found:
        figure = replace(one, key=near.period)
        yield Told("reason", metric, "reason_code", one.key, figure, share=share(one, total))


def _with_reasons(release: Release, whole: Cut) -> Cut:
    there = (
        cut for cut in _around(release, whole) if read(release, REASONS, cut.scope, "reason_code")
    )
    return next(there, whole)


def periods(release: Release, place: Cut) -> list[str]:
    """The closed periods of which a place has a kit: quarters, months, years, the newest first.

    They are those in which its receipts are told.
    """
    held = {} if place.by == CITY else {place.by: place.code}
    found = []
    for grain in ("quarter", "month", "year"):
        cells = read(release, HEADLINES[0], Scope(grain=grain, **held))
        found += [cell.key for cell in cells[::-1] if closed(cell.key, release.as_of)]
    return found
