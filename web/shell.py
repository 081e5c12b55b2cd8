"""The HTML that is served before any script runs: language, title, and the figures themselves.

Streamlit's own page is an empty English shell. Search engines, readers without JavaScript and
screen readers get the page's language, a title, a description and the headline figures here.
"""

import base64
import hashlib
import re
from functools import cache
from html import escape
from importlib.resources import files

from components import locales, words
from components.sitemap import FEEDS, Page
from data_access.published import Release, current
from metrics import numerals
from metrics.headline import headlines
from web import dataset, static

INDEX = files("streamlit").joinpath("static", "index.html")
NOSCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)
# Streamlit's own font is loaded ahead of all else, though the theme names others.
PRELOADED = re.compile(r"<link\s+rel=\"preload\"[^>]*>")
AGENT_LINK = re.compile(r"<!--[^>]*?agent API.*?-->\s*<link rel=\"service-desc\"[^>]*>", re.DOTALL)
REPLACED = {
    "./favicon.png": "./favicon.svg",
    # A deep link would first ask for its server below its own path, and log the 404s.
    "<script>": "<script>window.__streamlit = { BACKEND_BASE_URL: location.origin + '/' };",
}
DRAWN = "map"  # the one page on which deck.gl draws
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@cache
def _index() -> str:
    page = PRELOADED.sub("", AGENT_LINK.sub("", INDEX.read_text("utf-8")))
    for needed in (*REPLACED, '<html lang="en">', "<title>Streamlit</title>", "<noscript>"):
        if needed not in page:
            raise RuntimeError(
                f"Streamlit's index.html no longer has {needed!r}; adapt web/shell.py"
            )
    for ours, theirs in REPLACED.items():
        page = page.replace(ours, theirs)
    return page


@cache
def content_security_policy(page: str = "") -> str:
    """Only this server: no foreign script, font, image or connection, whatever a page contains.

    The page DRAWN alone may compile WebAssembly: deck.gl loads a decoder of its own by it.
    """
    drawing = "'wasm-unsafe-eval' " if page == DRAWN else ""
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in INLINE_SCRIPT.findall(_index())
    )
    return (
        f"default-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'; "
        f"object-src 'none'; script-src 'self' {drawing}{hashes}; "
        "style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:; "
        "worker-src 'self' blob:; manifest-src 'self'; media-src 'self'"
    )


def render(page: Page, pages: tuple[Page, ...], language: str, city: str, site: str = "") -> str:
    """The page's HTML in a language, for a city with a profile; `site` is where it is served."""
    about = locales.text(language, f"page.{page.id}.about")
    title = words.title(language, page.id, city)
    head = (
        f'<title>{escape(title)}</title>\n    <meta name="description" content="{escape(about)}">'
    )
    body = "".join(
        (
            f"<h1>{escape(title)}</h1>",
            _paragraph(about),
            _release(current(city), language, city),
            f"<ul>{''.join(_link(to, language, city) for to in pages)}</ul>",
        )
    )
    html = _index().replace('<html lang="en">', f'<html lang="{locales.LANGUAGES[language]}">')
    own = "".join((head, _own(pages), _links(page, language, city, site)))
    html = html.replace("<title>Streamlit</title>", own)
    return NOSCRIPT.sub(lambda _: f"<noscript>{body}</noscript>", html, count=1)


def _own(pages: tuple[Page, ...]) -> str:
    """Style sheet and script of the site, which is told to which pages it may lead without loading.

    DRAWN is loaded, because it has a policy of its own.
    """
    paths = " ".join(page.path for page in pages if page.id != DRAWN)
    return (
        f'\n    <link rel="stylesheet" href="{static.address("site.css")}">'
        f'\n    <script src="{static.address("links.js")}" data-pages="{paths}" defer></script>'
    )


def _links(page: Page, language: str, city: str, site: str) -> str:
    """The page in other languages; on the page of open data its feeds and what it offers."""
    told = [
        f'<link rel="alternate" hreflang="{tag}" '
        f'href="{page.path}?lang={other}&amp;city={escape(city)}">'
        for other, tag in locales.LANGUAGES.items()
    ]
    release = current(city)
    if page.id == "open_data" and release is not None:
        told += [_feed(name, language, city) for name in FEEDS]
        told.append(dataset.script(language, release, site))
    return "".join(f"\n    {one}" for one in told)


def _feed(name: str, language: str, city: str) -> str:
    title = escape(locales.text(language, f"feed.{name}"))
    address = f"/feeds/{name}.atom?lang={language}&amp;city={escape(city)}"
    return f'<link rel="alternate" type="application/atom+xml" title="{title}" href="{address}">'


def _release(release: Release | None, language: str, city: str) -> str:
    if release is None:
        return _paragraph(locales.text(language, "site.no_release", city=city))
    label = _paragraph(locales.text(language, "site.synthetic")) if release.synthetic else ""
    return "".join(
        (
            label,
            _paragraph(locales.text(language, "site.noscript")),
            f"<dl>{_figures(release, language)}</dl>",
            _paragraph("; ".join(words.freshness(language, release))),
        )
    )


def _link(page: Page, language: str, city: str) -> str:
    title = escape(locales.text(language, f"page.{page.id}.title"))
    return f'<li><a href="{page.path}?lang={language}&amp;city={escape(city)}">{title}</a></li>'


def _figures(release: Release, language: str) -> str:
    return "".join(
        f"<dt>{escape(words.card_label(language, headline))}</dt>"
        f"<dd>{escape(numerals.value(headline.figure))} "
        f"{escape('; '.join(words.evidence(language, headline.figure, headline.metric)))}</dd>"
        for headline in headlines(release)
    )


def _paragraph(text: str) -> str:
    return f"<p>{escape(text.replace('**', ''))}</p>"


def not_found(language: str) -> str:
    """A page for an address that leads nowhere."""
    title, hint, home = (
        escape(locales.text(language, f"site.{key}"))
        for key in ("not_found", "not_found_hint", "home")
    )
    return (
        f'<!doctype html><html lang="{locales.LANGUAGES[language]}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title>'
        '<body style="font-family:sans-serif;max-width:40rem;margin:15vh auto;padding:0 1rem">'
        f'<h1>{title}</h1><p>{hint}</p><p><a href="/?lang={language}">{home}</a></p></body></html>'
    )
