"""The lattice: which tables are ever published, read from lattice.toml by all who need to know."""

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
EVERY = "*"
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


@cache
def sensitive_threshold(path: Path | None = None) -> int:
    """The least that a cell of a sensitive category must rest on."""
    told = tomllib.loads((path or FILE).read_text("utf-8"))
    return int(told["thresholds"]["sensitive"])


@cache
def _tables(path: Path, definitions: Path) -> tuple[Table, ...]:
    told, metrics = tomllib.loads(path.read_text("utf-8")), tuple(registry.everything().values())
    return tuple(
        table for row in told["table"] for table in _split(row, told["thresholds"], metrics)
    )


def _split(
    row: dict[str, Any], thresholds: Mapping[str, int], metrics: tuple[Metric, ...]
) -> Iterator[Table]:
    named = [metric for metric in metrics if _wanted(metric, row["metrics"])]
    if row["metrics"] != EVERY and len(named) < len(row["metrics"]):
        raise LookupError(f"lattice: {row['metrics']}: one of these is no metric")
    for kind, threshold in thresholds.items():
        if some := tuple(metric.id for metric in named if metric.kind == kind):
            yield Table(some, tuple(row["by"]), tuple(row["grains"]), threshold)


def _wanted(metric: Metric, names: str | list[str]) -> bool:
    """Composites and figures per resident follow from other cells; rows tell of no service."""
    if names == EVERY:
        return metric.kind != "composite" and metric.per is None and metric.subject != "rows"
    return metric.id in names
