"""What a rerun of each public page costs the server: python -m tools.bench_site [--data FOLDER].

A real server, a real websocket, the page asked for again and again as a browser does on every
click. Processor time of the server process is told, because other users of the machine hardly
change it; the clock is told for those who wait.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from websockets.sync.client import ClientConnection, connect

from components import sitemap
from data_access.settings import PROJECT

TICKS = os.sysconf("SC_CLK_TCK")
WARM, RERUNS, ROUNDS = 5, 40, 3
LANGUAGES = ("zh", "en")


class Rerun(NamedTuple):
    processor: float  # seconds of the server for one rerun
    clock: float  # seconds until all of it has come
    bytes: int


@contextmanager
def serving(data: Path, port: int, app: str = "app:app") -> Iterator[int]:
    """A server of its own on a data folder; its process id."""
    command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen(command, cwd=PROJECT, env=os.environ | {"SUNLINE_DATA": str(data)})  # noqa: S603
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(10)


def opened(port: int) -> ClientConnection:
    """A visitor's connection, as soon as the server answers."""
    for _ in range(150):
        try:
            return connect(
                f"ws://localhost:{port}/_stcore/stream", subprotocols=["streamlit"],  # type: ignore[list-item]
                max_size=None, origin=f"http://localhost:{port}",  # type: ignore[arg-type]
            )  # fmt: skip
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"no answer on port {port}")


def rerun(visitor: ClientConnection, page: sitemap.Page, query: str) -> int:
    """Ask for a page, take in all of it; how many bytes came."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    asked = BackMsg()
    asked.rerun_script.query_string = query
    asked.rerun_script.page_name = "" if page.default else page.id
    asked.rerun_script.context_info.url = f"http://localhost{page.path}"
    visitor.send(asked.SerializeToString())
    size = 0
    while True:
        came = visitor.recv(timeout=60)
        told = ForwardMsg.FromString(came if isinstance(came, bytes) else came.encode())
        size += len(came)
        if told.WhichOneof("type") == "script_finished":
            return size


def used(process: int) -> float:
    """Processor time of a process so far, in seconds."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def measure(process: int, port: int, page: sitemap.Page, query: str) -> Rerun:
    """One page, warm: the cheapest of some rounds."""
    rounds: list[Rerun] = []
    with opened(port) as visitor:
        for _ in range(WARM):
            size = rerun(visitor, page, query)
        for _ in range(ROUNDS):
            start, before = time.perf_counter(), used(process)
            for _ in range(RERUNS):
                size = rerun(visitor, page, query)
            clock, processor = time.perf_counter() - start, used(process) - before
            rounds.append(Rerun(processor / RERUNS, clock / RERUNS, size))
    return min(rounds)


def run(data: Path, port: int = 8599, pages: Sequence[sitemap.Page] = sitemap.PAGES) -> None:
    """A line for each page."""
    with serving(data, port) as process:
        opened(port).close()
        for page in pages:
            costs = [measure(process, port, page, urlencode({"lang": one})) for one in LANGUAGES]
            cost = max(costs)
            sys.stdout.write(
                f"{page.id:<14}{cost.processor * 1000:7.1f} ms processor, "
                f"{cost.clock * 1000:7.1f} ms by the clock, {cost.bytes / 1000:7.1f} kB\n"
            )
            sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--page", action="append")
    given = parser.parse_args()
    chosen = [page for page in sitemap.PAGES if not given.page or page.id in given.page]
    run(given.data, pages=chosen)
    return 0


if __name__ == "__main__":
    sys.exit(main())
