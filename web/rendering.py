"""The one process that draws charts: started when it is needed, one chart at a time."""

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from threading import Lock, Timer
from typing import Any

from data_access.settings import PROJECT

PATIENCE = 15.0  # seconds a visitor waits for others' charts
LONGEST = 60.0  # seconds a chart may take, the start of the process included


class Busy(RuntimeError):
    """Too many charts are asked for at once."""


class Failed(RuntimeError):
    """The drawing process ended or refused."""


class Renderer:
    """Talks to `web.renderer`; a process that hangs or ends is replaced by the next chart's."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None

    def svg(self, spec: Mapping[str, Any], config: Mapping[str, Any]) -> str:
        """Vega-Lite as SVG. Raises Busy and Failed."""
        return self._ask({"spec": spec, "config": config})["svg"]

    def png(self, svg: str) -> bytes:
        """SVG as PNG. Raises Busy and Failed."""
        return base64.b64decode(self._ask({"svg": svg})["png"])

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _ask(self, asked: Mapping[str, Any]) -> dict[str, str]:
        with self._turn(), self._running() as process:
            if process.stdin is None or process.stdout is None:
                raise Failed("no pipes")
            try:
                process.stdin.write(json.dumps(asked) + "\n")
                process.stdin.flush()
                line = process.stdout.readline()
            except OSError:
                line = ""
        answer: dict[str, str] = json.loads(line) if line else {"error": "it ended"}
        if "error" in answer:
            raise Failed(answer["error"])
        return answer

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=PATIENCE):
            raise Busy
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def _running(self) -> Iterator[subprocess.Popen[str]]:
        """The process, killed if it takes too long."""
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "web.renderer"], cwd=PROJECT, text=True, encoding="utf-8",
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
        late = Timer(LONGEST, self._process.kill)
        late.daemon = True
        late.start()
        try:
            yield self._process
        finally:
            late.cancel()

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


@cache
def chinese_font() -> bool:
    """Whether this machine has a font with Chinese letters."""
    program = shutil.which("fc-list")
    if program is None:
        return False
    found = subprocess.run(  # noqa: S603 - a fixed command
        [program, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False
    )
    return bool(found.stdout.strip())


RENDERER = Renderer()
