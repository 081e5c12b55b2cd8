"""What one visitor looks at: language, city, release.

All of it is in the URL, so that every view can be shared. A file of a chart is asked for outside
of any visitor's run: `apart` lets the same functions answer for the query of its address.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import streamlit as st

import cities
from cities import City
from components import locales
from components.sitemap import home_city, path
from data_access.published import Release, current, published_cities

CARRIED = ("period", "area", "unit", "category")  # what was chosen on one page counts on the next


@dataclass
class Run:
    """One run of a page: the query as it was when the run began, and what is kept until its end.

    `apart` is what answers for a file of a chart, outside of any visitor's run.
    """

    query: Mapping[str, str]
    apart: bool = False
    kept: dict[str, Any] = field(default_factory=dict)


RUN: ContextVar[Run | None] = ContextVar("run", default=None)


@contextmanager
def apart(query: Mapping[str, str], shown: Release | None = None) -> Iterator[None]:
    """Answer for this query instead of a visitor's, with the release in force or another one."""
    token = RUN.set(Run(query, apart=True))
    try:
        begin()
        if shown is not None:
            state()["release"] = shown
        yield
    finally:
        RUN.reset(token)


def _run() -> Run:
    """The run that is on; what is clicked is dealt with before it begins, and asks here too."""
    return RUN.get() or begin()


def _query() -> Mapping[str, str]:
    return _run().query


def state() -> MutableMapping[str, Any]:
    """What is kept while one run lasts."""
    return _run().kept


def language() -> str:
    """The visitor's language; Chinese unless the URL says otherwise."""
    return asked("lang", list(locales.LANGUAGES), locales.DEFAULT)


def asked(name: str, options: list[str], default: str) -> str:
    """What the URL says, if that is one of the options. The URL is the only state there is."""
    chosen = _query().get(name)
    return chosen if chosen in options else default


def address() -> dict[str, str]:
    """The part of the URL that every page shares, filters too; defaults are left out."""
    return _short({"city": city().id, "lang": language()} | carried())


def carried() -> dict[str, str]:
    """The filters of the URL that links to other pages take along, as they stand there."""
    query = _query()
    return {name: query[name] for name in CARRIED if name in query}


def to(page: str, **changes: str) -> str:
    """The address of a page that carries on what was chosen, but for some changes.

    For links in HTML, whose page is served anew. An empty value takes a filter out.
    """
    query = urlencode(_short(address() | changes))
    return f"{path(page)}?{query}" if query else path(page)


def told(name: str) -> str:
    """What the URL says under a name, whatever it is; empty where it says nothing."""
    return _query().get(name, "")


def drop(name: str) -> None:
    """Take a filter out of the URL."""
    st.query_params.pop(name, None)


def link(path: str, **changes: str) -> str:
    """The address of this very view, but for some changes."""
    query = urlencode(_short(st.query_params.to_dict() | changes))
    return f"{path}?{query}" if query else path


def _short(parameters: dict[str, str]) -> dict[str, str]:
    defaults = {"city": city_ids()[0], "lang": locales.DEFAULT}
    told = {name: value for name, value in parameters.items() if value}
    return {name: value for name, value in told.items() if value != defaults.get(name)}


def origin() -> str:
    """Scheme and host under which the visitor asked for the site; empty where that is not known."""
    site = urlsplit(st.context.url or "")
    return f"{site.scheme}://{site.netloc}" if site.netloc else ""


def today() -> date:
    """Today's date in the city's own zone."""
    return datetime.now(UTC).astimezone(city().zone).date()


def view() -> str:
    """All that decides what a page shows: where it is equal, the page is."""
    run = _run()
    if "view" not in run.kept:
        here = release()
        shown = str(here.folder) if here else city().id
        told = (shown, *city_ids(), origin(), dark(), today(), sorted(run.query.items()))
        run.kept["view"] = repr(told)
    view: str = run.kept["view"]
    return view


def dark() -> bool:
    """Whether the visitor's page is dark; a file never is."""
    return not _run().apart and st.context.theme.type == "dark"


def t(key: str, **values: object) -> str:
    """A text of the screen in the visitor's language."""
    return locales.text(language(), key, **values)


def city_ids() -> list[str]:
    """The cities that can be shown: the home city first, then all others with a release."""
    found: list[str] = state()["cities"]
    return found


def city() -> City:
    return cities.profile(asked("city", city_ids(), city_ids()[0]))


def begin() -> Run:
    """Look up cities and the release in force.

    Once a rerun: new ones need no restart, none are mixed, and the disk is not asked for each word.
    """
    run = RUN.get()
    if run is None or not run.apart:
        run = Run(st.query_params.to_dict())
        RUN.set(run)
    published = published_cities()
    home = home_city(published)
    run.kept["cities"] = [home, *(name for name in published if name != home)]
    run.kept["release"] = current(city().id)
    return run


def release() -> Release | None:
    """The release that this rerun shows; None where nothing is published yet."""
    found: Release | None = state()["release"]
    return found
