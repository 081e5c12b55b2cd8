"""One refresh at a time. The system lets go of the lock of a process that died, however it died."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from data_access.settings import actor, data_root
from pipeline.journal import now


class Busy(Exception):
    """Another refresh is at work; the message says whose and since when."""


def place() -> Path:
    """The file that is locked; it tells of who held the lock last."""
    return data_root() / "refresh.lock"


@contextmanager
def held(city: str) -> Iterator[None]:
    """Hold the lock; Busy if another process does."""
    place().parent.mkdir(parents=True, exist_ok=True)
    with place().open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(_holder(place())) from None
        file.truncate(0)
        told = {"city": city, "pid": os.getpid(), "who": actor(), "since": now()}
        file.write(json.dumps(told, ensure_ascii=False))
        file.flush()
        yield


def _holder(path: Path) -> str:
    try:
        told = json.loads(path.read_text("utf-8"))
        who = "{who} (process {pid}) has been refreshing {city} since {since}".format(**told)
    except (ValueError, KeyError, TypeError):  # it has just begun
        who = "another refresh has just begun"
    return f"{who}; nothing was done. Let it end: the next run takes in what has come meanwhile"
