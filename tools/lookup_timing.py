"""Can a failed look-up be told from another by its time? python -m tools.lookup_timing.

Asks over HTTP, kinds of failure in turn, and prints the median of each and its ratio to the first:
once as the site answers, once without the floor under which differences are hidden.
"""

import os
import statistics
import sys
import tempfile
import time
from datetime import date

from starlette.applications import Starlette
from starlette.testclient import TestClient

from data_access.lookup import codes, limits, schema, writing
from data_access.lookup.progress import Progress, Step
from web import lookup

ROUNDS, FLOORED_ROUNDS = 1000, 60
OVER = date(2020, 1, 1)
CASE = Progress(as_of=OVER, synthetic=True, steps=(Step("received", OVER),), unit="610902")
ENDED = Progress(**vars(CASE) | {"expires": OVER})


def filled() -> dict[str, str]:
    """A store with 1,000 cases; their codes."""
    held: dict[str, str] = {}
    store = schema.create()
    cases = {f"GD{n:07}": CASE for n in range(999)} | {"GD-ENDED": ENDED}
    writing.fill(store, writing.secrets(store), "ankang", cases, lambda issued: held.update(issued))
    return held


def medians(client: TestClient, kinds: dict[str, tuple[str, str]], rounds: int) -> dict[str, float]:
    """Median seconds of each kind; they are asked in turn, so that the machine's moods cancel."""
    took: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(rounds):
        for kind, (number, code) in kinds.items():
            start = time.perf_counter()
            answer = client.post("/lookup", data={"number": number, "code": code})
            took[kind].append(time.perf_counter() - start)
            if answer.status_code != 404:
                raise RuntimeError(f"{kind}: {answer.status_code}")
    return {kind: statistics.median(times) for kind, times in took.items()}


def say(title: str, found: dict[str, float]) -> None:
    first = next(iter(found.values()))
    for kind, median in found.items():
        sys.stdout.write(f"{title:<16}{kind:<16}{median * 1000:9.3f} ms{median / first:8.3f} x\n")


def main() -> None:
    """Print a line for each kind of failure, without the floor and with it."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SUNLINE_DATA"] = folder
        limits.CASE = limits.ADDRESS = limits.ALL = limits.Limit(10**9, 10**6)
        held = filled()
        kinds = {
            "wrong code": ("GD0000001", codes.new_code()),
            "wrong number": ("GD9999999", held["GD0000001"]),
            "ended": ("GD-ENDED", held["GD-ENDED"]),
        }
        client = TestClient(Starlette(routes=lookup.routes()), base_url="http://localhost")
        floor, lookup.FLOOR = lookup.FLOOR, 0.0
        say("without floor", medians(client, kinds, ROUNDS))
        lookup.FLOOR = floor
        say("as answered", medians(client, kinds, FLOORED_ROUNDS))
        schema.connect().dispose()


if __name__ == "__main__":
    main()
