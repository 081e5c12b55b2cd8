"""Where the site is served, for addresses that must be whole."""

import os

from starlette.requests import Request


def origin(request: Request) -> str:
    """Scheme and host: SUNLINE_ORIGIN, else as the visitor asked."""
    return (os.environ.get("SUNLINE_ORIGIN") or str(request.base_url)).rstrip("/")
