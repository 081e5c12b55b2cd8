"""To the provider and back: /login/start and /login/return."""

import hmac
import logging
from typing import Any

import httpx2
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from data_access.supervision import attempts, audit, pending, people, sessions
from data_access.supervision.audit import Did
from data_access.supervision.database import engine
from data_access.supervision.pending import Pending
from data_access.supervision.viewer import Viewer
from supervision.web import cookies, onward, place, provider, roles
from supervision.web.login import NoEntry, form_page, inside

LOG = logging.getLogger(__name__)
RETURN = "/login/return"
PREFIX = "oidc:"


def routes() -> list[Route]:
    """Off, and back."""
    return [
        Route("/login/start", start, methods=["GET"]),
        Route(RETURN, back, methods=["GET"]),
    ]


async def start(request: Request) -> Response:
    """Off to the provider, with a cookie that only this browser brings back."""
    asked = onward.safe(request.query_params.get("next", ""))
    try:
        returning = place.origin(request) + RETURN
        roles.mapping()  # nobody is sent off for an answer that could not be read
        found = await provider.provider(_client())
    except (place.NotSetUp, provider.NotBelieved, httpx2.HTTPError, ValueError) as error:
        LOG.error("login: %s", error)
        return await run_in_threadpool(form_page, request, asked, "not_set_up", 503)
    token, made = await run_in_threadpool(_begin, asked, _address(request))
    if made is None:
        return await run_in_threadpool(form_page, request, asked, "too_many", 429)
    response = RedirectResponse(provider.way(found, made, returning), 303)
    cookies.put(response, cookies.PENDING, token)
    return response


def _client() -> provider.Client:
    found = provider.client()
    if found is None:
        raise place.NotSetUp("OIDC_ISSUER is not set")
    return found


def _begin(asked: str, address: str) -> tuple[str, Pending | None]:
    with engine().begin() as connection:
        if not attempts.start(connection, address):
            return "", None
        return pending.begin(connection, asked)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


async def back(request: Request) -> Response:
    """Back from the provider: who it is, and on to the page that was asked for."""
    held = request.cookies.get(place.cookie(cookies.PENDING), "")
    made = await run_in_threadpool(_take, held)
    try:
        claims = await _claims(request, made)
        entered = await run_in_threadpool(_enter, claims, _address(request))
        response = inside(entered, made.onward if made else "")
    except NoEntry as error:
        asked = made.onward if made else ""
        if made is not None:  # else anybody could fill the log by asking for this address
            await run_in_threadpool(_failed, str(error), _address(request))
        response = await run_in_threadpool(form_page, request, asked, str(error), 403)
    cookies.drop(response, cookies.PENDING)
    return response


def _take(token: str) -> Pending | None:
    with engine().begin() as connection:
        return pending.take(connection, token)


async def _claims(request: Request, made: Pending | None) -> dict[str, Any]:
    """What the provider says of whoever came back. NoEntry."""
    told = request.query_params
    if made is None or not hmac.compare_digest(made.state.encode(), told.get("state", "").encode()):
        raise NoEntry("expired")
    try:
        client = _client()
        if told.get("iss", client.issuer) != client.issuer or "code" not in told:
            raise provider.NotBelieved(f"the provider answered {told.get('error', 'no code')!r}")
        found = await provider.provider(client)
        returning = place.origin(request) + RETURN
        return await provider.claims(found, told["code"], made, returning)
    except (place.NotSetUp, provider.NotBelieved, httpx2.HTTPError, ValueError) as error:
        LOG.error("login: %s", error)
        raise NoEntry("provider") from error


def _enter(claims: dict[str, Any], address: str) -> tuple[Viewer, str]:
    """Write down what the person may do from now on, everywhere; a session if that is anything."""
    try:
        mapped = roles.mapping()
    except place.NotSetUp as error:
        LOG.error("login: %s", error)
        raise NoEntry("provider") from error
    name, granted = PREFIX + claims["sub"], roles.granted(mapped, claims)
    with engine().begin() as connection:
        person = people.enrol(
            connection, name, roles.shown(mapped, claims), mapped.city, granted, by="provider"
        )
        viewer = people.viewer(connection, person)
        if viewer is not None and viewer.roles:
            return viewer, sessions.begin(connection, person, "provider", address)
    raise NoEntry("no_role")


def _failed(why: str, address: str) -> None:
    with engine().begin() as connection:
        audit.record(connection, "unknown", Did.LOGIN_FAILED, "provider", why=why, address=address)
