"""Servers that start as if cold, without the seconds of importing libraries each time.

A process has imported the libraries of the site and nothing of the site itself. For every server it
forks a child, which then runs `python -m MODULE ARGUMENTS` from its first line: the application is
imported, the runtime made and every page run for the first time in that child.
"""

import atexit
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from data_access.settings import PROJECT

# What `import app` spends its time on.
LIBRARIES = (
    "uvicorn", "uvicorn.protocols.websockets.auto", "uvicorn.protocols.http.auto",
    "streamlit.web.cli", "streamlit.starlette", "altair", "pydeck", "pandas", "duckdb",
    "pyarrow.parquet", "scipy.stats", "sqlalchemy.orm", "alembic.command", "docx", "typst",
    "cryptography", "joserfc", "httpx2",
)  # fmt: skip
OURS = ("app", "components", "web", "metrics", "supervision", "pages", "pipeline", "cities")
SILENT = Path(os.devnull)


class Forks:
    """The process that forks."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__], cwd=PROJECT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        atexit.register(self._process.communicate)

    def _ask(self, **asked: object) -> int:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(asked) + "\n")
        stdin.flush()
        return int(stdout.readline())

    @contextmanager
    def running(self, command: list[str], data: Path, log: Path) -> Iterator[Callable[[], bool]]:
        """Such a server, ended afterwards; tells whether it is alive."""
        python, option, *module = command
        assert (python, option) == (sys.executable, "-m")
        environment = os.environ | {"SUNLINE_DATA": str(data)}
        child = self._ask(command=module, environment=environment, log=str(log))
        state = Path(f"/proc/{child}/stat")
        try:
            # One that has ended is a zombie until it is asked for.
            yield lambda: ") Z " not in state.read_text("utf-8")
        finally:
            os.kill(child, signal.SIGTERM)
            self._ask(end=child)


@cache
def forks() -> Forks:
    """That of this process."""
    return Forks()


def main() -> None:
    """Until the other end closes: a line asks for a server or for the end of one."""
    for name in LIBRARIES:
        importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        sys.stdout.write(f"{_end(**asked) if 'end' in asked else _begin(asked)}\n")
        sys.stdout.flush()


def _end(end: int) -> int:
    return os.waitpid(end, 0)[1]


def _begin(asked: dict[str, Any]) -> int:
    _untouched()
    child = os.fork()
    if not child:
        _become(**asked)
    return child


def _untouched() -> None:
    """Nothing was served, drawn or even read of this site."""
    from streamlit.runtime import Runtime
    from streamlit.runtime.pages_manager import PagesManager

    assert not {name for name in sys.modules if name.partition(".")[0] in OURS}
    assert PagesManager.uses_pages_directory is None
    assert not Runtime.exists()
    assert threading.active_count() == 1


def _become(command: list[str], environment: dict[str, str], log: str) -> None:
    said, nothing = os.open(log, os.O_WRONLY | os.O_CREAT), os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for stream in (1, 2) if Path(log) != SILENT else (1,):
        os.dup2(said, stream)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[:] = command
    try:
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
