"""/lookup: one's own case by number and code, over plain HTTP.

Number and code come in the body of a POST and go nowhere else: no address, no cookie, no cache, no
log. Every failure has the same status, the same bytes, and waits for the same moment.
"""

import logging
import time
from datetime import datetime
from urllib.parse import parse_qs

import anyio
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

import cities
from components import locales, lookup_form
from components.parcel import parcel, say
from components.sitemap import home_city
from data_access.lookup import codes, keys, limits, reading, schema, ticket
from data_access.lookup.limits import Admission
from data_access.lookup.progress import Progress
from data_access.published import current
from web import lookup_page, rating_page, shell

LOG = logging.getLogger(__name__)
MOST_BYTES = 2048  # of a body; the form's own is far below
FLOOR = 0.25  # seconds: what differs between answers is over long before
OWN = ("same-origin", "none")  # Sec-Fetch-Site of our own form, or of nothing but the visitor


class TooMany(Exception):
    """A limit was reached; that says nothing about any case."""


def routes() -> list[Route]:
    """The form, and the answer to it."""
    return [
        Route(lookup_form.ACTION, form, methods=["GET"]),
        Route(lookup_form.ACTION, answer, methods=["POST"]),
    ]


def form(request: Request) -> Response:
    """The empty form."""
    return html(lookup_page.form(*view(request)))


async def answer(request: Request) -> Response:
    """The case, or one of four answers that tell nothing of any case."""
    started = time.monotonic()
    language, city = view(request)
    if not own(request):
        return html(lookup_page.form(language, city), 403)
    number, code = await _typed(request)
    address = request.client.host if request.client else ""
    try:
        found = await run_in_threadpool(_find, address, city, number, code)
    except (TooMany, keys.SecretMissing, schema.NoStore) as error:
        return refused(language, city, error)
    if found is None:
        page, status = lookup_page.form(language, city, _say(language, city, "no_such_case")), 404
    else:
        page = await run_in_threadpool(_shown, language, city, number, code, found)
        status = 200
    await anyio.sleep(max(0.0, started + FLOOR - time.monotonic()))
    return html(page, status)


def without_scripts(page: str, language: str, city: str) -> str:
    """A page of Streamlit's with the form for browsers that run no scripts."""
    return page.replace("</noscript>", f"{lookup_form.html(language, city)}</noscript>", 1)


def refused(language: str, city: str, error: Exception) -> Response:
    """Too many failures, or nothing to look in; the log has why of the latter."""
    if isinstance(error, TooMany):
        told = html(lookup_page.form(language, city, _say(language, city, "too_many")), 429)
        told.headers["Retry-After"] = str(limits.CASE.seconds)
        return told
    LOG.error("look-up: %s", error)
    return html(lookup_page.form(language, city, _say(language, city, "closed_shop")), 503)


def admitted(
    store: Engine, pepper: bytes, address: str, city: str, shown: str, now: float
) -> Admission:
    """Count an attempt by what was shown, a number or a ticket; TooMany if it may not go on."""
    admission = limits.enter(store, pepper, address, city, shown, now)
    if not admission.granted:
        if admission.overall:
            LOG.warning("look-up: more failures than %s", limits.ALL)
        raise TooMany
    return admission


def _find(address: str, city: str, number: str, code: str) -> Progress | None:
    """Count the attempt, look, and take the count back if there is such a case. TooMany."""
    store, pepper = schema.connect(), keys.secret("pepper")
    admission = admitted(store, pepper, address, city, number, time.time())
    today = datetime.now(cities.profile(city).zone).date()
    found = reading.find(store, pepper, city, number, code, today)
    if found is not None:
        limits.forgive(store, admission)
    return found


def _shown(language: str, city: str, number: str, code: str, found: Progress) -> str:
    """The case; once it is closed, with a form to rate it or to raise a doubt."""
    shown = parcel(language, cities.profile(city), found, current(city))
    after = ""
    if found.closed_on is not None:
        pepper = keys.secret("pepper")
        held = ticket.issue(pepper, keys.token(pepper, city, number, code), time.time())
        after = rating_page.form(language, city, held, found.rating_open)
    return lookup_page.result(language, city, codes.plain(number), shown, found.synthetic, after)


def view(request: Request) -> tuple[str, str]:
    """Language and city of a request; anything unknown falls back to the default."""
    language, city = (request.query_params.get(name, "") for name in ("lang", "city"))
    return (
        language if language in locales.LANGUAGES else locales.DEFAULT,
        city if city in cities.known() else home_city(),
    )


def own(request: Request) -> bool:
    """Whether the visitor sent the form, and not some other site in the visitor's name."""
    return request.headers.get("sec-fetch-site", "none") in OWN


async def _typed(request: Request) -> tuple[str, str]:
    """Number and code as they were typed; empty if the body is not that of the form."""
    told = await fields(request, MOST_BYTES)
    number, code = (told.get(name, [""])[0][:most] for name, most in lookup_form.FIELDS.items())
    return number.strip(), code.strip()


async def fields(request: Request, most: int) -> dict[str, list[str]]:
    """What a form's body says; nothing if it is longer than our own could be."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return {}
    return parse_qs(body.decode("ascii", "replace"), encoding="utf-8", errors="replace")


def html(page: str, status: int = 200) -> Response:
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": shell.content_security_policy(),
    }
    return HTMLResponse(page, status, headers)


def _say(language: str, city: str, key: str) -> str:
    return say(language, cities.profile(city), key)
