"""The inbox of a city: files of the exchange contract on their way into the case database.

A file that was taken in moves to `done/`. One that was refused stays, beside a report that says
why, and is not tried again before it is replaced or the report is removed.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from cities import City
from data_access.settings import data_root
from pipeline import disk
from pipeline.ingest import ingest
from pipeline.sources import SourceError

SOURCE = "hotline"
DONE, REPORT = "done", ".refused.txt"
QUIET = 60  # seconds without a change after which a file is taken to be whole
REFUSALS = (SourceError, LookupError, ValueError, AssertionError)


@dataclass(frozen=True)
class Delivery:
    """What became of a file or folder of the inbox; `error` says why it was refused."""

    name: str
    rows: int = 0
    stored: int = 0
    quarantined: int = 0
    error: str = ""


def home(city: str) -> Path:
    """The folder into which the hotline delivers."""
    return data_root() / "inbox" / city


def prepare(city: str) -> None:
    """Make the inbox, for this user and its group alone: what comes in names people."""
    for folder in (home(city), home(city) / DONE):
        folder.mkdir(mode=0o770, parents=True, exist_ok=True)


def waiting(city: str) -> list[Path]:
    """What lies ready, in the order of the names. Hidden and partial files are left alone."""
    ready = (path for path in sorted(home(city).iterdir()) if _is_delivery(path))
    return [path for path in ready if _changed(path) <= time.time() - QUIET and not refused(path)]


def refused(path: Path) -> bool:
    """Whether it was refused as it lies there."""
    report = _report(path)
    return report.is_file() and report.stat().st_mtime >= _changed(path)


def unread(city: str) -> int:
    """How many deliveries wait for somebody to look after them."""
    return sum(refused(path) for path in home(city).iterdir() if _is_delivery(path))


def take_in(engine: Engine, city: City) -> Iterator[Delivery]:
    """Ingest all that waits, one after the other; each is stored whole or not at all."""
    prepare(city.id)
    for path in waiting(city.id):
        yield _ingest(engine, city, path)


def _ingest(engine: Engine, city: City, path: Path) -> Delivery:
    try:
        result = ingest(engine, SOURCE, str(path), city)
    except REFUSALS as error:
        disk.replace(_report(path), _refusal(path, str(error)))
        return Delivery(path.name, error=str(error))
    # Killed here, the next run ingests it again and finds all of it unchanged.
    path.replace(_free(home(city.id) / DONE / f"{result.batch:06}-{path.name}"))
    _report(path).unlink(missing_ok=True)
    tally = result.tally
    return Delivery(path.name, tally.rows_in, tally.stored, tally.quarantined)


def _refusal(path: Path, error: str) -> str:
    return (
        f"{path.name} was not taken in; nothing of it is in the case database.\n\n{error}\n\n"
        "Put a mended file in its place, or remove this report to have it tried again.\n"
    )


def _report(path: Path) -> Path:
    return path.with_name(f"{path.name}{REPORT}")


def _free(path: Path) -> Path:
    """A name that nothing has yet."""
    tried, number = path, 1
    while tried.exists():
        tried, number = path.with_name(f"{number}-{path.name}"), number + 1
    return tried


def _is_delivery(path: Path) -> bool:
    partial = path.name.startswith((".", "~")) or path.suffix in (".part", ".tmp", ".new")
    return not partial and path.name != DONE and not path.name.endswith(REPORT)


def _changed(path: Path) -> float:
    """When a file, or anything in a folder, was last changed."""
    inside = path.rglob("*") if path.is_dir() else ()
    return float(max(some.stat().st_mtime for some in (path, *inside)))
