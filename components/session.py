"""What one visitor looks at: language, city, release.

All of it is in the URL, so that every view can be shared.
"""

from urllib.parse import urlencode

import streamlit as st

import cities
from cities import City
from components import locales
from components.sitemap import home_city
from data_access.published import Release, current, published_cities


def language() -> str:
    """The visitor's language; Chinese unless the URL says otherwise."""
    return asked("lang", list(locales.LANGUAGES), locales.DEFAULT)


def asked(name: str, options: list[str], default: str) -> str:
    """What the URL says, if that is one of the options. The URL is the only state there is."""
    chosen = st.query_params.get(name)
    return chosen if chosen in options else default


def address() -> dict[str, str]:
    """The part of the URL that every page shares; defaults are left out."""
    return _short({"city": city().id, "lang": language()})


def link(path: str, **changes: str) -> str:
    """The address of this very view, but for some changes."""
    query = urlencode(_short(st.query_params.to_dict() | changes))
    return f"{path}?{query}" if query else path


def _short(parameters: dict[str, str]) -> dict[str, str]:
    defaults = {"city": home_city(), "lang": locales.DEFAULT}
    return {name: value for name, value in parameters.items() if value != defaults.get(name)}


def t(key: str, **values: object) -> str:
    """A text of the screen in the visitor's language."""
    return locales.text(language(), key, **values)


def city_ids() -> list[str]:
    """The cities that can be shown: the home city first, then all others with a release."""
    home = home_city()
    return [home, *(name for name in published_cities() if name != home)]


def city() -> City:
    return cities.profile(asked("city", city_ids(), home_city()))


def begin() -> None:
    """Look up the release in force. Once a rerun: new ones need no restart, none are mixed."""
    st.session_state["release"] = current(city().id)


def release() -> Release | None:
    """The release that this rerun shows; None where nothing is published yet."""
    found: Release | None = st.session_state["release"]
    return found
