"""/lookup: one's own case by number and code, over plain HTTP.

Number and code come in the body of a POST and go nowhere else: no address, no cookie, no cache, no
log. Every failure has the same status, the same bytes, and waits for the same moment.
"""

import logging
import time
from datetime import datetime
from urllib.parse import parse_qs

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

import cities
from components import locales, lookup_form
from components.parcel import parcel, say
from components.sitemap import home_city
from data_access.lookup import codes, keys, limits, reading, schema
from data_access.lookup.progress import Progress
from data_access.published import current
from web import lookup_page, shell

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
    return _html(lookup_page.form(*_view(request)))


async def answer(request: Request) -> Response:
    """The case, or one of four answers that tell nothing of any case."""
    started = time.monotonic()
    language, city = _view(request)
    if not _own(request):
        return _html(lookup_page.form(language, city), 403)
    number, code = await _typed(request)
    address = request.client.host if request.client else ""
    try:
        found = await run_in_threadpool(_find, address, city, number, code)
    except TooMany:
        refused = _html(lookup_page.form(language, city, _say(language, city, "too_many")), 429)
        refused.headers["Retry-After"] = str(limits.CASE.seconds)
        return refused
    except (keys.SecretMissing, schema.NoStore) as error:
        LOG.error("look-up: %s", error)
        return _html(lookup_page.form(language, city, _say(language, city, "closed_shop")), 503)
    if found is None:
        page, status = lookup_page.form(language, city, _say(language, city, "no_such_case")), 404
    else:
        page, status = await run_in_threadpool(_shown, language, city, number, found), 200
    await anyio.sleep(max(0.0, started + FLOOR - time.monotonic()))
    return _html(page, status)


def without_scripts(html: str, language: str, city: str) -> str:
    """A page of Streamlit's with the form for browsers that run no scripts."""
    return html.replace("</noscript>", f"{lookup_form.html(language, city)}</noscript>", 1)


def _find(address: str, city: str, number: str, code: str) -> Progress | None:
    """Count the attempt, look, and take the count back if there is such a case. TooMany."""
    store, pepper = schema.connect(), keys.secret("pepper")
    admission = limits.enter(store, pepper, address, city, number, time.time())
    if not admission.granted:
        if admission.overall:
            LOG.warning("look-up: more failures than %s", limits.ALL)
        raise TooMany
    today = datetime.now(cities.profile(city).zone).date()
    found = reading.find(store, pepper, city, number, code, today)
    if found is not None:
        limits.forgive(store, admission)
    return found


def _shown(language: str, city: str, number: str, found: Progress) -> str:
    shown = parcel(language, cities.profile(city), found, current(city))
    return lookup_page.result(language, city, codes.plain(number), shown, found.synthetic)


def _view(request: Request) -> tuple[str, str]:
    """Language and city of a request; anything unknown falls back to the default."""
    language, city = (request.query_params.get(name, "") for name in ("lang", "city"))
    return (
        language if language in locales.LANGUAGES else locales.DEFAULT,
        city if city in cities.known() else home_city(),
    )


def _own(request: Request) -> bool:
    """Whether the visitor sent the form, and not some other site in the visitor's name."""
    return request.headers.get("sec-fetch-site", "none") in OWN


async def _typed(request: Request) -> tuple[str, str]:
    """Number and code as they were typed; empty if the body is not that of the form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return "", ""
    told = parse_qs(body.decode("ascii", "replace"), encoding="utf-8", errors="replace")
    number, code = (told.get(name, [""])[0][:most] for name, most in lookup_form.FIELDS.items())
    return number.strip(), code.strip()


def _html(page: str, status: int = 200) -> Response:
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": shell.content_security_policy(),
    }
    return HTMLResponse(page, status, headers)


def _say(language: str, city: str, key: str) -> str:
    return say(language, cities.profile(city), key)
