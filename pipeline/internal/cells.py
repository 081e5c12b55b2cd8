"""From the counts kept to internal cells: all that was counted, nothing withheld or left out."""

from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from data_access.cases.internal import SCHEMA
from data_access.cases.workings import Disagrees, Workings
from data_access.published import DIMENSIONS, NONE
from metrics import lattice
from metrics.measure import TELLING
from metrics.model import Metric
from metrics.periods import label
from metrics.stats.durations import EDGES, LAST
from pipeline import count

KEYS = ("metric", "grain", "period", *DIMENSIONS)
# The percentile of metrics.stats.durations.percentile, for all cells at once: the bin in which the
# case of that rank lies, and the place in it, cases being taken as spread evenly.
PLACE = """
    max(CASE WHEN total >= {telling} AND bin < {last}
              AND below < greatest(ceil({share}::DOUBLE * total - 1e-9), 1)
              AND below + n >= greatest(ceil({share}::DOUBLE * total - 1e-9), 1)
        THEN floor(low + (high - low)
             * least(1.0::DOUBLE, greatest(0.0::DOUBLE, ({share}::DOUBLE * total - below) / n))
             + 0.5)
        END)
"""
CELLS = """
    WITH named AS (
        SELECT c.metric, t.label_grain AS grain, t.period, {named}, bin, k.kind,
               sum(c.numerator) AS n, sum(c.denominator) AS d
        FROM counts c
        JOIN times t ON t.grain = c.grain AND t.time = c.time
        JOIN wanted w ON w.metric = c.metric AND w.cut = c.cut AND w.grain = t.label_grain
        JOIN kinds k ON k.metric = c.metric
        GROUP BY ALL HAVING sum(c.denominator) <> 0
    ), binned AS (
        SELECT {keys}, n, bins.low, bins.high, bin::INTEGER AS bin,
               sum(n) OVER (PARTITION BY {keys}) AS total,
               sum(n) OVER (PARTITION BY {keys} ORDER BY bin::INTEGER) - n AS below
        FROM named JOIN bins USING (bin) WHERE kind = 'duration'
    )
    SELECT {keys}, n::BIGINT AS numerator, CASE WHEN kind = 'ratio' THEN d::BIGINT END
           AS denominator, NULL::DOUBLE AS value, NULL::DOUBLE AS p90, NULL::VARCHAR AS withheld
    FROM named WHERE kind <> 'duration'
    UNION ALL
    SELECT {keys}, sum(n)::BIGINT, NULL, {middle}, {most}, NULL FROM binned GROUP BY {keys}
    ORDER BY {keys}
"""


def cells(kept: Workings, metrics: dict[str, Metric]) -> pa.Table:
    """Every cell, columns and order of the published table; a cell without cases has no row.

    Periods that still run are there, and the days of the whole city. Disagrees if more was taken
    away than had been counted.
    """
    for name, table in _needed(kept.connection, metrics).items():
        kept.connection.register(name, table)
    shares = {"middle": 0.5, "most": 0.9}
    places = {
        name: PLACE.format(share=share, telling=TELLING, last=LAST)
        for name, share in shares.items()
    }
    named = ", ".join(f"CASE {name} WHEN '' THEN '{NONE}' ELSE {name} END AS {name}"
                      for name in DIMENSIONS)  # fmt: skip
    query = CELLS.format(named=named, keys=", ".join(KEYS), **places)
    found = kept.table(query).cast(SCHEMA)
    least = pc.min(pc.fill_null(pc.subtract(found["denominator"], found["numerator"]), 0)).as_py()
    if len(found) and min(pc.min(found["numerator"]).as_py(), least) < 0:
        raise Disagrees("the counts kept do not fit the cases")
    return found


def _needed(
    connection: duckdb.DuckDBPyConnection, metrics: dict[str, Metric]
) -> dict[str, pa.Table]:
    """Small tables that say what is wanted and how it is called."""
    wanted = {
        (metric, "+".join(table.by), grain)
        for table in lattice.counted()
        for metric in table.metrics
        for grain in table.grains
    } | {(metric, "", "day") for metric in metrics}
    found = connection.execute("SELECT DISTINCT grain, time FROM counts").fetchall()
    edges = [*EDGES[1:], EDGES[-1]]
    return {
        "wanted": pa.Table.from_pylist(
            [dict(zip(("metric", "cut", "grain"), row, strict=True)) for row in sorted(wanted)]
        ),
        "kinds": pa.table({"metric": list(metrics), "kind": [m.kind for m in metrics.values()]}),
        "times": pa.Table.from_pylist(_labels(found), TIMES),
        "bins": pa.table(
            {"bin": [str(place) for place in range(LAST + 1)], "low": EDGES, "high": edges}
        ),
    }


TIMES = pa.schema(
    [("grain", pa.string()), ("time", pa.int64()), ("label_grain", pa.string()),
     ("period", pa.string())]
)  # fmt: skip


def _labels(found: list[tuple[str, int]]) -> list[dict[str, Any]]:
    """Every period that holds a counted month or day; a month lies in each of its grains."""
    grains = sorted({grain for table in lattice.counted() for grain in table.grains})
    days = [(day, "day", count.period(day, "day")) for of, day in found if of == "day"]
    months = [
        (month, grain, label(month // 100, month % 100, grain))
        for of, month in found
        if of == "month"
        for grain in grains
    ]
    return [
        {"grain": of, "time": time, "label_grain": grain, "period": period}
        for of, some in (("day", days), ("month", months))
        for time, grain, period in some
    ]
