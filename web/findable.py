"""/sitemap.xml and /robots.txt: every page, list and feed, for search engines."""

from collections.abc import Iterator
from html import escape
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from components import locales
from components.sitemap import FEEDS, FEEDS_OF, Page
from data_access import asked_cells
from data_access.published import Release, current, published_cities
from web.origin import origin

SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
)
PRIVATE = ("/lookup", "/_stcore/", "/component/", "/media/")


def routes(pages: tuple[Page, ...]) -> list[Route]:
    """Both files; a site without public pages asks to be left alone."""

    def robots(request: Request) -> Response:
        if not pages:
            return PlainTextResponse("User-agent: *\nDisallow: /\n")
        closed = "".join(f"Disallow: {path}\n" for path in PRIVATE)
        return PlainTextResponse(
            f"User-agent: *\n{closed}\nSitemap: {origin(request)}/sitemap.xml\n"
        )

    def sitemap(request: Request) -> Response:
        told = "\n".join(_entries(origin(request), pages))
        content = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {SPACES}>\n{told}\n</urlset>\n'
        return Response(content, media_type="application/xml")

    found = [Route("/robots.txt", robots, methods=["GET"])]
    return [*found, Route("/sitemap.xml", sitemap, methods=["GET"])] if pages else found


def _entries(site: str, pages: tuple[Page, ...]) -> Iterator[str]:
    """Everything of each city with a release; a page once in each language."""
    for city in published_cities():
        release = current(city)
        if release is not None:
            for path, query in _addresses(release, pages):
                yield from _worded(site, path, query | {"city": city}, release)
    yield from _worded(site, "/open-data/", {})
    yield from _worded(site, "/api/", {})


def _addresses(release: Release, pages: tuple[Page, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    for page in pages:
        yield page.path, {}
    for name in FEEDS:
        yield f"/feeds/{name}.atom", {}
    for by in FEEDS_OF:
        for code in asked_cells.members(release, by):
            yield f"/feeds/{by}/{code}.atom", {}
            if by == "unit":
                yield "/unit", {"unit": code}


def _worded(
    site: str, path: str, query: dict[str, str], release: Release | None = None
) -> Iterator[str]:
    addresses = {
        language: escape(f"{site}{path}?{urlencode(query | {'lang': language})}")
        for language in locales.LANGUAGES
    }
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{locales.LANGUAGES[language]}" href="{address}"/>'
        for language, address in addresses.items()
    )
    changed = f"<lastmod>{release.published_at.date()}</lastmod>" if release else ""
    for address in addresses.values():
        yield f"<url><loc>{address}</loc>{changed}{others}</url>"
