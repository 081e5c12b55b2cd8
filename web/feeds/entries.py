"""What the feeds tell, in words with figures: releases, corrections, signals, places."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

import cities
from cities import City
from components import sitemap, words
from components.locales import text
from data_access import shelf, warnings
from data_access.published import ALL, Release, Scope, listed, read
from data_access.shelf import Shelved
from data_access.warnings import Signals
from metrics import numerals, registry
from metrics.measure import Figure, figures
from metrics.model import Metric
from metrics.periods import after, closed
from web.feeds.atom import Entry

MOST = 24  # entries of a feed
PAGES = {"area": "map", "unit": "unit"}


class Place(NamedTuple):
    """Who asks, where: language, release in force, scheme and host of the site."""

    language: str
    release: Release
    site: str

    @property
    def city(self) -> City:
        return cities.profile(self.release.city)

    def page(self, name: str, **query: str) -> str:
        """The whole address of a page."""
        asked = {"lang": self.language, "city": self.release.city} | query
        return f"{self.site}{sitemap.path(name)}?{urlencode(asked)}"


def releases(place: Place) -> list[Entry]:
    """Every release: what it rests on, and what changed."""
    there = shelf.versions(place.release.city)[:MOST]
    return [_release(place, one) for one in there]


def corrections(place: Place) -> list[Entry]:
    """The releases that withdraw another one, and why."""
    there = shelf.versions(place.release.city)
    return [_release(place, one) for one in there if one.release.corrects][:MOST]


def _release(place: Place, shelved: Shelved) -> Entry:
    release, language = shelved.release, place.language
    lines = [text(language, "open_data.and").join(words.freshness(language, release))]
    if release.corrects:
        lines.append(text(language, "page.open_data.corrects", **vars(release.corrects)))
    lines += _changes(language, shelf.changes(shelved))
    key = "feed.correction" if release.corrects else "feed.release"
    title = text(language, key, release=release.id, day=numerals.day(release.as_of))
    at = release.published_at
    return Entry(f"{release.city}/{release.id}", title, lines, place.page("open_data"), at, at)


def _changes(language: str, found: Mapping[str, Any]) -> list[str]:
    if not found:
        return [text(language, "page.open_data.first")]
    if found["incomparable"]:
        return [text(language, "page.open_data.incomparable")]
    counts = {name: numerals.count(number) for name, number in found["cells"].items()}
    return [text(language, "page.open_data.changes", before=found["before"], **counts)]


def signals(place: Place) -> list[Entry]:
    """The early-warning signals of each quarter, newest first."""
    told = warnings.read(place.release)
    quarters = sorted({one.period for one in told}, reverse=True)[:MOST]
    return [_quarter(place, period, told) for period in quarters]


def _quarter(place: Place, period: str, told: Iterable[Signals]) -> Entry:
    language = place.language
    mine = [one for one in told if one.period == period]
    whole = next((one for one in mine if (one.area, one.category) == (ALL, ALL)), None)
    when = words.when(language, period)
    if whole is None or whole.signals is None:
        title = text(language, "feed.signals_withheld", when=when)
    else:
        key = "some" if whole.signals else "none"
        title = text(language, f"page.topics.signals_{key}", when=when, n=whole.signals)
    lines = [title, *_listed(place, mine), text(language, "page.topics.signals_hint")]
    page = f"{place.page('topics')}#signals"
    return _entry(place, f"signals/{period}", period, title, lines, page)


def _listed(place: Place, mine: Iterable[Signals]) -> list[str]:
    """Where and of what kind: 城市管理 × 3."""
    found = []
    for one in sorted(mine, key=lambda one: -(one.signals or 0)):
        by = "area" if one.area != ALL else "category"
        if one.signals and getattr(one, by) != ALL:
            name = words.called(place.language, place.city, by, getattr(one, by))
            found.append(f"{name} × {one.signals}")
    return found


def periods(place: Place, by: str, code: str) -> list[Entry]:
    """The closed periods of an area or unit, newest first, each with every figure told of it."""
    told: dict[tuple[str, str], list[tuple[Metric, Figure]]] = {}
    for table in shelf.lattice(shelf.open_shelf(place.release.folder)):
        if table["by"] == [by]:
            for name in table["metrics"]:
                for grain in table["grains"]:
                    _add(told, place.release, name, Scope(grain=grain, **{by: code}))
    newest = sorted(told, key=lambda one: (after(one[1]), one[0]), reverse=True)[:MOST]
    return [_period(place, by, code, period, told[grain, period]) for grain, period in newest]


def _add(
    told: dict[tuple[str, str], list[tuple[Metric, Figure]]],
    release: Release,
    name: str,
    scope: Scope,
) -> None:
    metric = registry.everything().get(name)
    if metric is None:  # a metric of an earlier day
        return
    for figure in figures(metric, read(release, name, scope)):
        if closed(figure.key, release.as_of):
            told.setdefault((scope.grain, figure.key), []).append((metric, figure))


def _period(
    place: Place, by: str, code: str, period: str, told: Iterable[tuple[Metric, Figure]]
) -> Entry:
    language = place.language
    name = words.called(language, place.city, by, code)
    title = text(language, "feed.period", name=name, period=words.period(language, period))
    lines = [words.figure_said(language, metric, figure) for metric, figure in told]
    lines.append(text(language, "open_data.and").join(words.freshness(language, place.release)))
    page = place.page(PAGES[by], **{by: code, "period": period})
    return _entry(place, f"{by}/{code}/{period}", period, title, lines, page)


def _entry(place: Place, key: str, period: str, title: str, lines: list[str], page: str) -> Entry:
    """An entry about a closed period: told by the first release after its end.

    What was told of it stays so, unless a release corrects it.
    """
    later = [one for one in listed(place.release.city) if closed(period, one.as_of)]
    first = later[0].published_at
    corrected = [one.published_at for one in later if one.corrects]
    updated = max([first, *corrected])
    return Entry(f"{place.release.city}/{key}", title, lines, page, first, updated)
