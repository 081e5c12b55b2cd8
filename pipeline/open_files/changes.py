"""What changed since the release before: as data for the page, and as lines for the changelog."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.difference import COUNTED, Difference


@dataclass(frozen=True)
class Changes:
    """Between two releases. `metrics` and `definitions` are ids; numbers are of cells or rows."""

    before: str
    after: str
    cells: dict[str, int]  # names as in difference.COUNTED
    metrics: dict[str, dict[str, int]]  # of those with any change
    rows: dict[str, tuple[int, int]]
    definitions: list[str]
    lattice: bool
    incomparable: str


def changes(found: Difference, old: dict[str, Any], new: dict[str, Any]) -> Changes:
    """Sum up a difference of two releases by their manifests."""
    metrics: dict[str, dict[str, int]] = {}
    for item in found.cells:
        counts = metrics.setdefault(item.metric, dict.fromkeys(COUNTED, 0))
        for name in COUNTED:
            counts[name] += getattr(item, name)
    total = {name: sum(counts[name] for counts in metrics.values()) for name in COUNTED}
    known = {*old["definitions"], *new["definitions"]}
    return Changes(
        found.before, found.after, total,
        {name: counts for name, counts in metrics.items() if _moved(counts)},
        found.rows,
        sorted(n for n in known if old["definitions"].get(n) != new["definitions"].get(n)),
        old["files"].get("lattice.json") != new["files"].get("lattice.json"),
        found.incomparable,
    )  # fmt: skip


def _moved(counts: dict[str, int]) -> bool:
    return any(counts[name] for name in COUNTED if name != "unchanged")


def told(found: Changes) -> Iterator[tuple[str, dict[str, Any]]]:
    """The texts that say it, by their names, with the values they take."""
    yield "since", {"before": found.before}
    if found.incomparable:
        yield "incomparable", {}
        return
    yield "cells", dict(found.cells)
    if found.definitions:
        yield "definitions", {"names": ", ".join(found.definitions)}
    if found.lattice:
        yield "lattice", {}


def plain(found: Changes) -> dict[str, Any]:
    """The same for a JSON file."""
    return asdict(found)
