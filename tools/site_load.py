"""Many at once: visitors who ask again every few seconds, and programs that download."""

import asyncio
import os
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, NamedTuple

from websockets.asyncio.client import connect
from websockets.sync.client import ClientConnection

from tools.site_visitor import how, last, rerun

EVERY, FOR, SETTLE = 5.0, 30.0, 10.0  # seconds
PIECE = 64 * 1024


class Waits(NamedTuple):
    """How long visitors waited for a whole page, in seconds."""

    middle: float
    p95: float
    reruns: int


def waits(port: int, asked: bytes, visitors: int, core: int) -> Waits:
    """So many visitors, each asking every five seconds, from a core of their own."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        found = asyncio.run(_visits(port, asked, visitors))
    finally:
        os.sched_setaffinity(0, before)
    return Waits(statistics.median(found), statistics.quantiles(found, n=20)[-1], len(found))


async def _visits(port: int, asked: bytes, visitors: int) -> list[float]:
    found: list[float] = []
    starts = time.monotonic() + SETTLE

    async def visit(number: int) -> None:
        await asyncio.sleep(SETTLE / 2 * number / visitors)  # evenly, as visitors of a day come
        async with connect(**how(port), ping_interval=None) as page:
            due = time.monotonic()
            while due < starts + FOR:
                await asyncio.sleep(due - time.monotonic())
                await page.send(asked)
                while not last(await page.recv()):
                    pass
                now = time.monotonic()
                if due >= starts:
                    found.append(now - due)
                due += EVERY * (1 + max(0, now - due) // EVERY)  # who waited keeps their own turn

    await asyncio.gather(*(visit(number) for number in range(visitors)))
    return found


def times(visitor: ClientConnection, asked: bytes, reruns: int) -> list[float]:
    """Seconds of each of so many reruns."""
    found = []
    for _ in range(reruns):
        begun = time.perf_counter()
        rerun(visitor, asked)
        found.append(time.perf_counter() - begun)
    return found


@contextmanager
def downloading(port: int, path: str, programs: int, core: int) -> Iterator[Any]:
    """So many programs that download a file over and over; the bytes that came, as they come."""
    spawn = get_context("spawn")
    over, came = spawn.Event(), spawn.Value("q", 0)
    process = spawn.Process(target=_download, args=(port, path, programs, core, over, came))
    process.start()
    while not came.value:  # until the first of it is there
        if not process.is_alive():
            raise RuntimeError("the programs that download ended by themselves")
        time.sleep(0.05)
    try:
        yield came
    finally:
        over.set()
        process.join()


def _download(port: int, path: str, programs: int, core: int, over: Any, came: Any) -> None:
    os.sched_setaffinity(0, {core})
    os.nice(10)  # whoever measures the reruns goes first
    asyncio.run(_downloads(port, path, programs, over, came))


async def _downloads(port: int, path: str, programs: int, over: Any, came: Any) -> None:
    asked = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode()

    async def download() -> None:
        while not over.is_set():
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(asked)
            while not over.is_set() and (piece := await reader.read(PIECE)):
                came.value += len(piece)
            writer.close()

    await asyncio.gather(*(download() for _ in range(programs)))
