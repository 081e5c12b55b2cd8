"""Every release on the shelf, file by file: what may be downloaded, and the checksum of each file.

A name is looked up in the manifest and never joined to a path before, so nothing else can be had.
"""

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from data_access.published import Release, cells, describe, fetch, listed
from data_access.settings import (
    DEFINITIONS,
    FILES,
    LATTICE,
    MANIFEST,
    REMOVED,
    SIGNED,
    releases,
)

ID = re.compile(r"\d{4}-\d{2}-\d{2}-\d{3}")  # of a release: as-of day and number
WHOLE = "release"  # the set that is the folder of the release itself
PACKAGE, CHANGES = "datapackage.json", "changes.json"


@dataclass(frozen=True)
class Shelved:
    """A release and the SHA-256 of each of its files, by their paths in its folder.

    Files that retention removed are still named; they are no longer there.
    """

    release: Release
    files: Mapping[str, str]

    def path(self, name: str) -> Path:
        """Where a file of `files` lies."""
        return self.release.folder / name

    def sets(self) -> list[str]:
        """The sets of open data by name; none in releases made before there were any."""
        return sorted(
            name.split("/")[1]
            for name in self.files
            if name.count("/") == 2 and name.startswith(f"{FILES}/") and name.endswith(PACKAGE)
        )

    def within(self, item: str) -> dict[str, str]:
        """The files of a set by their names in it, with their paths in the release."""
        if item == WHOLE:
            return {name: name for name in self.files}
        start = f"{FILES}/{item}/"
        return {name.removeprefix(start): name for name in self.files if name.startswith(start)}


def find(city: str, name: str) -> Shelved | None:
    """A release by its id, whether in force or not; None if there is none of that name."""
    folder = releases(city) / name
    if not ID.fullmatch(name) or not (folder / MANIFEST).is_file():
        return None
    return open_shelf(folder)


def versions(city: str) -> list[Shelved]:
    """Every release of a city that is there, newest first."""
    return [open_shelf(release.folder) for release in reversed(listed(city))]


@lru_cache(maxsize=64)
def open_shelf(folder: Path) -> Shelved:
    """Read what a release names; it never changes, so once is enough."""
    named: dict[str, str] = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
    signed = (folder / SIGNED).read_text("ascii").split()[0]
    return Shelved(describe(folder), dict(sorted((named | {MANIFEST: signed}).items())))


def unsigned(shelved: Shelved) -> list[str]:
    """The two files that no manifest can name: its own SHA-256, and what retention removed."""
    return [name for name in (SIGNED, REMOVED) if shelved.path(name).is_file()]


def removed(shelved: Shelved) -> bool:
    """Whether retention took the figures of a release away."""
    return shelved.path(REMOVED).is_file()


@lru_cache(maxsize=256)
def _described(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def packages(shelved: Shelved) -> dict[str, dict[str, Any]]:
    """Every set that is there with its Data Package, in the order that the release gives them."""
    found = {item: described(shelved, item) for item in shelved.sets()}
    there = [(item, package) for item, package in found.items() if package]
    return dict(sorted(there, key=lambda pair: int(pair[1].get("position", 0))))


def described(shelved: Shelved, item: str) -> dict[str, Any] | None:
    """The Data Package of a set; None if there is none, or no longer."""
    name = f"{FILES}/{item}/{PACKAGE}"
    if name not in shelved.files or not shelved.path(name).is_file():
        return None
    found: dict[str, Any] = _described(shelved.path(name))
    return found


def rows(shelved: Shelved, item: str, table: str) -> list[dict[str, Any]] | None:
    """A small table of a set as its JSON file has it; None if there is none, or no longer."""
    name = f"{FILES}/{item}/{table}.json"
    if name not in shelved.files or not shelved.path(name).is_file():
        return None
    found: list[dict[str, Any]] = _described(shelved.path(name))
    return found


def lattice(shelved: Shelved) -> list[dict[str, Any]]:
    """The tables that the release was counted for: metrics, by, grains and threshold of each."""
    found: list[dict[str, Any]] = _described(shelved.path(LATTICE))
    return found


def definitions(shelved: Shelved) -> dict[str, str]:
    """The files of the metrics that the release was counted by, by their ids."""
    found: dict[str, str] = _described(shelved.path(DEFINITIONS))
    return found


def head(shelved: Shelved, item: str, name: str, rows: int) -> list[dict[str, str]]:
    """The first rows of a CSV file, by column, as they stand in it."""
    path = shelved.path(f"{FILES}/{item}/{name}")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(islice(csv.DictReader(lines), rows))


def label(shelved: Shelved) -> str:
    """What marks simulated data, in the words of the release itself; empty if they are real."""
    return str(_described(shelved.path(MANIFEST)).get("label", ""))


def changes(shelved: Shelved) -> dict[str, Any]:
    """What changed since the release before, as the release says; empty for the first one."""
    name = f"{FILES}/{CHANGES}"
    found: dict[str, Any] = _described(shelved.path(name)) if name in shelved.files else {}
    return found


def withheld(release: Release) -> dict[str | None, int]:
    """How many cells are withheld, by reason; those that are shown under None."""
    query = select(cells.c.withheld, func.count().label("cells")).group_by(cells.c.withheld)
    return {row["withheld"]: row["cells"] for row in fetch(release, query).to_pylist()}
