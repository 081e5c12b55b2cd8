"""Local accounts ask for a browser on this very machine, with nothing in between."""

import ipaddress

from starlette.requests import Request

from supervision.web import place

RELAYED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def at_home(request: Request) -> bool:
    """Whether the request came from this machine, to an address that only it can reach.

    A proxy on this machine gives itself away by its headers or by the name it was asked for.
    """
    if place.secure() or any(name in request.headers for name in RELAYED):
        return False
    here = request.scope.get("server") or ("", 0)
    there = request.client.host if request.client else ""
    return request.url.hostname in place.LOOPBACK and _loopback(here[0]) and _loopback(there)


def _loopback(address: str) -> bool:
    try:
        return address in place.LOOPBACK or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
