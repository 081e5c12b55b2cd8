"""Charts handed out: any view by its name and the query of its address, outside of a visitor's run.

`web` is given these functions by app.py: it knows neither Streamlit nor Altair.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from urllib.parse import urlencode

from components import (
    cached,
    callbacks,
    intake,
    kinds,
    locales,
    open_after,
    over_time,
    refused,
    session,
    sitemap,
    stages,
    summary,
    unit_groups,
    unit_story,
    views,
    words,
)
from components.drawn import Refused, Sheet
from components.locales import text
from components.maps import area, city, hexagons
from components.topics import moving, places, seasons
from components.views import Ask, View
from data_access import shelf
from metrics import numerals

# Importing a module registers its charts.
DRAWING = (
    callbacks, intake, kinds, open_after, over_time, refused, stages, summary, unit_groups,
    unit_story, area, city, hexagons, moving, places, seasons,
)  # fmt: skip

PLACES = ("area", "unit")


def sheet(name: str, query: Mapping[str, str]) -> Sheet:
    """The chart that an address names. Raises Refused."""
    language = query.get("lang", locales.DEFAULT)
    if language not in locales.LANGUAGES:
        raise Refused(400, text(locales.DEFAULT, "chart.no_language"))
    if name not in views.VIEWS:
        raise Refused(404, text(language, "chart.unknown"))
    with session.apart(query):
        if query.get("city", session.city().id) not in session.city_ids():
            raise Refused(404, text(language, "chart.no_city"))
        if session.release() is None:
            raise Refused(404, text(language, "chart.no_release"))
        return _sheet(views.VIEWS[name])


def sheets(query: Mapping[str, str], release: str) -> list[Sheet]:
    """Every chart that takes the period and the place of a query, if any, and can be drawn.

    A chart of each peer group stands once for each. `release` is an id, in force or not.
    """
    shown = shelf.find(query["city"], release)
    places = {name for name in PLACES if name in query}
    with session.apart(query, shown.release if shown else None):
        takes = [
            view for view in views.VIEWS.values()
            if "period" in view.offers and places <= set(view.offers)
            and not (places and "group" in view.offers)
        ]  # fmt: skip
        return [one for view in takes for one in _drawable(view, places)]


def _drawable(view: View, places: Collection[str]) -> Iterator[Sheet]:
    """A chart, for each of its groups if it has any; none where there is nothing to draw.

    One that is of a single place, which nobody asked for, is none either.
    """
    with suppress(Refused):
        ask = _asked(view)
        if any(getattr(ask, name) for name in PLACES if name not in places):
            return
        groups = view.offers["group"](ask) if "group" in view.offers else ()
        for one in [ask.having("group", group) for group in groups] or [ask]:
            with suppress(Refused):
                yield _told(view, one)


def _sheet(view: View) -> Sheet:
    return _told(view, _asked(view))


def _told(view: View, ask: Ask) -> Sheet:
    found, release, here = views.drawn(view.id, ask), cached.release(), session.city()
    language = session.language()
    if found.spec is None:
        raise Refused(404, found.why or text(language, "chart.nothing"))
    query = {"lang": language, "city": here.id} | view.query(ask)
    shown = {name: value for name, value in query.items() if name != "group"} | dict(view.chosen)
    return Sheet(
        id=view.id, drawn=found, language=language, city=here.id,
        publisher=words.city_name(language, here) + here.hotline, release=release.id,
        as_of=numerals.day(release.as_of), synthetic=release.synthetic, licence=here.licence,
        query=query, page=f"{sitemap.path(view.page)}?{urlencode(shown)}",
    )  # fmt: skip


def _asked(view: View) -> Ask:
    """What the query asks of a view; what it leaves out is as the page shows it first."""
    language = session.language()
    ask = Ask()
    for name, offer in view.offers.items():
        offered = offer(ask)
        if not offered:
            raise Refused(404, text(language, "chart.nothing"))
        value = session.told(name) or next(iter(offered))
        if value not in offered:
            raise Refused(400, text(language, "chart.not_offered", name=name))
        ask = ask.having(name, value, offered[value] if isinstance(offered, Mapping) else "")
    return ask
