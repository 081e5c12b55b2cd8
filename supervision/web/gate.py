"""The gate: restricted pages for those who are logged in; on a site of its own, everything."""

from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from components.sitemap import Page, home_city, served
from supervision import access
from supervision.web import cookies, onward, place
from supervision.web.login import language
from web import shell

# What is served to anybody even where all else is behind the login: nothing in it is anyone's.
OPEN = ("/login", "/login/start", "/login/return", "/logout", "/account", "/healthz",
        "/favicon.svg", "/_stcore/health", "/_stcore/host-config")  # fmt: skip
ASSETS = "/static/"


def page_routes(pages: tuple[Page, ...]) -> list[Route]:
    """One HTML route a restricted page."""
    return [Route(page.path, partial(_page, page), methods=["GET"]) for page in pages]


def _page(page: Page, request: Request) -> Response:
    viewer, spoken = cookies.viewer(request), language(request)
    if viewer is None:
        return RedirectResponse(onward.login(_asked(request), lang=_spoken(request)), 303)
    if not access.may_open(viewer, page.id):
        return HTMLResponse(shell.not_found(spoken), 404)
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": shell.content_security_policy(),
        "X-Robots-Tag": "noindex",
    }
    pages = (*access.pages(viewer), *served())
    html = shell.render(page, pages, spoken, home_city())
    return HTMLResponse(html, headers=headers)


def _spoken(request: Request) -> str:
    return language(request) if "lang" in request.query_params else ""


def _asked(request: HTTPConnection) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def home(request: Request) -> Response:
    """The first page of a site without public pages."""
    pages = access.pages(cookies.viewer(request))
    return RedirectResponse(pages[0].path if pages else "/account", 303)


class Gate:
    """Turns foreign sites' sockets away, and where `everything` is restricted all strangers."""

    def __init__(self, app: ASGIApp, everything: bool) -> None:
        self.app = app
        self.everything = everything

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and _foreign(scope):
            await WebSocketClose(4403)(scope, receive, send)
        elif self.everything and await self._stranger(scope):
            await _refused(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _stranger(self, scope: Scope) -> bool:
        if scope["type"] not in ("http", "websocket"):
            return False
        if scope["type"] == "http" and (scope["path"] in OPEN or scope["path"].startswith(ASSETS)):
            return False
        return await run_in_threadpool(cookies.viewer, HTTPConnection(scope)) is None


def _foreign(scope: Scope) -> bool:
    """Whether another site opened the socket: a browser would send our cookie along all the same.

    Programs other than browsers send no Origin, and no cookie but their own.
    """
    request = HTTPConnection(scope)
    told = request.headers.get("origin")
    if told is None:
        return False
    try:
        here = place.origin(request)
    except place.NotSetUp:
        return False  # there is no login, so nobody's cookie to borrow
    return told.split("://")[-1] != here.split("://")[-1]


async def _refused(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await WebSocketClose(4401)(scope, receive, send)
        return
    request = Request(scope)
    wants_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    answer: Response = PlainTextResponse("log in first", 401)
    if wants_page:
        answer = RedirectResponse(onward.login(_asked(request), lang=_spoken(request)), 303)
    await answer(scope, receive, send)
