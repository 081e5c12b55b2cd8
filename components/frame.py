"""What surrounds every page: switches above, the label of simulated data, freshness below."""

import logging
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from html import escape

import streamlit as st
from streamlit.navigation.page import StreamlitPage

import cities
from components import blocks, copies, filters, locales, sending, session, sitemap, words
from components import exports as exports  # every chart is known before the first page draws
from components.session import t
from components.sitemap import Page

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Restricted:
    """What the supervision plane puts into the frame of one visitor; see supervision/frame.py."""

    pages: dict[str, StreamlitPage] = field(default_factory=dict)
    menu: tuple[str, ...] = ()  # of these, those with a link
    account: tuple[str, str] | None = None  # words and address
    synthetic: bool = False  # whether the cases behind these pages are made up


def run(restricted: Restricted = Restricted()) -> None:
    """Draw the frame and, inside it, the page that was asked for."""
    session.begin()
    filters.forget()
    with sending.together():
        _draw(restricted)


def _draw(restricted: Restricted) -> None:
    pages = _pages(session.language()) | restricted.pages
    chosen = st.navigation(list(pages.values()), position="hidden")
    name = next(name for name, page in pages.items() if page is chosen)
    open_to_all = name not in restricted.pages
    title = (
        words.title(session.language(), name, session.city().id) if open_to_all else chosen.title
    )
    st.set_page_config(page_title=title, layout="wide")
    menu = (*(page.id for page in sitemap.served() if page.menu), *restricted.menu)
    synthetic = restricted.synthetic and not open_to_all
    blocks.show(_top, menu, name, restricted.account, synthetic)
    if not open_to_all:
        _run(chosen)
    elif session.release() is None:
        st.info(t("site.no_release", city=session.city().id))
    else:
        aside = st.container()
        _run(chosen)
        with aside:  # above the page, though only now known
            filters.unheeded()
        blocks.show(_footer, name, filters.shown())


def _pages(language: str) -> dict[str, StreamlitPage]:
    """Copies, because a page is marked as run."""
    return {name: copy(page) for name, page in _made(language, sitemap.served()).items()}


@cache
def _made(language: str, served: tuple[Page, ...]) -> dict[str, StreamlitPage]:
    return {
        page.id: st.Page(
            page.file, title=locales.text(language, f"page.{page.id}.title"),
            default=page.default, url_path="" if page.default else page.id,
        )
        for page in served
    }  # fmt: skip


def _run(page: StreamlitPage) -> None:
    """Run a page; if it fails, say so in the visitor's words and keep the details for the log."""
    try:
        page.run()
    except Exception:
        LOG.exception("page %s", page.title)
        st.error(t("site.error"))


def _top(
    menu: tuple[str, ...], here: str, account: tuple[str, str] | None, synthetic: bool
) -> None:
    """Links that carry the view on: pages on the left, other cities and languages on the right.

    Below them the label of made-up cases.
    """
    pages = "".join(_page(page, page == here) for page in menu)
    links = _switches(here) + (_link(session.language(), *account) if account else "")
    st.html(
        f'<div class="top"><nav aria-label="{escape(t("site.pages"))}">{pages}</nav>'
        f'<nav aria-label="{escape(t("site.language"))}">{links}</nav></div>'
    )
    release = session.release()
    if synthetic or (release is not None and release.synthetic):
        st.warning(t("site.synthetic"))


def _page(page: str, here: bool) -> str:
    href = session.to(page)
    current = ' aria-current="page"' if here else ""
    return f'<a href="{escape(href)}"{current}>{escape(t(f"page.{page}.title"))}</a>'


def _switches(here: str) -> str:
    """Plain links: the page is served anew, with its own language and title in the HTML."""
    path = sitemap.path(here)
    language, city = session.language(), session.city().id
    to_cities = [
        (_city_name(other), language, session.link(path, city=other))
        for other in session.city_ids()
        if other != city
    ]
    to_languages = [
        (name, other, session.link(path, lang=other))
        for other, name in LANGUAGE_NAMES.items()
        if other != language
    ]
    return "".join(_link(spoken, name, href) for name, spoken, href in (*to_cities, *to_languages))


def _link(language: str, words: str, href: str) -> str:
    return f'<a lang="{locales.LANGUAGES[language]}" href="{escape(href)}">{escape(words)}</a>'


def _city_name(city: str) -> str:
    return words.city_name(session.language(), cities.profile(city))


def heading(page: str) -> None:
    """The page's title with the city's name, and a line that says what it is about."""
    blocks.show(_heading, page)


def _heading(page: str) -> None:
    names = {"city": _city_name(session.city().id), "page": t(f"page.{page}.title")}
    st.title(t("site.heading", **names), anchor=False)
    st.caption(t(f"page.{page}.about"))


def _footer(page: str, shown: Mapping[str, str]) -> None:
    """How fresh the figures are, and the address of this very view."""
    release = session.release()
    if release is not None:
        fresh = "　".join(words.freshness(session.language(), release))
        st.html(
            f'<footer class="foot"><p>{escape(t("site.link"))}</p>'
            f"{copies.line(_address(page, shown))}<p>{escape(fresh)}</p></footer>"
        )


def _address(page: str, shown: Mapping[str, str]) -> str:
    """The whole address with every choice in it, defaults too: those change with new releases."""
    return session.origin() + session.link(sitemap.path(page), **shown)
