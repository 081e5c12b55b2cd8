"""The session's cookie, and the forms that only its holder can send."""

import hashlib
import hmac

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from data_access.supervision import sessions
from data_access.supervision.database import engine
from data_access.supervision.viewer import Viewer
from supervision.web import place

SESSION, PENDING = "session", "login"


def token(request: HTTPConnection) -> str:
    """The session's token as the browser sent it; "" if none."""
    return request.cookies.get(place.cookie(SESSION), "")


def viewer(request: HTTPConnection) -> Viewer | None:
    """Who asks, by the database as it stands now. Blocks: call it in a thread."""
    return sessions.viewer(engine(), token(request))


def put(response: Response, name: str, value: str) -> None:
    """Give the browser a cookie until it is closed; scripts and other sites never get it."""
    response.set_cookie(
        place.cookie(name), value, path="/", secure=place.secure(), httponly=True, samesite="lax"
    )


def drop(response: Response, name: str) -> None:
    """Have the browser forget a cookie."""
    response.delete_cookie(
        place.cookie(name), path="/", secure=place.secure(), httponly=True, samesite="lax"
    )


def form_key(session: str) -> str:
    """What a form carries to show that it came from a page of this very session."""
    return hmac.digest(session.encode(), b"form", hashlib.sha256).hex()


def fits(request: Request, key: str) -> bool:
    """Whether a form carries the key of the session that sent it."""
    held = token(request)
    return bool(held) and hmac.compare_digest(form_key(held).encode(), key.encode())


def own(request: Request) -> bool:
    """Whether this site's page sent the form, and no other in the visitor's name.

    Browsers tell by Sec-Fetch-Site; older ones by Origin.
    """
    told = request.headers.get("sec-fetch-site")
    if told is not None:
        return told == "same-origin"
    return request.headers.get("origin") == place.origin(request)
