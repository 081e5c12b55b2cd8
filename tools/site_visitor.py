"""A visitor of the site without a browser: a websocket that asks for pages and takes them in."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from components.sitemap import Page
from data_access.settings import PROJECT

TICKS = os.sysconf("SC_CLK_TCK")
SHORT = 200  # bytes: the message that ends a run is shorter


class Server(NamedTuple):
    process: int
    port: int

    def used(self) -> float:
        """Processor time so far, in seconds."""
        told = Path(f"/proc/{self.process}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / TICKS

    def memory(self) -> float:
        """The most memory that it held until now, in MB."""
        told = Path(f"/proc/{self.process}/status").read_text("ascii").splitlines()
        return int(next(line for line in told if line.startswith("VmHWM")).split()[1]) / 1024


@contextmanager
def serving(data: Path, app: str = "app:app", core: int | None = None) -> Iterator[Server]:
    """A server of its own on a data folder, on one core if asked."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--log-level", "error"]
    process = subprocess.Popen(command, cwd=PROJECT, env=os.environ | {"SUNLINE_DATA": str(data)})  # noqa: S603
    try:
        if core is not None:
            os.sched_setaffinity(process.pid, {core})
        opened(port).close()
        yield Server(process.pid, port)
    finally:
        process.terminate()
        process.wait(30)


def how(port: int) -> dict[str, Any]:
    """Address and options of a connection."""
    return {
        "uri": f"ws://localhost:{port}/_stcore/stream", "origin": f"http://localhost:{port}",
        "subprotocols": ["streamlit"], "max_size": None, "compression": None, "open_timeout": 60,
    }  # fmt: skip


def opened(port: int) -> ClientConnection:
    """A visitor's connection, as soon as the server answers."""
    for _ in range(300):
        try:
            visitor: ClientConnection = connect(**how(port))
            return visitor
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"no answer on port {port}")


def question(page: Page, query: str) -> bytes:
    """What a browser sends to have a page run."""
    asked = BackMsg()
    asked.rerun_script.query_string = query
    asked.rerun_script.page_name = "" if page.default else page.id
    asked.rerun_script.context_info.url = f"http://localhost{page.path}"
    return bytes(asked.SerializeToString())


def last(came: bytes | str) -> bool:
    """Whether this message ends a run."""
    if isinstance(came, str) or len(came) > SHORT:
        return False
    return bool(ForwardMsg.FromString(came).WhichOneof("type") == "script_finished")


def rerun(visitor: ClientConnection, asked: bytes) -> int:
    """Ask for a page and take in all of it; how many bytes came."""
    visitor.send(asked)
    size = 0
    while True:
        came = visitor.recv(timeout=60)
        size += len(came)
        if last(came):
            return size


def record(port: int, asked: bytes, file: Path) -> None:
    """Keep what a server sends to a new visitor for a page."""
    visitor, came = opened(port), [b""]
    with visitor:
        visitor.send(asked)
        while not last(came[-1]):
            message = visitor.recv(timeout=60)
            came.append(message if isinstance(message, bytes) else message.encode())
    file.write_bytes(b"".join(len(one).to_bytes(4, "big") + one for one in came[1:]))


def unpacked(content: bytes) -> Iterator[bytes]:
    """The messages that `record` kept."""
    place = 0
    while place < len(content):
        size = int.from_bytes(content[place : place + 4], "big")
        place += 4 + size
        yield content[place - size : place]
