"""What all answers for machines share: methods, any site may read, not too many at once."""

import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from data_access.lookup.limits import Limit, network

METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"]  # all are answered
ALLOWED = "GET, HEAD, OPTIONS"
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": ALLOWED,
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}
ADDRESS = Limit(600, 60)  # questions a minute from one address
MOST_ADDRESSES = 100_000  # counted at once; beyond that all are let in until the minute is over

Handler = Callable[[Request], Response]
Refusal = Callable[[Request, str], Response]  # "not_allowed" or "too_many"


class Counter:
    """How many questions each address asked in the minute that runs; a process counts its own."""

    def __init__(self) -> None:
        self.window, self.counts = 0, dict[str, int]()

    def enter(self, address: str, now: float, limit: Limit) -> int:
        """0, or after how many seconds to come back."""
        window = int(now) // limit.seconds
        if window != self.window:
            self.window, self.counts = window, {}
        origin = network(address)
        if origin not in self.counts and len(self.counts) >= MOST_ADDRESSES:
            return 0
        self.counts[origin] = self.counts.get(origin, 0) + 1
        return (window + 1) * limit.seconds - int(now) if self.counts[origin] > limit.most else 0


COUNTER = Counter()


def opened(handler: Handler, refusal: Refusal) -> Handler:
    """A handler behind the door; `refusal` says what went wrong in the manner of the protocol."""

    def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=OPEN | PREFLIGHT | {"Allow": ALLOWED})
        found = _answer(request, handler, refusal)
        found.headers.update(OPEN)
        return found

    return answer


def _answer(request: Request, handler: Handler, refusal: Refusal) -> Response:
    if request.method not in ("GET", "HEAD"):
        refused = refusal(request, "not_allowed")
        refused.headers["Allow"] = ALLOWED
        return refused
    address = request.client.host if request.client else ""
    if wait := COUNTER.enter(address, time.time(), ADDRESS):
        refused = refusal(request, "too_many")
        refused.headers["Retry-After"] = str(wait)
        return refused
    return handler(request)
