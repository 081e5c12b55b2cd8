"""/lookup/rating: a caller rates a closed case, or says that a doubt remains, over plain HTTP.

The form comes with a ticket that the look-up has just issued, so neither number nor code is sent
again. A ticket that opens nothing, whatever is wrong with it, gets the answer of a wrong code.
"""

import time
from datetime import UTC, datetime

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import cities
from components.parcel import say
from data_access.lookup import keys, limits, rating, schema, ticket
from data_access.lookup.keys import Token
from data_access.lookup.rating import LONGEST, REASONS, Rating, Told
from web import lookup, lookup_page
from web.rating_page import ACTION, QUESTIONS, TEXTS

MOST_BYTES = 16_384  # of a body: two texts of Chinese, each character as nine bytes
NOBODY = Token(bytes(keys.LENGTH), bytes(keys.LENGTH))  # looked for in vain, like a wrong code
STATUS = {Told.TAKEN: 200, Told.PART: 400, Told.OVER: 409, Told.OFTEN: 409}


def routes() -> list[Route]:
    """The answer to the form; its address alone shows that of the look-up."""
    return [
        Route(ACTION, answer, methods=["POST"]),
        Route(ACTION, lookup.form, methods=["GET"]),
    ]


async def answer(request: Request) -> Response:
    """What became of the rating; of a case it says nothing."""
    started = time.monotonic()
    language, city = lookup.view(request)
    if not lookup.own(request):
        return lookup.html(lookup_page.form(language, city), 403)
    told = await lookup.fields(request, MOST_BYTES)
    address = request.client.host if request.client else ""
    try:
        result = await run_in_threadpool(_give, address, city, told)
    except (lookup.TooMany, keys.SecretMissing, schema.NoStore) as error:
        return lookup.refused(language, city, error)
    await anyio.sleep(max(0.0, started + lookup.FLOOR - time.monotonic()))
    profile = cities.profile(city)
    if result is None:
        page = lookup_page.form(language, city, say(language, profile, "rate.no_such_case"))
        return lookup.html(page, 404)
    said = say(language, profile, f"rate.told_{result}")
    return lookup.html(lookup_page.notice(language, city, said), STATUS[result])


def _give(address: str, city: str, told: dict[str, list[str]]) -> Told | None:
    """Count the attempt, keep the rating, and take the count back if there is such a case."""
    store, pepper, now = schema.connect(), keys.secret("pepper"), datetime.now(UTC)
    shown = told.get("ticket", [""])[0][: ticket.LONGEST]
    admission = lookup.admitted(store, pepper, address, city, shown, now.timestamp())
    held = ticket.read(pepper, shown, now.timestamp())
    today = now.astimezone(cities.profile(city).zone).date()
    result = rating.give(store, held or NOBODY, _given(told, now), today)
    if result is not None:
        limits.forgive(store, admission)
    return result


def _given(told: dict[str, list[str]], now: datetime) -> Rating:
    """What was chosen and written; what the form does not offer is not said."""
    chosen = {
        name: next((code for code in told.get(name, []) if code in codes), "")
        for name, codes in QUESTIONS.items()
    }
    texts = {name: told.get(name, [""])[0].strip()[:LONGEST] for name in TEXTS}
    reasons = tuple(code for code in REASONS if code in told.get("reasons", []))
    return Rating(now, **chosen, **texts, reasons=reasons)
