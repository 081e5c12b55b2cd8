"""What all of pytest's processes build once: the first one that needs it builds, others wait."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def built_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], object]) -> Path:
    """A copy, of this process alone, of the folder that `build` fills once in a run.

    A copy, because a database that is only read is written to all the same (SQLite's log beside
    it), and no test may disturb those of another process.
    """
    home = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        home = home.parent  # that of the whole run
    folder = home / f"shared-{name}"
    with (home / f"shared-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go of by the system, whatever becomes of us
        if not folder.exists():
            building = factory.mktemp(name)
            build(building)
            building.rename(folder)
    copy = factory.mktemp(name)
    shutil.copytree(folder, copy, dirs_exist_ok=True)
    return copy
