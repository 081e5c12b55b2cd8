"""Every cell of the lattice, counted but not yet protected."""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import Engine

from cities import City
from data_access.published import ALL, DIMENSIONS, NONE, SENSITIVE
from metrics import lattice, registry
from metrics.lattice import PARENTS
from metrics.measure import duration
from metrics.model import Metric
from metrics.periods import closed, label, months
from pipeline import count
from pipeline.engines.choice import Counting
from pipeline.engines.duckdb import Counter

KEYS = ["metric", "grain", "period", *DIMENSIONS]
COUNTS = ["numerator", "denominator"]
TIMES = ["value", "p90"]  # of a duration: median and 90th percentile, in seconds
COLUMNS = [*KEYS, *COUNTS, *TIMES, "threshold"]
CATEGORIES = ["category", "category2"]
PRECISE = ("unit", "town")  # beside these, sensitive categories are told as one


def cells(engine: Engine, city: City, as_of: date, counting: Counting = Counter) -> pd.DataFrame:
    """Every cell, dense: a unit or period without cases is there with 0. COLUMNS, sorted by KEYS.

    The facts are read once for each subject that the lattice counts.
    """
    metrics = {name: registry.get(name) for table in lattice.tables() for name in table.metrics}
    parts = []
    for subject in dict.fromkeys(metric.subject for metric in metrics.values()):
        mine = {name: metric for name, metric in metrics.items() if metric.subject == subject}
        facts = count.facts(engine, city, as_of, mine.values())
        parts.append(of_facts(facts, mine, city, as_of, counting))
    return pd.concat(parts, ignore_index=True).sort_values(KEYS, ignore_index=True)


def of_facts(
    facts: pa.Table, metrics: dict[str, Metric], city: City, as_of: date, counting: Counting
) -> pd.DataFrame:
    """The cells of some metrics of one subject."""
    parts = []
    wanted = [(t, metrics[name]) for t in lattice.tables() for name in t.metrics if name in metrics]
    with counting(facts) as counter:
        for table, metric in wanted:
            if metric.span is None:
                rows = counter.count(metric, table.by).to_pandas()
                parts.append(_counted(metric, rows, table, city, as_of))
    for table, metric in wanted:
        if metric.span is not None:
            with counting(count.binned(facts, metric)) as counter:
                rows = counter.count(metric, (*table.by, "bin")).to_pandas()
            parts.append(_lasting(metric, rows, table, as_of))
    return pd.concat(parts, ignore_index=True)


def _counted(
    metric: Metric, rows: pd.DataFrame, table: lattice.Table, city: City, as_of: date
) -> pd.DataFrame:
    by = list(table.by)
    rows = rows.dropna(subset=["month"]).replace({name: {"": NONE} for name in by})
    monthly = _dense(_pooled(rows, by, city), by, city)
    parts = []
    for grain in table.grains:
        part = _periods(monthly, grain).groupby(["grain", "period", *by], as_index=False)
        parts.append(part[COUNTS].sum())
    found = _ended(pd.concat(parts, ignore_index=True), by, as_of)
    if found.empty and not by:  # nothing counted yet: that is a figure too
        found = pd.DataFrame([{"grain": ALL, "period": ALL} | dict.fromkeys(COUNTS, 0)])
    found = found.assign(threshold=_thresholds(found, table, city), value=np.nan, p90=np.nan)
    return _whole(metric, found, by)


def _lasting(metric: Metric, rows: pd.DataFrame, table: lattice.Table, as_of: date) -> pd.DataFrame:
    """Median and 90th percentile of each period; durations have no slices so far."""
    rows = rows.dropna(subset=["month"])
    parts = [
        {"grain": grain, "period": period} | _times(some)
        for grain in table.grains
        for period, some in _periods(rows, grain).groupby("period")
    ]
    empty = [{"grain": ALL, "period": ALL} | _times(rows)]
    found = pd.DataFrame(parts or empty).assign(denominator=0, threshold=table.threshold)
    return _whole(metric, found, list(table.by))


def _times(rows: pd.DataFrame) -> dict[str, float]:
    found = duration("", count.by_bin(rows))
    told = (np.nan if seconds is None else seconds for seconds in (found.value, found.p90))
    return {"numerator": found.numerator or 0, **dict(zip(TIMES, told, strict=True))}


def _whole(metric: Metric, found: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    held = {name: ALL for name in DIMENSIONS if name not in by}
    return found.assign(metric=metric.id, **held)[COLUMNS]


def _periods(monthly: pd.DataFrame, grain: str) -> pd.DataFrame:
    names = {int(m): label(int(m) // 100, int(m) % 100, grain) for m in monthly["month"].unique()}
    return monthly.assign(grain=grain, period=monthly["month"].map(names))


def _ended(found: pd.DataFrame, by: list[str], as_of: date) -> pd.DataFrame:
    """A slice of a period that still runs would date single cases by subtraction."""
    over = {period: not by or closed(period, as_of) for period in found["period"].unique()}
    return found[found["period"].map(over).astype(bool)]


def _pooled(rows: pd.DataFrame, by: list[str], city: City) -> pd.DataFrame:
    """Beside a unit or a town, all sensitive categories are one."""
    if "category" not in by or not set(PRECISE) & set(by):
        return rows
    names = [name for name in CATEGORIES if name in by]
    for depth in range(1, len(names) + 1):
        marked = _marked(rows, names[:depth], city)
        rows.loc[marked, names[depth - 1 :]] = SENSITIVE
    return rows.groupby(["month", *by], as_index=False)[COUNTS].sum()


def _marked(rows: pd.DataFrame, names: list[str], city: City) -> "pd.Series[bool]":
    keys = list(rows[names].itertuples(index=False, name=None))
    return pd.Series([SENSITIVE in key or key in city.sensitive for key in keys], rows.index, bool)


def _thresholds(found: pd.DataFrame, table: lattice.Table, city: City) -> "pd.Series[int]":
    least = pd.Series(table.threshold, found.index)
    for depth in range(1, len(CATEGORIES) + 1):
        names = CATEGORIES[:depth]
        if set(names) <= set(table.by):
            least[_marked(found, names, city)] = max(table.threshold, lattice.sensitive_threshold())
    return least


def _dense(rows: pd.DataFrame, by: list[str], city: City) -> pd.DataFrame:
    """Add the missing combinations of month and dimensions with 0: an absent row would tell."""
    if rows.empty:
        return rows
    first, last = int(rows["month"].min()), int(rows["month"].max())
    all_months = months((first // 100, first % 100), (last // 100, last % 100))
    grid = pd.DataFrame({"month": [y * 100 + m for y, m in all_months]})
    for name in by:
        if name not in PARENTS:
            child = [other for other, parent in PARENTS.items() if parent == name and other in by]
            grid = grid.merge(_members(rows, [name, *child], city), how="cross")
    full = grid.merge(rows, how="left", on=list(grid.columns))
    return full.fillna(dict.fromkeys(COUNTS, 0)).astype(dict.fromkeys(COUNTS, int))


def _members(rows: pd.DataFrame, names: list[str], city: City) -> pd.DataFrame:
    """What a dimension can be, with what lies in it; units are those of the register too."""
    seen = rows[names].drop_duplicates()
    if names == ["unit"]:
        listed = {unit.code for unit in city.units}
        return pd.DataFrame({"unit": sorted(listed | set(seen["unit"]))})
    return seen.sort_values(names)
