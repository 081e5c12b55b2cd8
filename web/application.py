"""HTTP beside Streamlit, in the same process: the HTML shell, /healthz, and what guards them."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import PurePosixPath

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import cities
from components import locales
from components.sitemap import Page, home_city
from data_access.published import current, published_cities
from data_access.settings import PROJECT
from web import findable, lookup, open_data, open_file, rating, shell, static
from web.api import routes as api
from web.feeds import routes as feeds
from web.open311 import routes as open311
from web.origin import origin
from web.packed import Packed
from web.rendering import RENDERER

STREAMLIT = ("/_stcore/", "/static/", "/media/", "/component/", "/app/static/")
TEMPLATE = PROJECT / "docs" / "exchange" / "hotline-template.xlsx"  # made by `make docs`
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def routes(pages: tuple[Page, ...]) -> list[Route]:
    """One HTML route a page, and the health check. Streamlit serves everything else."""

    def page_route(page: Page) -> Route:
        def html(request: Request) -> Response:
            language, city = _asked(request)
            headers = {
                "Cache-Control": "no-cache",
                "Content-Security-Policy": shell.content_security_policy(page.id),
            }
            served = shell.render(page, pages, language, city, origin(request))
            if page.id == "my_case":
                served = lookup.without_scripts(served, language, city)
            return HTMLResponse(served, headers=headers)

        return Route(page.path, html, methods=["GET"])

    return [
        *(page_route(page) for page in pages),
        *(_callers() if any(page.id == "my_case" for page in pages) else []),
        *(_data() if any(page.id == "open_data" for page in pages) else []),
        *findable.routes(pages),
        Route("/healthz", healthz, methods=["GET"]),
        *static.routes(),
        Route("/exchange/hotline-template.xlsx", template, methods=["GET"]),
    ]


def _callers() -> list[Route]:
    """What a caller may ask and say of a case of their own."""
    return [*lookup.routes(), *rating.routes()]


def _data() -> list[Route]:
    """What is published, for programs."""
    return [*open_data.routes(), *api.routes(), *open311.routes(), *feeds.routes()]


def healthz(request: Request) -> Response:
    """200 with the release in force of each city; 503 while nothing is published."""
    found = {city: release.id for city in published_cities() if (release := current(city))}
    status = "ok" if found else "nothing published"
    return JSONResponse({"status": status, "releases": found}, status_code=200 if found else 503)


def template(request: Request) -> Response:
    """The workbook that a hotline fills in, to be saved as a file."""
    return FileResponse(TEMPLATE, filename=TEMPLATE.name)


def _asked(request: Request) -> tuple[str, str]:
    """Language and city of a request; anything unknown falls back to the default."""
    language = request.query_params.get("lang", "")
    city = request.query_params.get("city", "")
    return (
        language if language in locales.LANGUAGES else locales.DEFAULT,
        city if city in cities.known() and city in published_cities() else home_city(),
    )


class Guard:
    """Adds the safety headers; answers 404 where Streamlit would show its shell all the same."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        if _leads_nowhere(scope):
            language, _ = _asked(Request(scope))
            page = HTMLResponse(shell.not_found(language), status_code=404)
            await page(scope, receive, guarded)
        else:
            await self.app(scope, receive, guarded)


def _leads_nowhere(scope: Scope) -> bool:
    """Whether a path is neither a route of ours nor one of Streamlit's files."""
    path = scope["path"]
    if ".." in PurePosixPath(path).parts or {"\\", "\0"} & set(path):
        return True  # Streamlit answers 400
    if path.startswith(STREAMLIT) or PurePosixPath(path).suffix:
        return False
    ours = scope["app"].routes
    return not any(
        isinstance(route, Route) and route.matches(scope)[0] is not Match.NONE for route in ours
    )


MIDDLEWARE = [Middleware(Guard), Middleware(Packed), Middleware(open_file.OwnEncoding)]


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[dict[str, object]]:
    """Keep what was loaded before the first visitor out of every later garbage collection.

    At the end the process that draws charts ends too.
    """
    gc.collect()
    gc.freeze()
    yield {}
    gc.unfreeze()
    RENDERER.close()
