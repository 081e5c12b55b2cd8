"""The journal of a city's releases: who did what, when and why. Entries are only ever added.

It is no part of a release. An entry is written before the act, so nothing is done unrecorded; if
the act was cut short, the next entry shows by `in_force` that it did not happen.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from data_access.settings import actor, journal, pointer
from pipeline.chain import Link
from pipeline.disk import replace


def now() -> str:
    """The time of day, in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class Entry:
    """One act on one release. `in_force` is the release that was in force before it."""

    what: str  # publish, rollback or prune
    release: str
    manifest: str  # the SHA-256 of its manifest
    why: str = ""
    in_force: str = ""
    at: str = field(default_factory=now)
    who: str = field(default_factory=actor)


def read(city: str) -> list[Entry]:
    """All entries, oldest first."""
    try:
        lines = journal(city).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [Entry(**json.loads(line)) for line in lines]


def add(city: str, what: str, link: Link, why: str = "") -> None:
    """Add an entry; the caller holds the lock. The file is replaced whole, so no line is torn."""
    entry = Entry(what, link.id, link.sha256, why, in_force(city) or "")
    lines = [*read(city), entry]
    texts = (json.dumps(asdict(line), ensure_ascii=False) for line in lines)
    replace(journal(city), "".join(f"{text}\n" for text in texts))


def in_force(city: str) -> str | None:
    """The id of the release in force, whether it can be read or not."""
    try:
        return pointer(city).read_text("ascii").strip()
    except FileNotFoundError:
        return None


def published(city: str) -> list[Link]:
    """Every release that was ever published, in that order."""
    return [Link(item.release, item.manifest) for item in read(city) if item.what == "publish"]
