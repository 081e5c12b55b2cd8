"""Facts of a city of any size for the benchmark, made of those of a demo city.

The whole case database of 20 million cases would take hours to make and tells nothing about
counting. So each case of a demo city is repeated, each copy a few hours and minutes earlier than
the one before, with deadlines, durations and months that follow from the moved times. Units, places
and categories stay as many as they were. The same sizes give the same facts.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import dataset

from cities import City
from data_access.facts import SUBJECTS
from pipeline import count, facts
from pipeline.engines import folder as parquet

STEP = 7_919  # seconds between two copies of a case: a prime, so that copies fill the day evenly
SEEN = ("as_of", "reported_at")  # the day of the count: it does not move
MONTHS = 28  # days over which copies are spread


def grow(source: Path, target: Path, cases: int, city: City) -> int:
    """Write facts of so many cases, made of those in a folder; the number of rows of all kinds."""
    made = parquet.rows(source / "cases")
    copies, rest = divmod(cases, made)
    rows = 0
    for subject, metrics in facts.metrics().items():
        columns = parquet.schema(source / subject)
        spans = {metric.span for metric in metrics.values() if metric.span is not None}
        base = dataset.dataset(
            source / subject, columns, format="parquet", partitioning="hive"
        ).to_table()
        share = len(base) * rest // made
        sizes = [len(base)] * copies + [share] * bool(share)
        parts = (
            _moved(base.slice(0, size), subject, spans, copy, city)
            for copy, size in enumerate(sizes)
        )
        parquet.write(columns, parts, target / subject)
        rows += sum(sizes)
    (target / facts.ABOUT).write_text((source / facts.ABOUT).read_text("utf-8"), "utf-8")
    return rows


def _moved(base: pa.Table, subject: str, spans: set[str], copy: int, city: City) -> pa.Table:
    """The same cases earlier, and all that follows from their times."""
    by = pa.scalar(copy * STEP % (MONTHS * 86_400) * 1_000_000, pa.duration("us"))
    known, names = SUBJECTS[subject], base.column_names
    for name in (name for name in known.moments if name in names and name not in SEEN):
        base = _put(base, name, pc.subtract(base[name], by))
    for name, (start, end) in known.spans.items():
        if name in names:
            base = _put(base, name, pc.seconds_between(base[start], base[end]))
    derived = {f"{name}_month" for name in known.datable} | {f"{name}_bin" for name in spans}
    plain = base.drop_columns([name for name in names if name in derived])
    used = {name for name in known.datable if f"{name}_month" in names}
    return count.dressed(plain, subject, used, spans, city).select(names)


def _put(table: pa.Table, name: str, values: pa.ChunkedArray) -> pa.Table:
    place = table.column_names.index(name)
    return table.set_column(place, table.schema.field(name), values)
