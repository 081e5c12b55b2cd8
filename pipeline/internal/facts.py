"""Facts of a moment, made of the rows that are kept: what follows from the batch and the day."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from data_access.cases.case_facts import OF_BATCH
from data_access.cases.fact_rows import BATCH
from data_access.facts import SUBJECTS
from metrics.model import Metric
from pipeline import count

MOMENT = pa.timestamp("us", tz="UTC")
DAY = "reported_at"  # the moment of the count: it moves on for every row


@dataclass(frozen=True)
class Reading:
    """What dresses fact rows: the moment of a count, and what each batch tells of its cases."""

    as_of: datetime
    zone: ZoneInfo
    until: dict[int, datetime | None]  # batch → how far its file tells of everything
    source: dict[int, str]

    def seen(self, batch: int) -> datetime:
        """Until when a batch tells of its cases, at this moment."""
        return min(self.until[batch] or self.as_of, self.as_of)


def used(metrics: Iterable[Metric]) -> set[str]:
    """The columns that some metrics of one subject count."""
    return {name for metric in metrics for name in metric.used}


def stored(subject: str, names: Collection[str]) -> list[str]:
    """The columns to be kept of those: not what the batch tells, and not the spans."""
    facts = SUBJECTS[subject]
    ends = {end for name, span in facts.spans.items() if name in names for end in span}
    wanted = {*names, *ends} - set(OF_BATCH) - set(facts.spans)
    return [name for name in facts.columns if name in wanted]


def ageing(metric: Metric) -> bool:
    """Whether its count may change for every row as the day of the count moves on."""
    spans = metric.facts.spans
    return any(DAY in (name, *spans.get(name, ())) for name in metric.used)


def dressed(rows: pa.Table, subject: str, names: Collection[str], reading: Reading) -> pa.Table:
    """Facts as `pipeline.count.facts` gives them, with both the month and the day of each time.

    Every span has its bin, whether a metric asks for it or not.
    """
    facts = SUBJECTS[subject]
    spans = {name: span for name, span in facts.spans.items() if name in names}
    needed = {"as_of", *names, *(end for span in spans.values() for end in span)}
    for name in needed & set(OF_BATCH):
        rows = rows.append_column(name, _of_batch(name, rows[BATCH], reading))
    for name, (start, end) in spans.items():
        rows = rows.append_column(name, pc.seconds_between(rows[start], rows[end]))
    rows = count.binned(rows, spans)
    for name in set(facts.datable) & needed:
        local = pc.cast(rows[name], pa.timestamp("us", str(reading.zone)))
        month = pc.add(pc.multiply(pc.year(local), 100), pc.month(local))
        day = pc.add(pc.multiply(month, 100), pc.day(local))
        rows = rows.append_column(f"{name}_month", month).append_column(f"{name}_day", day)
    return rows


def _of_batch(name: str, batches: pa.ChunkedArray, reading: Reading) -> pa.ChunkedArray:
    known = sorted(reading.source)
    if name == "source":
        told = pa.array([reading.source[batch] for batch in known], pa.string())
    else:
        seen = reading.seen if name == "as_of" else lambda batch: reading.as_of
        told = pa.array([seen(batch) for batch in known], MOMENT)
    return pc.take(told, pc.index_in(batches, pa.array(known, pa.int64())))
