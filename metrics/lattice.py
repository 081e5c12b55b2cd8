"""The lattice: which tables are ever published, read from lattice.toml by all who need to know."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from data_access.published import DIMENSIONS
from metrics.periods import GRAINS

FILE = Path(__file__).parent / "lattice.toml"


@dataclass(frozen=True)
class Table:
    """One published table: metrics by dimensions and calendar grains, above a threshold."""

    metrics: tuple[str, ...]
    by: tuple[str, ...]
    grains: tuple[str, ...]
    threshold: int

    def __post_init__(self) -> None:
        if not set(self.by) <= set(DIMENSIONS) or not set(self.grains) <= set(GRAINS):
            raise ValueError(f"lattice: {self.by} by {self.grains} is not a table we know")


@cache
def tables(path: Path = FILE) -> tuple[Table, ...]:
    """The tables in the order of the file."""
    rows = tomllib.loads(path.read_text("utf-8"))["table"]
    return tuple(
        Table(tuple(row["metrics"]), tuple(row["by"]), tuple(row["grains"]), row["threshold"])
        for row in rows
    )
