"""Where the site is for its visitors: what makes a cookie safe, and where a provider returns to."""

import os
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

LOOPBACK = ("localhost", "127.0.0.1", "::1")


class NotSetUp(RuntimeError):
    """A setting that logging in needs is missing or unsafe; the message says which."""


def origin(request: HTTPConnection) -> str:
    """Scheme and host: SUNLINE_ORIGIN, or on one's own machine what the browser asked for."""
    given = os.environ.get("SUNLINE_ORIGIN", "").rstrip("/")
    if given:
        return _checked(given)
    if request.url.hostname not in LOOPBACK:
        raise NotSetUp("set SUNLINE_ORIGIN, such as https://duban.example.gov.cn")
    return f"http://{request.url.netloc}"


def secure() -> bool:
    """Whether visitors come by HTTPS; over plain HTTP nobody but this machine may."""
    return os.environ.get("SUNLINE_ORIGIN", "").startswith("https://")


def cookie(name: str) -> str:
    """A cookie's full name. With HTTPS its prefix makes browsers refuse it from anywhere else."""
    return f"__Host-sunline_{name}" if secure() else f"sunline_{name}"


def _checked(given: str) -> str:
    parts = urlsplit(given)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not safe or parts.path or parts.query or parts.username or not parts.hostname:
        raise NotSetUp(f"SUNLINE_ORIGIN={given}: use https://host[:port]")
    return given
