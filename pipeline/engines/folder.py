"""Facts to count: a table in memory, or a folder of Parquet partitioned by month.

`FOLDER/<time>_month=202609/*.parquet`, the month being that of the first time which the facts are
dated by: of cases, the month in which they were received. `_common_metadata` tells the columns, so
an empty folder has them too. Every engine reads both.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import dataset

from data_access.settings import data_root

Facts: TypeAlias = pa.Table | Path
COLUMNS = "_common_metadata"
ROWS = 50_000  # in hand at a time
# Rows wait until a group of them is full, for each month: more of them would take more memory.
GROUP = 10_000


def schema(facts: Facts) -> pa.Schema:
    """The columns of facts, that of the partition included."""
    return pq.read_schema(facts / COLUMNS) if isinstance(facts, Path) else facts.schema


def batches(facts: Facts) -> Iterator[pa.RecordBatch]:
    """The rows, some ten thousand at a time."""
    if not isinstance(facts, Path):
        return iter(facts.to_batches(max_chunksize=ROWS))
    columns = schema(facts)
    found = dataset.dataset(facts, columns, format="parquet", partitioning=_months(columns))
    return iter(found.to_batches(batch_size=ROWS))


def files(facts: Path) -> list[str]:
    """The Parquet files of a folder."""
    return sorted(str(path) for path in facts.glob("*/*.parquet"))


def rows(facts: Path) -> int:
    """How many rows a folder holds."""
    return sum(pq.read_metadata(path).num_rows for path in files(facts))


def month(columns: pa.Schema) -> pa.Field:
    """The column by which facts are partitioned."""
    return next(field for field in columns if field.name.endswith("_month"))


def write(columns: pa.Schema, parts: Iterable[pa.Table], folder: Path) -> Path:
    """Write facts as they come, a folder a month; for this user alone, since it holds cases."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    pq.write_metadata(columns, folder / COLUMNS)
    rows = (batch for part in parts for batch in part.to_batches(max_chunksize=ROWS))
    dataset.write_dataset(
        rows, folder, format="parquet", schema=columns, partitioning=_months(columns),
        existing_data_behavior="overwrite_or_ignore", use_threads=False,
        min_rows_per_group=GROUP, max_rows_per_group=20 * GROUP,
    )  # fmt: skip
    return folder


def temporary() -> "tempfile.TemporaryDirectory[str]":
    """A folder for facts that are thrown away once they are counted.

    It lies in SUNLINE_FACTS, which all workers of a cluster must see under the same name, by
    default in the data folder. TemporaryDirectory lets nobody else in.
    """
    home = Path(os.environ.get("SUNLINE_FACTS") or data_root() / "facts").resolve()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(prefix="counting-", dir=home)


def _months(columns: pa.Schema) -> dataset.Partitioning:
    return dataset.partitioning(pa.schema([month(columns)]), flavor="hive")
