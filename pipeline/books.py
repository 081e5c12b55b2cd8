"""The books of a city: what was counted of each month once it was over.

Later releases repeat it. Late data would else move published figures by a few, and the difference
between two releases tells of single cases; nor could a quarter be the sum of its months. What came
in late is told to whoever publishes, and a correction (`publish --corrects`) begins new books.

The books hold unprotected counts, so they lie on the restricted side.
"""

import hashlib
import io
import json
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data_access.published import DIMENSIONS
from data_access.settings import books
from metrics import lattice, quantities, registry
from metrics.model import Metric
from pipeline import disk

By = tuple[str, ...]
COUNTS = ["numerator", "denominator"]
COLUMNS = ["metric", "by", "month", *DIMENSIONS, "bin", *COUNTS]
ABOUT = b"sunline"  # key of what the file says of itself


@dataclass
class Books:
    """Rows of all booked months, as they were counted; `until` is the last month, yyyymm, or 0.

    `late` says of each metric by how much what is counted today differs from what is booked.
    """

    city: str
    as_of: date
    until: int
    booked: pd.DataFrame
    late: dict[str, int] = field(default_factory=dict)
    counted: list[pd.DataFrame] = field(default_factory=list)

    def settle(self, metric: Metric, by: By, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows (month, *by, and `bin` of a duration) with the booked months as they are booked."""
        if metric.id not in kept():
            return rows
        mine = (self.booked["metric"] == metric.id) & (self.booked["by"] == "+".join(by))
        booked = self._over(self.booked.loc[mine, list(rows.columns)])
        fresh = rows.dropna(subset=["month"]).astype({"month": int})
        again = self._over(fresh[fresh["month"] <= self.until])
        if not by and (late := _difference(again, booked)):
            self.late[metric.id] = late
        settled = pd.concat([booked, fresh.drop(again.index)], ignore_index=True)
        settled = settled.astype(dict.fromkeys(["month", *COUNTS], int))
        told = self._over(settled).assign(metric=metric.id, by="+".join(by))
        missing = [name for name in (*DIMENSIONS, "bin") if name not in told]
        self.counted.append(told.assign(**dict.fromkeys(missing, ""))[COLUMNS])
        return settled

    def _over(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows of months that had ended."""
        return rows[rows["month"] < self.as_of.year * 100 + self.as_of.month]

    def close(self) -> None:
        """Book the months that are over, after they were published."""
        rows = pd.concat([*self.counted, self.booked.iloc[:0]], ignore_index=True)
        until = int(rows["month"].max()) if len(rows) else 0
        if until <= self.until:
            return
        table = pa.Table.from_pandas(rows[COLUMNS], preserve_index=False)
        about = {"until": until, "key": key()}
        kept_with = {**(table.schema.metadata or {}), ABOUT: json.dumps(about).encode()}
        content = io.BytesIO()
        pq.write_table(table.replace_schema_metadata(kept_with), content)
        books(self.city).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        disk.replace(books(self.city), content.getvalue())


def opened(city: str, as_of: date, anew: bool = False) -> Books:
    """The books of a city: empty if `anew`, before the first release, and by another lattice."""
    path = books(city)
    if not anew and path.is_file():
        table = pq.read_table(path)
        about = json.loads(table.schema.metadata[ABOUT])
        if about["key"] == key():
            return Books(city, as_of, about["until"], table.to_pandas())
    return Books(city, as_of, 0, pd.DataFrame(columns=COLUMNS))


def kept() -> frozenset[str]:
    """The metrics that are booked: those told by slice, and all that share a count with these."""
    tables = lattice.tables()
    told = {name: quantities.counts(registry.get(name)) for one in tables for name in one.metrics}
    found = {name for table in tables for name in table.metrics if table.by}
    while more := {
        name for name, counts in told.items()
        if name not in found and any(counts & told[other] for other in found)
    }:  # fmt: skip
        found |= more
    return frozenset(found)


def key() -> str:
    """What the books were counted by; by anything else they do not fit."""
    tables = sorted(repr((table.metrics, table.by, table.grains)) for table in lattice.tables())
    definitions = [registry.get(name).sha256 for name in sorted(kept())]
    return hashlib.sha256("\n".join([*tables, *definitions]).encode()).hexdigest()


def _difference(fresh: pd.DataFrame, booked: pd.DataFrame) -> int:
    """The cases by which two counts of the same months differ; of a ratio, those of its base."""
    totals = [rows.groupby("month")[COUNTS].sum() for rows in (fresh, booked)]
    return int(totals[0].sub(totals[1], fill_value=0).abs().max(axis=1).sum())
