"""What the site costs its server, in one run: python -m tools.bench_site.

  - processor time of a rerun of each public page, warm; of the same page with constant data
    (tools.recorded_app); and of the same page of a city of 20 million cases;
  - visitors who ask for the overview again every five seconds, of a server that has one core;
  - reruns, and memory, while 200 programs download the largest file;
  - what a browser loads for its first page.

Processor time is that of the server process: other users of the machine hardly change it.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from components.sitemap import PAGES, Page
from data_access import shelf
from tools import site_browser, site_load, site_made
from tools.site_visitor import Server, opened, question, record, rerun, serving

SMALL, LARGE = 100_000, 20_000_000  # cases
WARM, RERUNS, ROUNDS = 5, 30, 5
FRAME = 3_000  # bytes that tell of all pages of the site, of which the yardstick has one
LANGUAGES = ("zh", "en")
VISITORS, PROGRAMS = (100, 200, 300), 200
RECORDED = "tools.recorded_app:app"


def costs(*asked: tuple[Server, Sequence[bytes]]) -> list[float]:
    """Seconds of processor for one warm rerun of each server, for the dearest of its questions.

    The cheapest round of each. The servers take turns, so that whoever else is on the machine now
    and then disturbs all of them alike.
    """
    rounds: dict[tuple[int, bytes], list[float]] = {}
    for _ in range(ROUNDS):
        for server, questions in asked:
            for one in questions:
                rounds.setdefault((server.process, one), []).append(_round(server, one))
    return [
        max(min(rounds[server.process, one]) for one in questions) for server, questions in asked
    ]


def sent(server: Server, asked: bytes) -> int:
    """Bytes that a new visitor is sent for a page."""
    with opened(server.port) as visitor:
        return rerun(visitor, asked)


def _round(server: Server, asked: bytes) -> float:
    with opened(server.port) as visitor:
        for _ in range(WARM):
            rerun(visitor, asked)
        before = server.used()
        for _ in range(RERUNS):
            rerun(visitor, asked)
        return (server.used() - before) / RERUNS


def each_page(small: Path, large: Path, cases: int, pages: Sequence[Page]) -> None:
    """A line a page, and one for a page with nothing on it."""
    kept = Path(tempfile.mkdtemp(dir=small))
    (kept / "nothing").touch()
    os.environ["SUNLINE_RECORDED"] = str(kept)
    with serving(small) as site, serving(small, RECORDED) as constant, serving(large) as grown:
        (nothing,) = costs((constant, [question(PAGES[0], urlencode({"probe": "nothing"}))]))
        say(f"rerun of an empty page: {nothing * 1000:.1f} ms of processor")
        for page in pages:
            asked = {one: question(page, urlencode({"lang": one})) for one in LANGUAGES}
            for language, one in asked.items():
                record(site.port, one, kept / f"{page.id}-{language}")
            probes = [
                question(PAGES[0], urlencode({"probe": f"{page.id}-{one}"})) for one in LANGUAGES
            ]
            if sent(constant, probes[0]) < sent(site, asked[LANGUAGES[0]]) - FRAME:
                raise RuntimeError(f"{page.id}: the yardstick shows less than the page")
            pages_of_it = list(asked.values())
            ours, big, bare = costs((site, pages_of_it), (grown, pages_of_it), (constant, probes))
            say(
                f"rerun of {page.id:<14}{ours * 1000:6.1f} ms of processor, "
                f"{ours / bare:.2f} x with constant data, {big / ours:.2f} x at {cases:,} cases"
            )


def many(data: Path) -> None:
    """A line for each number of visitors: the server has one core, they have another."""
    asked = question(PAGES[0], "")
    for visitors in VISITORS:
        with serving(data, core=0) as server:
            sent(server, asked)  # a page that was seen before, as all but one find it
            found = site_load.waits(server.port, asked, visitors, core=1)
        say(
            f"{visitors} visitors, a rerun each {site_load.EVERY:.0f} s, one core: "
            f"{found.middle * 1000:.0f} ms, p95 {found.p95 * 1000:.0f} ms, {found.reruns} reruns"
        )


def downloads(data: Path) -> None:
    """Reruns of the overview with and without programs that download, in turn; and memory."""
    asked = question(PAGES[0], "")
    with site_made.at(data), serving(data, core=0) as server:
        path, size = site_made.largest(shelf.versions(site_made.CITY.id)[0])
        alone: list[float] = []
        among: list[float] = []
        with opened(server.port) as visitor:
            for _ in range(WARM):
                rerun(visitor, asked)
            before = server.memory()
            for _ in range(ROUNDS):
                alone += site_load.times(visitor, asked, RERUNS)
                with site_load.downloading(server.port, path, PROGRAMS, core=1) as came:
                    among += site_load.times(visitor, asked, RERUNS)
        quiet, busy = median(alone), median(among)
        say(
            f"{PROGRAMS} downloads of {size / 1e6:.1f} MB at a time: reruns {busy / quiet:.2f} x "
            f"({busy * 1000:.0f} against {quiet * 1000:.0f} ms); memory {before:.0f} -> "
            f"{server.memory():.0f} MB at most; {came.value / 1e6:.0f} MB came in the last round"
        )


def run(large: int = LARGE, pages: Sequence[Page] = PAGES) -> None:
    """Print all lines, of the public site alone: as it is served to the public."""
    os.environ["SITE"] = "public"
    with tempfile.TemporaryDirectory(prefix="sunline-bench-") as name:
        small, grown = Path(name, "small"), Path(name, "large")
        site_made.made(small, SMALL)
        site_made.grown(small, grown, large)
        each_page(small, grown, large, pages)
        many(small)
        downloads(small)
        with serving(small) as server:
            say(f"first page in a browser: {site_browser.first(server.port) / 1e6:.2f} MB came")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--large", type=float, default=LARGE / 1e6, metavar="MILLIONS")
    parser.add_argument("--page", action="append", metavar="ID")
    given = parser.parse_args()
    run(
        round(given.large * 1e6),
        [page for page in PAGES if not given.page or page.id in given.page],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
