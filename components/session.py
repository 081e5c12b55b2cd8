"""What one visitor looks at: language, city, release.

All of it is in the URL, so that every view can be shared.
"""

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


def address(**changes: str) -> dict[str, str]:
    """The part of the URL that every page shares, with changes; defaults are left out."""
    shared = {"city": city().id, "lang": language()} | changes
    defaults = {"city": home_city(), "lang": locales.DEFAULT}
    return {name: value for name, value in shared.items() if value != defaults.get(name)}


def t(key: str, **values: object) -> str:
    """A text of the screen in the visitor's language."""
    return locales.text(language(), key, **values)


def city_ids() -> list[str]:
    """The cities that can be shown: the home city first, then all others with a release."""
    home = home_city()
    return [home, *(name for name in published_cities() if name != home)]


def city() -> City:
    return cities.profile(asked("city", city_ids(), home_city()))


def release() -> Release | None:
    """The release in force, looked up anew at every rerun: a new one needs no restart."""
    return current(city().id)
