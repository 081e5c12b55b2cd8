"""Writing so that a kill, a full disk or a second publisher leaves what was there before."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
RIGHTS = {errno.EACCES, errno.EPERM, errno.EROFS}


class ReleaseError(Exception):
    """Nothing was put in force; the message says why and what to do."""


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the lock of a city's releases; the system lets go of it even if this process is killed.

    What the disk refuses becomes a ReleaseError that says what to do.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        with (home / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ReleaseError(
                    f"another publisher is at work in {home}; the release in force is unchanged. "
                    "Wait for it to end, then try again"
                ) from None
            yield
    except OSError as error:
        raise ReleaseError(_advice(error.filename or home, error.errno, str(error))) from error
    except duckdb.Error as error:
        raise ReleaseError(_advice(home, _number(str(error)), str(error))) from error


def _number(text: str) -> int | None:
    """The number of the system's error that DuckDB tells as a text."""
    return next((number for number in ROOM | RIGHTS if os.strerror(number) in text), None)


def _advice(place: object, number: int | None, text: str) -> str:
    said = os.strerror(number) if number else text.splitlines()[0]
    if number in ROOM:
        todo = f"Make room there ({_free(place)}), then try again"
    elif number in RIGHTS:
        todo = (
            f"Give the user {os.geteuid()} the right to write there (a disk may be mounted "
            "read-only), then try again"
        )
    else:
        todo = "Look after that disk, then try again"
    return f"{place}: {said}; the release in force is unchanged. {todo}"


def _free(place: object) -> str:
    path = Path(str(place))
    while not path.exists():
        path = path.parent
    found = os.statvfs(path)
    return f"{found.f_bavail * found.f_frsize / 1e6:.1f} MB are free"


def replace(path: Path, text: str) -> None:
    """Put a small file in the place of another, whole: one rename."""
    new = path.with_name(f"{path.name}.new")
    with new.open("w", encoding="utf-8") as content:
        content.write(text)
        content.flush()
        os.fsync(content.fileno())
    new.replace(path)
    sync(path.parent)


def settle(folder: Path) -> None:
    """Have the disk hold a folder and all in it, and make its files read-only."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file():
            path.chmod(path.stat().st_mode & ~0o222)
        sync(path)
    sync(folder)


def sync(path: Path) -> None:
    """Wait until the disk holds a file, or a folder's list of names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
