"""Count the metrics of the lattice over facts, new ones added and old ones taken away."""

from collections.abc import Iterator, Sequence
from typing import get_args

import pyarrow as pa
import pyarrow.compute as pc

from data_access.cases.workings import COUNTS
from data_access.published import ALL, DIMENSIONS
from metrics import lattice, registry
from metrics.model import Metric
from pipeline.engines.duckdb import Counter
from pipeline.engines.statement import BIN, By, Grain

SIDE, OLD, NEW = "side", "old", "new"  # a column of the facts: taken away, or added
Cut = tuple[By, Grain]
WHOLE: By = ()


def metrics() -> dict[str, Metric]:
    """Every metric that the lattice has."""
    return {name: registry.get(name) for table in lattice.counted() for name in table.metrics}


def cuts(metric: str) -> list[Cut]:
    """How a metric is counted: as the lattice has it, and the whole city by day."""
    by = dict.fromkeys(table.by for table in lattice.counted() if metric in table.metrics)
    return [*((some, "month") for some in by), (WHOLE, "day")]


def counted(facts: pa.Table, some: Sequence[Metric]) -> pa.Table:
    """The counts of some metrics of one subject, columns of COUNTS; those of OLD rows negative.

    A row that cannot be dated is in no period.
    """
    if not len(facts):
        return COUNTS.empty_table()
    with Counter(facts) as counter:
        return pa.concat_tables([COUNTS.empty_table(), *_counted(counter, some)])


def _counted(counter: Counter, some: Sequence[Metric]) -> Iterator[pa.Table]:
    """Metrics with the same cuts are counted together."""
    alike: dict[tuple[tuple[By, ...], Grain], list[Metric]] = {}
    for metric in some:
        more: By = (SIDE,) if metric.span is None else (BIN, SIDE)
        for grain in get_args(Grain):
            by = tuple((*by, *more) for by, of in cuts(metric.id) if of == grain)
            alike.setdefault((by, grain), []).append(metric)
    for (by, grain), those in alike.items():
        for (columns, name), rows in counter.count_cuts(those, by, grain).items():
            dated = rows.filter(pc.is_valid(rows[grain]))
            yield _shaped(dated, name, tuple(n for n in columns if n not in (BIN, SIDE)), grain)


def _shaped(rows: pa.Table, metric: str, by: By, grain: Grain) -> pa.Table:
    """Under the columns that all counts have."""
    sign = pc.if_else(pc.equal(rows[SIDE], NEW), 1, -1)
    told = {name: pa.repeat(ALL, len(rows)) for name in DIMENSIONS if name not in by}
    told |= {"metric": pa.repeat(metric, len(rows)), "cut": pa.repeat("+".join(by), len(rows))}
    told |= {"grain": pa.repeat(grain, len(rows)), "bin": pa.repeat("", len(rows)), **told}
    told |= {name: rows[name] for name in (*by, BIN) if name in rows.column_names}
    told |= {name: pc.multiply(rows[name], sign) for name in ("numerator", "denominator")}
    return pa.table({**told, "time": rows[grain]}).select(COUNTS.names).cast(COUNTS)
