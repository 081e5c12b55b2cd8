"""Engines that count metrics: each runs the statement of `statement.py`, to the same last digit."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Self

import pyarrow as pa
from sqlalchemy import Select

from metrics.model import Metric
from pipeline.engines.statement import (
    By,
    Grain,
    counted_together,
    counting,
    groups,
    separated,
)


class Counter(ABC):
    """Counts metrics over one table of facts; use it in a `with` block."""

    def count(self, metric: Metric, by: By = (), grain: Grain = "month") -> pa.Table:
        """Rows (grain, *by, numerator, denominator) with a non-empty denominator, unsorted."""
        return self.count_cuts([metric], [by], grain)[by, metric.id]

    def count_cuts(
        self, metrics: Sequence[Metric], cuts: Sequence[By], grain: Grain = "month"
    ) -> dict[tuple[By, str], pa.Table]:
        """The same of each metric by each cut, in as few passes over the facts as can be."""
        told: dict[tuple[By, str], pa.Table] = {}
        for some in groups(metrics, cuts):
            shape = counted_together(len(some), cuts, grain)
            found = self._run(counting(some, cuts, grain), shape)
            told |= separated(found, some, cuts, grain)
        return told

    @abstractmethod
    def _run(self, query: Select[Any], shape: pa.Schema) -> pa.Table:
        """What a query over `facts` finds."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the facts."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
