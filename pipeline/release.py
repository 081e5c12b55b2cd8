"""Write a release beside the old ones, check it, and put it in force by one atomic rename."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from data_access.published import DATABASE, MANIFEST, cells, current
from data_access.settings import pointer, releases
from metrics import lattice, registry

SYNTHETIC_LABEL = "模拟数据 simulated data"
BUILDING = ".building"


class ReleaseError(Exception):
    """Nothing was published; the message says why and what to do. The old release is served on."""


@dataclass(frozen=True)
class Contents:
    """What goes into a release: protected cells and what they were counted from."""

    city: str
    as_of: date
    synthetic: bool
    cases: int
    cells: pd.DataFrame


def publish(contents: Contents, check: Callable[[Path], list[str]]) -> Path:
    """Make a release of the contents and return its folder; ReleaseError leaves all as it was."""
    home = releases(contents.city)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with _only_one(home):
            for left_over in home.glob(f"{BUILDING}*"):  # of a publisher that was killed
                shutil.rmtree(left_over)
            name = _next_id(home, contents.as_of)
            building = home / f"{BUILDING}-{name}"
            building.mkdir()
            _write_database(building / DATABASE, contents)
            _write_manifest(building, name, contents)
            if problems := check(building):
                raise ReleaseError(f"{building} is not fit to publish: {'; '.join(problems)}")
            _settle(building)
            building.rename(home / name)
            _settle(home)
            _point(contents.city, name)
            return home / name
    except OSError as error:
        raise ReleaseError(
            f"{error.filename or home}: {error.strerror}; the release in force is unchanged. "
            "Make room or give this user the right to write there, then publish again"
        ) from error


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    """Hold the city's lock; the system lets go of it even if this process is killed."""
    with (home / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ReleaseError(
                f"another publisher is at work in {home}; wait for it to end and publish again"
            ) from None
        yield


def _next_id(home: Path, as_of: date) -> str:
    taken = [int(path.name[-3:]) for path in home.glob(f"{as_of}-[0-9][0-9][0-9]")]
    return f"{as_of}-{max(taken, default=0) + 1:03d}"


def _write_database(path: Path, contents: Contents) -> None:
    about = {"city": contents.city, "as_of": str(contents.as_of)}
    about["label"] = SYNTHETIC_LABEL if contents.synthetic else ""
    with duckdb.connect(path) as database:
        for name, table in (
            (cells.name, pa.Table.from_pandas(contents.cells, preserve_index=False)),
            ("about", pa.table({"key": list(about), "value": list(about.values())})),
        ):
            database.register("source", table)
            database.execute(f"CREATE TABLE {name} AS SELECT * FROM source")  # noqa: S608
            database.unregister("source")


def _write_manifest(folder: Path, name: str, contents: Contents) -> None:
    manifest: dict[str, Any] = {
        "id": name,
        "city": contents.city,
        "as_of": str(contents.as_of),
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "synthetic": contents.synthetic,
        "label": SYNTHETIC_LABEL if contents.synthetic else "",
        "cases": contents.cases,
        "cells": len(contents.cells),
        "withheld": int(contents.cells["withheld"].notna().sum()),
        "definitions": {key: metric.sha256 for key, metric in registry.everything().items()},
        "lattice": sha256(lattice.FILE),
        "engine": {"duckdb": version("duckdb")},
        "files": {DATABASE: sha256(folder / DATABASE)},
        "previous": _previous(contents.city),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, "utf-8")


def _previous(city: str) -> dict[str, str] | None:
    """The release this one follows, with the hash of its manifest: a rewritten past shows."""
    before = current(city)
    if before is None:
        return None
    return {"id": before.id, "manifest": sha256(before.folder / MANIFEST)}


def sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _settle(folder: Path) -> None:
    """Have the disk hold a folder and its files before anything points at them."""
    for path in (*(item for item in folder.iterdir() if item.is_file()), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _point(city: str, name: str) -> None:
    """The swap: one rename, before which the old release is served and after which the new one."""
    old = pointer(city)
    new = old.with_suffix(".new")
    with new.open("w", encoding="ascii") as content:
        content.write(f"{name}\n")
        content.flush()
        os.fsync(content.fileno())
    new.replace(old)
    _settle(old.parent)
