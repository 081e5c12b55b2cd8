"""A served site and Debian's chromium, driven by Playwright."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from data_access.settings import PROJECT
from tests.browser.forked import SILENT, forks

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
SHOTS = PROJECT / "test-output" / "screenshots"  # of all pages with SUNLINE_SCREENSHOTS=1
expect.set_options(timeout=30_000)  # how quick a page is, is for the benchmark to say
Serve = Callable[[list[str]], str]


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(
    command: list[str], port: int, data: Path, log: Path = SILENT, cold: bool = False
) -> Iterator[str]:
    """Run a server of the site on a data folder until it answers, and stop it afterwards.

    With a log, it holds all that the server says. Only a cold one starts from nothing; others
    find the libraries imported (tests/browser/forked.py).
    """
    with (_cold if cold else forks().running)(command, data, log) as alive:
        for _ in range(1200):
            assert alive(), f"{command} ended by itself"
            try:
                # A health check, not a page: the first page asked for is the test's own.
                urllib.request.urlopen(f"http://localhost:{port}/healthz", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://localhost:{port}"


@contextmanager
def _cold(command: list[str], data: Path, log: Path) -> Iterator[Callable[[], bool]]:
    environment = os.environ | {"SUNLINE_DATA": str(data)}
    kept = None if log == SILENT else subprocess.STDOUT
    with log.open("wb") as said:
        process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=said, stderr=kept)
    try:
        yield lambda: process.poll() is None
    finally:
        process.terminate()
        process.wait(10)


def uvicorn(port: int) -> list[str]:
    return [sys.executable, "-m", "uvicorn", "app:app", "--port", str(port), "--log-level", "error"]


def streamlit_run(port: int) -> list[str]:
    return [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]


@pytest.fixture(scope="session")
def site(published_demo: Path) -> Iterator[str]:
    """The demo city, served once for all tests that only look."""
    port = free_port()
    with serving(uvicorn(port), port, published_demo, cold=True) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("chromium not found: run `make system` to install it")
    SHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        opened.close()
