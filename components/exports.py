"""Charts handed out: any view by its name and the query of its address, outside of a visitor's run.

`web` is given these functions by app.py: it knows neither Streamlit nor Altair.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from components import (
    cached,
    callbacks,
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
from components.maps import area, city
from components.topics import moving, places, seasons
from components.views import Ask, View
from metrics import numerals

# Importing a module registers its charts.
DRAWING = (
    callbacks, kinds, open_after, over_time, refused, stages, summary, unit_groups, unit_story,
    area, city, moving, places, seasons,
)  # fmt: skip


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


def _sheet(view: View) -> Sheet:
    ask = _asked(view)
    found, release, here = views.drawn(view.id, ask), cached.release(), session.city()
    language = session.language()
    if found.spec is None:
        raise Refused(404, found.why or text(language, "chart.nothing"))
    query = {"lang": language, "city": here.id} | view.query(ask)
    shown = urlencode({name: value for name, value in query.items() if name != "group"})
    return Sheet(
        id=view.id, drawn=found, language=language, city=here.id,
        publisher=words.city_name(language, here) + here.hotline, release=release.id,
        as_of=numerals.day(release.as_of), synthetic=release.synthetic, licence=here.licence,
        query=query, page=f"{sitemap.path(view.page)}?{shown}",
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
