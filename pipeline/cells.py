"""Every cell of the lattice, counted but not yet protected."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import Engine

from cities import City
from data_access.published import ALL, DIMENSIONS, NONE, SENSITIVE
from metrics import lattice
from metrics.lattice import PARENTS
from metrics.measure import duration
from metrics.model import Metric
from metrics.periods import closed, label, months
from pipeline import facts
from pipeline.engines.choice import Counting
from pipeline.engines.duckdb import Counter
from pipeline.engines.folder import Facts
from pipeline.engines.statement import BIN, By

KEYS = ["metric", "grain", "period", *DIMENSIONS]
COUNTS = ["numerator", "denominator"]
TIMES = ["value", "p90"]  # of a duration: median and 90th percentile, in seconds
COLUMNS = [*KEYS, *COUNTS, *TIMES, "threshold"]
CATEGORIES = ["category", "category2"]
Settle = Callable[[Metric, tuple[str, ...], pd.DataFrame], pd.DataFrame]
PRECISE = ("unit", "town")  # beside these, sensitive categories are told as one


def cells(
    engine: Engine,
    city: City,
    as_of: date,
    counting: Counting = Counter,
    settle: Settle = lambda metric, by, rows: rows,
    folder: Path | None = None,
) -> pd.DataFrame:
    """Every cell, dense: a unit or period without cases is there with 0. COLUMNS, sorted by KEYS.

    The facts are read once for each subject that the lattice counts, or taken from a folder that
    pipeline.facts wrote. `settle` may put what was booked in the place of what was counted
    (pipeline.books).
    """
    parts = []
    for mine in facts.metrics().values():
        with facts.held(engine, city, as_of, list(mine.values()), folder) as rows:
            parts.append(of_facts(rows, mine, city, as_of, counting, settle))
    return pd.concat(parts, ignore_index=True).sort_values(KEYS, ignore_index=True)


def of_facts(
    rows: Facts,
    metrics: dict[str, Metric],
    city: City,
    as_of: date,
    counting: Counting,
    settle: Settle,
) -> pd.DataFrame:
    """The cells of some metrics of one subject."""
    parts = []
    counted = by_month(rows, metrics, counting)
    wanted = [(t, metrics[name]) for t in lattice.tables() for name in t.metrics if name in metrics]
    for table, metric in wanted:
        monthly = settle(metric, table.by, counted[table.by, metric.id].to_pandas())
        shaped = _counted if metric.span is None else _lasting
        parts.append(shaped(metric, monthly, table, city, as_of))
    return pd.concat(parts, ignore_index=True)


def by_month(
    rows: Facts, metrics: dict[str, Metric], counting: Counting
) -> dict[tuple[By, str], pa.Table]:
    """What the lattice counts of some metrics of one subject: (by, metric) → rows by month.

    Metrics with the same cuts are counted together; durations by their bins.
    """
    alike: dict[tuple[By, ...], list[Metric]] = {}
    for metric in metrics.values():
        alike.setdefault(_cuts(metric), []).append(metric)
    found: dict[tuple[By, str], pa.Table] = {}
    with counting(rows) as counter:
        for cuts, some in alike.items():
            told = counter.count_cuts(some, cuts)
            found |= {(tuple(n for n in by if n != BIN), name): t for (by, name), t in told.items()}
    return found


def _cuts(metric: Metric) -> tuple[By, ...]:
    by_bin: By = () if metric.span is None else (BIN,)
    tables = (table for table in lattice.tables() if metric.id in table.metrics)
    return tuple(dict.fromkeys((*table.by, *by_bin) for table in tables))


def _counted(
    metric: Metric, rows: pd.DataFrame, table: lattice.Table, city: City, as_of: date
) -> pd.DataFrame:
    by = list(table.by)
    monthly = _dense(_named(rows, by, city), by, city)
    parts = [monthly.iloc[:0].assign(grain="", period="").drop(columns="month")]
    for grain in table.grains:
        part = _periods(monthly, grain).groupby(["grain", "period", *by], as_index=False)
        parts.append(_ended(part[COUNTS].sum(), by, as_of))
    told = [part for part in parts if len(by) < 2 or _typical(part)]
    found = pd.concat(told or parts[:1], ignore_index=True)
    if found.empty and not by:  # nothing counted yet: that is a figure too
        found = pd.DataFrame([{"grain": ALL, "period": ALL} | dict.fromkeys(COUNTS, 0)])
    found = found.assign(threshold=_thresholds(found, table, city), value=np.nan, p90=np.nan)
    return _whole(metric, found, by)


def _lasting(
    metric: Metric, rows: pd.DataFrame, table: lattice.Table, city: City, as_of: date
) -> pd.DataFrame:
    """How many durations there are, as of any count, with their median and 90th percentile."""
    by = list(table.by)
    counts = rows.groupby(["month", *by], as_index=False)[COUNTS].sum().assign(denominator=0)
    found = _counted(metric, counts, table, city, as_of).drop(columns=TIMES)
    bins, keys = _named(rows, by, city), ["grain", "period", *by]
    if bins.empty:  # nothing is over yet, and so nothing has lasted
        return found.assign(value=np.nan, p90=np.nan)[COLUMNS]
    parts = [_times(_periods(bins, grain), keys) for grain in table.grains]
    return found.merge(pd.concat(parts), how="left", on=keys)[COLUMNS]


def _times(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """The two TIMES of each cell, of rows (*keys, bin, numerator)."""
    sums = rows.groupby([*keys, BIN], as_index=False)[["numerator"]].sum()
    counts: dict[int, dict[int, int]] = {}
    places = sums.groupby(keys, sort=False).ngroup()
    for place, name, cases in zip(places, sums[BIN], sums["numerator"], strict=True):
        counts.setdefault(place, {})[int(name)] = int(cases)
    told = [duration("", one) for one in counts.values()]
    times = [(one.value, one.p90) for one in told]
    found = sums[keys].drop_duplicates(ignore_index=True)
    found[TIMES] = np.array(times, float).reshape(-1, 2)
    return found


def _whole(metric: Metric, found: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    held = {name: ALL for name in DIMENSIONS if name not in by}
    return found.assign(metric=metric.id, **held)[COLUMNS]


def _periods(monthly: pd.DataFrame, grain: str) -> pd.DataFrame:
    names = {int(m): label(int(m) // 100, int(m) % 100, grain) for m in monthly["month"].unique()}
    return monthly.assign(grain=grain, period=monthly["month"].map(names))


def _typical(part: pd.DataFrame) -> bool:
    """Whether the cells of a table rest on enough cases on average for it to say anything."""
    base = part[COUNTS].max(axis=1)  # of a count the denominator is 0 or as large
    return bool(base.mean() >= lattice.typical())


def _ended(found: pd.DataFrame, by: list[str], as_of: date) -> pd.DataFrame:
    """A slice of a period that still runs would date single cases by subtraction."""
    over = {period: not by or closed(period, as_of) for period in found["period"].unique()}
    return found[found["period"].map(over).astype(bool)]


def _named(rows: pd.DataFrame, by: list[str], city: City) -> pd.DataFrame:
    """Rows of a known month under the published names of their members."""
    dated = rows.dropna(subset=["month"]).replace({name: {"": NONE} for name in by})
    return _pooled(dated, by, city)


def _pooled(rows: pd.DataFrame, by: list[str], city: City) -> pd.DataFrame:
    """Beside a unit or a town, all sensitive categories are one."""
    if "category" not in by or not set(PRECISE) & set(by):
        return rows
    names = [name for name in CATEGORIES if name in by]
    for depth in range(1, len(names) + 1):
        marked = _marked(rows, names[:depth], city)
        rows.loc[marked, names[depth - 1 :]] = SENSITIVE
    return rows.groupby([name for name in rows if name not in COUNTS], as_index=False).sum()


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
