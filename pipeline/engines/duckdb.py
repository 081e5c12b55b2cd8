"""Count on DuckDB, in memory, from facts in a table or a folder."""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import Select

from data_access import duck
from pipeline.engines import Counter as Counting
from pipeline.engines import folder
from pipeline.engines.folder import Facts


class Counter(Counting):
    """Counts metrics over one table of facts, within the limits of `data_access.duck`."""

    def __init__(self, facts: Facts) -> None:
        self._connection = duckdb.connect(":memory:", config=duck.limits())
        # Else a bar is drawn into whatever a command prints.
        self._connection.execute("SET enable_progress_bar = false")
        # Else a moment written without an offset would be the machine's local time.
        self._connection.execute("SET TimeZone = 'UTC'")
        if isinstance(facts, Path) and folder.files(facts):
            self._connection.read_parquet(folder.files(facts), hive_partitioning=True).create_view(
                "facts"
            )
        else:
            columns = folder.schema(facts)
            rows = columns.empty_table() if isinstance(facts, Path) else facts
            self._connection.register("facts", rows)

    def _run(self, query: Select[Any], shape: pa.Schema) -> pa.Table:
        return duck.run(self._connection, query).cast(shape)

    def close(self) -> None:
        self._connection.close()
