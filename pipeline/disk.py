"""Writing so that a kill, a full disk or a second publisher leaves what was there before."""

import errno
import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

ROOM = "Make room there ({free:.1f} MB are free)"
RIGHT = "Give user {user} the right to write there (the disk may be mounted read-only)"
REMEDIES = {
    errno.ENOSPC: ROOM,
    errno.EDQUOT: ROOM,
    errno.EACCES: RIGHT,
    errno.EPERM: RIGHT,
    errno.EROFS: RIGHT,
    errno.EFBIG: "Lift this user's limit on the size of files (ulimit -f)",
}


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
    return next((number for number in REMEDIES if os.strerror(number) in text), None)


def _advice(place: str | Path, number: int | None, text: str) -> str:
    said = os.strerror(number) if number else text.splitlines()[0]
    remedy = REMEDIES.get(number or 0, "Have that disk looked after")
    told = remedy.format(free=_free(Path(place)), user=os.geteuid())
    return f"{place}: {said}; the release in force is unchanged. {told}, then try again"


def _free(place: Path) -> float:
    """Megabytes that this user may still write there."""
    there = next(path for path in (place, *place.parents) if path.exists())
    return os.statvfs(there).f_bavail * os.statvfs(there).f_frsize / 1e6


def replace(path: Path, content: str | bytes) -> None:
    """Put a small file in the place of another, whole: one rename."""
    new = path.with_name(f"{path.name}.new")
    with new.open("wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    sync(path.parent)


def write(path: Path, tables: Mapping[str, pa.Table]) -> None:
    """A new DuckDB file of some tables."""
    with duckdb.connect(path) as database:
        for name, table in tables.items():
            database.register("source", table)
            database.execute(f'CREATE TABLE "{name}" AS SELECT * FROM source')  # noqa: S608
            database.unregister("source")
        # Without room, closing would silently leave the tables in a log beside the file.
        database.execute("CHECKPOINT")


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
