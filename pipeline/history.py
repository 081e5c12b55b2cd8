"""The releases of a city: which there are, going back to an older one."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from data_access.published import Correction, Release, describe
from data_access.settings import REMOVED, pointer, releases
from pipeline import chain, disk, journal
from pipeline.disk import ReleaseError
from pipeline.verify import examine

HOLDS, REWRITTEN, MISSING, UNREADABLE = "holds", "rewritten", "missing", "unreadable"


@dataclass(frozen=True)
class Listed:
    """One release. `chain` is HOLDS, or what is wrong with its manifest or its folder.

    Of a release that is missing or unreadable nothing but its id is known. `size` is in bytes;
    `removed` says that retention took its figures away.
    """

    id: str
    in_force: bool
    chain: str
    as_of: date | None = None
    published_at: datetime | None = None
    size: int = 0
    corrects: Correction | None = None
    corrected_by: tuple[str, ...] = ()
    removed: bool = False

    @property
    def withdrawn(self) -> bool:
        """A later release says that this one was wrong."""
        return bool(self.corrected_by)


def listed(city: str) -> list[Listed]:
    """Every release that was ever published, oldest first."""
    there = {chain.link(folder).id: folder for folder in chain.folders(releases(city))}
    recorded = _recorded(city, there)
    known = {name: _described(folder) for name, folder in there.items()}
    corrections: dict[str, list[str]] = {}
    for name, release in known.items():
        if release is not None and release.corrects is not None:
            corrections.setdefault(release.corrects.id, []).append(name)
    in_force = journal.in_force(city)
    names = [*recorded, *sorted(there.keys() - recorded.keys())]
    return [
        _listed(
            name, there.get(name), known.get(name), recorded.get(name, set()),
            name == in_force, tuple(sorted(corrections.get(name, ()))),
        )
        for name in names
    ]  # fmt: skip


def _listed(
    name: str,
    folder: Path | None,
    release: Release | None,
    recorded: set[str],
    in_force: bool,
    corrected_by: tuple[str, ...],
) -> Listed:
    if folder is None:
        return Listed(name, in_force, MISSING, corrected_by=corrected_by)
    state = HOLDS if recorded <= {chain.link(folder).sha256} else REWRITTEN
    if release is None:
        return Listed(name, in_force, UNREADABLE, corrected_by=corrected_by)
    return Listed(
        name, in_force, state, release.as_of, release.published_at, size(folder),
        release.corrects, corrected_by, (folder / REMOVED).is_file(),
    )  # fmt: skip


def _recorded(city: str, there: dict[str, Path]) -> dict[str, set[str]]:
    """Under which SHA-256 each release is known to the others and to the journal, oldest first."""
    links = []
    for folder in there.values():
        try:
            links.append(chain.read(folder))
        except (OSError, ValueError):
            continue  # `verify` names it
    found: dict[str, set[str]] = {}
    for some in [*sorted(links, key=len, reverse=True), journal.published(city)]:
        for link in some:
            found.setdefault(link.id, set()).add(link.sha256)
    return found


def _described(folder: Path) -> Release | None:
    try:
        return describe(folder)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def size(folder: Path) -> int:
    """The bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def folder_of(city: str, name: str) -> Path:
    """The folder of a release; one that is not there is a ReleaseError that lists the others."""
    folders = {chain.link(folder).id: folder for folder in chain.folders(releases(city))}
    try:
        return folders[name]
    except KeyError:
        known = ", ".join(sorted(folders)) or "none yet"
        raise ReleaseError(f"there is no release {name} of {city}: there are {known}") from None


def rollback(city: str, name: str, why: str) -> Path:
    """Put an older release in force again and return its folder.

    It is checked first, and refused if anything about it does not hold. What is wrong with the
    release in force or with another one is no hindrance: getting away from it is the purpose.
    """
    if not why.strip():
        raise ReleaseError("going back is recorded with its reason: give one (--reason TEXT)")
    with disk.alone(releases(city)):
        folder = folder_of(city, name)
        if name == journal.in_force(city):
            raise ReleaseError(f"{name} is in force already; nothing to do")
        if (folder / REMOVED).is_file():
            raise ReleaseError(
                f"the figures of {name} were removed by the retention policy, it cannot be "
                "served; choose a later release (`python -m pipeline releases`)"
            )
        report = examine(folder, dict(journal.published(city)))
        if problems := [
            text for check in report.checks if not check.others for text in check.failed
        ]:
            raise ReleaseError(
                f"{name} is not whole, so it is not served: {'; '.join(problems)}. Restore its "
                "folder from a copy, or choose another release"
            )
        journal.add(city, "rollback", chain.link(folder), why)
        disk.replace(pointer(city), f"{name}\n")
        return folder
