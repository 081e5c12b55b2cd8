"""Engines that count metrics: each runs the statement of `statement.py`, to the same last digit."""

from typing import Protocol, Self

import pyarrow as pa

from metrics.model import Metric
from pipeline.engines.statement import Grain


class Counter(Protocol):
    """Counts metrics over one table of facts; use it in a `with` block."""

    def count(self, metric: Metric, by: tuple[str, ...] = (), grain: Grain = "month") -> pa.Table:
        """Rows (grain, *by, numerator, denominator) with a non-empty denominator, unsorted."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...
