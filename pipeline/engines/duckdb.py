"""Count on DuckDB, in memory, from a table of facts."""

from typing import Self

import duckdb
import pyarrow as pa

from data_access import duck
from metrics.model import Metric
from pipeline.engines.statement import Grain, counting


class Counter:
    """Counts metrics over one table of facts; use it in a `with` block."""

    def __init__(self, facts: pa.Table) -> None:
        self._connection = duckdb.connect(":memory:")
        # Else a moment written without an offset would be the machine's local time.
        self._connection.execute("SET TimeZone = 'UTC'")
        self._connection.register("facts", facts)

    def count(self, metric: Metric, by: tuple[str, ...] = (), grain: Grain = "month") -> pa.Table:
        """Rows (grain, *by, numerator, denominator) with a non-empty denominator."""
        return duck.run(self._connection, counting(metric, by, grain))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
