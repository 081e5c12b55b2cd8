"""How long the figures of superseded releases are kept; manifests and the chain stay for ever.

Never removed: the release in force, the newest one, every correction and what it corrects.
"""

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from data_access.published import describe
from data_access.settings import CHAIN, DEFINITIONS, LATTICE, MANIFEST, REMOVED, releases
from pipeline import chain, disk, history, journal

MONTHS = 24  # how long the figures of a superseded release stay
KEPT = {CHAIN, DEFINITIONS, LATTICE}  # besides the manifest and its SHA-256


@dataclass(frozen=True)
class Removal:
    """The figures of one release, removed or, in a dry run, to be removed. `size` is in bytes."""

    id: str
    published_at: datetime
    files: tuple[str, ...]
    size: int


def prune(
    city: str, months: int = MONTHS, dry_run: bool = False, today: datetime | None = None
) -> list[Removal]:
    """Remove the figures of releases older than so many months; a dry run only tells which.

    A run that was cut short is finished by the next one. At least one month is kept.
    """
    if months < 1:
        raise ValueError(f"{months} months: keep at least 1")
    now = today or datetime.now(UTC)
    why = f"superseded and older than {months} months (retention policy)"
    with disk.alone(releases(city)):
        due = [_removal(city, name) for name in _removable(city, _back(now, months))]
        found = [removal for removal in due if removal.files]
        for removal in [] if dry_run else found:
            folder = history.folder_of(city, removal.id)
            journal.add(city, "prune", chain.link(folder), why)
            _remove(folder, removal, why, now)
    return found


def _removable(city: str, before: datetime) -> list[str]:
    older = history.listed(city)[:-1]
    return [
        item.id
        for item in older
        if item.chain == history.HOLDS
        and item.published_at is not None
        and item.published_at < before
        and not (item.in_force or item.withdrawn or item.corrects)
    ]


def _back(now: datetime, months: int) -> datetime:
    """The same day so many months earlier; of a shorter month its 28th at the latest."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, 28))


def _removal(city: str, name: str) -> Removal:
    folder = history.folder_of(city, name)
    named = json.loads((folder / MANIFEST).read_text("utf-8"))["files"]
    files = tuple(file for file in named if file not in KEPT and (folder / file).is_file())
    size = sum((folder / file).stat().st_size for file in files)
    return Removal(name, describe(folder).published_at, files, size)


def _remove(folder: Path, removal: Removal, why: str, now: datetime) -> None:
    """Say first what is removed, then remove it: a release cut short in between explains itself."""
    earlier = (
        json.loads((folder / REMOVED).read_text("utf-8")) if (folder / REMOVED).is_file() else {}
    )
    files = sorted({*earlier.get("files", ()), *removal.files})
    told = {"on": f"{now:%Y-%m-%d}", "why": why, "files": files}
    disk.replace(folder / REMOVED, json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    for file in removal.files:
        (folder / file).unlink()
    for place in sorted((path for path in folder.rglob("*") if path.is_dir()), reverse=True):
        if not any(place.iterdir()):
            shutil.rmtree(place)
    disk.sync(folder)
