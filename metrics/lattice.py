"""The lattice: which tables are ever published, read from lattice.toml by all who need to know.

Beside it, internal.toml has the tables that supervisors alone read.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data_access.published import DIMENSIONS
from metrics import registry
from metrics.model import Metric
from metrics.periods import GRAINS

FILE = Path(__file__).parent / "lattice.toml"
INTERNAL = Path(__file__).parent / "internal.toml"
EVERY = "*"
KINDS = ("count", "ratio", "duration")  # of which a table can be
PARENTS = {"town": "area", "category2": "category"}  # a row of one names the other too


@dataclass(frozen=True)
class Table:
    """One published table: metrics by dimensions and calendar grains, above a threshold.

    Its metrics are of one kind; `by` is in the order of DIMENSIONS.
    """

    metrics: tuple[str, ...]
    by: tuple[str, ...]
    grains: tuple[str, ...]
    threshold: int

    def __post_init__(self) -> None:
        known = tuple(name for name in DIMENSIONS if name in self.by)
        parents = {PARENTS[name] for name in self.by if name in PARENTS}
        if known != self.by or not parents <= set(self.by) or not set(self.grains) <= set(GRAINS):
            raise ValueError(f"lattice: {self.by} by {self.grains} is not a table we know")


def tables(path: Path | None = None) -> tuple[Table, ...]:
    """The tables in the order of the file, split by kind of metric."""
    return _tables(path or FILE, registry.FOLDER)


def counted() -> tuple[Table, ...]:
    """The tables that the internal cells hold: all that are published, and those of internal.toml.

    None of the latter has a threshold.
    """
    return (*tables(), *_internal(INTERNAL, registry.FOLDER))


def sensitive_threshold(path: Path | None = None) -> int:
    """The least that a cell of a sensitive category must rest on."""
    return int(_read(path or FILE)["thresholds"]["sensitive"])


def typical(path: Path | None = None) -> int:
    """The least that cells by two dimensions must rest on, on average, for the table to be told."""
    return int(_read(path or FILE).get("tables", {}).get("typical", 0))


@cache
def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


@cache
def _tables(path: Path, definitions: Path) -> tuple[Table, ...]:
    told, metrics = _read(path), tuple(registry.everything().values())
    return tuple(
        table for row in told["table"] for table in _split(row, told["thresholds"], metrics)
    )


@cache
def _internal(path: Path, definitions: Path) -> tuple[Table, ...]:
    unprotected, metrics = dict.fromkeys(KINDS, 0), tuple(registry.everything().values())
    rows = _read(path)["table"]
    return tuple(table for row in rows for table in _split(row, unprotected, metrics))


def _split(
    row: dict[str, Any], thresholds: Mapping[str, int], metrics: tuple[Metric, ...]
) -> Iterator[Table]:
    left_out = row.get("except", [])
    if unknown := {*row["metrics"], *left_out} - {metric.id for metric in metrics} - {EVERY}:
        raise LookupError(f"lattice: {sorted(unknown)}: no such metrics")
    named = [m for m in metrics if _wanted(m, row["metrics"]) and m.id not in left_out]
    for kind, threshold in thresholds.items():
        if some := tuple(metric.id for metric in named if metric.kind == kind):
            least = int(row.get("threshold", threshold))
            yield Table(some, tuple(row["by"]), tuple(row["grains"]), least)


def _wanted(metric: Metric, names: str | list[str]) -> bool:
    """Composites and figures per resident follow from other cells; rows tell of no service."""
    if names == EVERY:
        return metric.kind != "composite" and metric.per is None and metric.subject != "rows"
    return metric.id in names
