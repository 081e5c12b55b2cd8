"""/login: what there is to log in with, and local accounts. The provider: see abroad.py."""

import logging
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from components import locales
from data_access.supervision import attempts, audit, local, passwords, people, sessions
from data_access.supervision.audit import Did
from data_access.supervision.database import engine
from data_access.supervision.viewer import Viewer
from supervision import access
from supervision.web import cookies, login_page, onward, place, provider
from supervision.web.local import at_home
from web import shell

LOG = logging.getLogger(__name__)
MOST_BYTES = 8192  # of a form


class NoEntry(Exception):
    """Nobody is logged in; the argument is the key of the words that say why."""


def routes() -> list[Route]:
    """The form, its answer, and the way to the provider and back."""
    return [
        Route("/login", form, methods=["GET"]),
        Route("/login", by_password, methods=["POST"]),
    ]


def language(request: Request) -> str:
    """The language of a request, as on every page."""
    asked = request.query_params.get("lang", "")
    return asked if asked in locales.LANGUAGES else locales.DEFAULT


def form(request: Request) -> Response:
    """What there is to log in with."""
    notice = "out" if request.query_params.get("out") else ""
    return form_page(request, onward.safe(request.query_params.get("next", "")), notice)


def form_page(request: Request, asked: str, notice: str = "", status: int = 200) -> Response:
    """The form, leading on to a page; above it what went wrong, if anything."""
    try:
        place.origin(request)
        provided = provider.client() is not None
        with engine().connect() as connection:
            password = at_home(request) and local.allowed(connection)
    except place.NotSetUp as error:
        LOG.error("login: %s", error)
        provided, password, notice, status = False, False, "not_set_up", 503
    return html(login_page.form(language(request), asked, provided, password, notice), status)


def html(page: str, status: int = 200) -> Response:
    """A page of the login that nobody keeps."""
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": shell.content_security_policy(),
        "X-Robots-Tag": "noindex",
    }
    return HTMLResponse(page, status, headers)


async def typed(request: Request) -> dict[str, str]:
    """The fields of a form; none if its body is too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return {}
    told = parse_qs(body.decode("ascii", "replace"), encoding="utf-8", errors="replace")
    return {name: values[0] for name, values in told.items()}


async def by_password(request: Request) -> Response:
    """Log in with a local account."""
    if not cookies.own(request):
        return await run_in_threadpool(form_page, request, "", "foreign", 403)
    fields = await typed(request)
    return await run_in_threadpool(_by_password, request, fields)


def _by_password(request: Request, fields: dict[str, str]) -> Response:
    asked = onward.safe(fields.get("next", ""))
    address = request.client.host if request.client else ""
    try:
        return inside(_check(request, fields, address), asked)
    except NoEntry as error:
        reason = str(error)
        status = {"too_many": 429, "no_local": 403}.get(reason, 401)
        return form_page(request, asked, reason, status)


def _check(request: Request, fields: dict[str, str], address: str) -> tuple[Viewer, str]:
    """Who holds name and password, and the token of a new session. NoEntry."""
    name = local.PREFIX + fields.get("name", "").strip()[:100]
    with engine().begin() as connection:
        if not (at_home(request) and local.allowed(connection)):
            raise NoEntry("no_local")
        admission = attempts.enter(connection, name, address)
        known = people.find(connection, name)
    fits = admission.granted and passwords.fits(
        fields.get("password", ""), known.password if known else ""
    )
    with engine().begin() as connection:
        if known and fits and not known.suspended:
            attempts.forgive(connection, admission)
            return known.viewer, sessions.begin(connection, known.id, "password", address)
        reason = "wrong" if admission.granted else "too_many"
        # What was typed as a name may be a password: only names that exist are written down.
        who = known.viewer if known else "unknown"
        audit.record(connection, who, Did.LOGIN_FAILED, "password", why=reason, address=address)
    raise NoEntry(reason)


def inside(entered: tuple[Viewer, str], asked: str) -> Response:
    """On to the page that was asked for, with a session."""
    viewer, token = entered
    first = next((page.path for page in access.pages(viewer)), "/account")
    response = RedirectResponse(asked or first, 303)
    cookies.put(response, cookies.SESSION, token)
    return response
