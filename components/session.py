"""What one visitor looks at: language, city, release.

All of it is in the URL, so that every view can be shared. A file of a chart is asked for outside
of any visitor's run: `apart` lets the same functions answer for the query of its address.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlencode

import streamlit as st

import cities
from cities import City
from components import locales
from components.sitemap import PAGES, home_city
from data_access.published import Release, current, published_cities

CARRIED = ("period", "area", "unit", "category")  # what was chosen on one page counts on the next
Apart = tuple[Mapping[str, str], dict[str, Any]]  # a query, and what a run keeps in its session
APART: ContextVar[Apart | None] = ContextVar("apart", default=None)


@contextmanager
def apart(query: Mapping[str, str], shown: Release | None = None) -> Iterator[None]:
    """Answer for this query instead of a visitor's, with the release in force or another one."""
    token = APART.set((query, {}))
    try:
        begin()
        if shown is not None:
            state()["release"] = shown
        yield
    finally:
        APART.reset(token)


def _query() -> Mapping[str, str]:
    held = APART.get()
    return st.query_params if held is None else held[0]


def state() -> MutableMapping[Any, Any]:
    """What is kept while one run lasts."""
    held = APART.get()
    return st.session_state if held is None else held[1]


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
    path = next(known.path for known in PAGES if known.id == page)
    query = urlencode(_short(address() | changes))
    return f"{path}?{query}" if query else path


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


def dark() -> bool:
    """Whether the visitor's page is dark; a file never is."""
    return APART.get() is None and st.context.theme.type == "dark"


def t(key: str, **values: object) -> str:
    """A text of the screen in the visitor's language."""
    return locales.text(language(), key, **values)


def city_ids() -> list[str]:
    """The cities that can be shown: the home city first, then all others with a release."""
    if "cities" not in state():  # the supervision plane asks before the frame begins
        _look_around()
    found: list[str] = state()["cities"]
    return found


def _look_around() -> None:
    home = home_city()
    state()["cities"] = [home, *(name for name in published_cities() if name != home)]


def city() -> City:
    return cities.profile(asked("city", city_ids(), city_ids()[0]))


def begin() -> None:
    """Look up cities and the release in force.

    Once a rerun: new ones need no restart, none are mixed, and the disk is not asked for each word.
    """
    _look_around()
    state()["release"] = current(city().id)


def release() -> Release | None:
    """The release that this rerun shows; None where nothing is published yet."""
    found: Release | None = state()["release"]
    return found
