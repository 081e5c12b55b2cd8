"""From the cases of a city to the cells of the lattice, not yet protected."""

from collections.abc import Iterable
from datetime import date, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlalchemy import Engine

from cities import City, midnight
from data_access.cases import case_facts, store
from data_access.facts import SUBJECTS
from data_access.published import DIMENSIONS
from metrics import lattice, registry
from metrics.measure import Figure, composite, duration, figure, per_10_000
from metrics.model import Metric, Term
from metrics.periods import ALL, GRAINS, closed, label, months
from metrics.stats.casemix import Cell
from metrics.stats.durations import EDGES
from pipeline.engines.choice import Counting
from pipeline.engines.duckdb import Counter
from pipeline.engines.statement import Grain

PERIODS = ("day", *GRAINS[:-1])
COLUMNS = ["metric", "grain", "period", *DIMENSIONS, "numerator", "denominator", "threshold"]


def facts(
    engine: Engine,
    city: City,
    as_of: date,
    metrics: Iterable[Metric] | None = None,
    grain: Grain = "month",
) -> pa.Table:
    """The facts that some metrics of one subject count (those of the lattice, if not given).

    Each time by which a row can be dated is there as its local month too, an integer yyyymm, or
    as its local day, yyyymmdd.
    """
    counted = list(metrics or published())
    used = {name for metric in counted for name in metric.used}
    (subject,) = {metric.subject for metric in counted}
    moment = midnight(as_of, city)
    if subject == "rows":
        table = store.row_facts(engine, city.id, moment)
    else:
        table = case_facts.read(engine, subject, city.id, moment, used)
    for name in SUBJECTS[subject].datable:
        if name in used:
            local = table[name].to_pandas().dt.tz_convert(city.timezone).dt
            number = local.year * 100 + local.month
            if grain == "day":
                number = number * 100 + local.day
            numbers = pa.array(number.astype("Int64"), pa.int64(), from_pandas=True)
            table = table.append_column(f"{name}_{grain}", numbers)
    return table


def published() -> list[Metric]:
    """The metrics that the lattice has."""
    names = {name for item in lattice.tables() for name in item.metrics}
    return [registry.get(name) for name in sorted(names)]


def measure(
    engine: Engine, metric: Metric, city: City, as_of: date, by: str, counting: Counting = Counter
) -> list[Figure]:
    """A metric over everything up to a date: the total under `all`, then one figure a value.

    `by` is one of its slices, or a calendar period of the whole city. `counting` is the engine.
    """
    if by not in (*metric.slices, *PERIODS):
        known = ", ".join((*metric.slices, *PERIODS))
        raise LookupError(f"{metric.id} is not cut by {by!r}: {known}")
    if metric.kind == "composite":
        return _composite(engine, metric, city, as_of, by, counting)
    grain: Grain = "day" if by == "day" else "month"
    table = facts(engine, city, as_of, [metric], grain)
    if metric.span is not None:
        table = table.append_column("bin", _bins(table[metric.span]))
    cut = () if by in PERIODS else (by,)
    with counting(table) as counter:
        rows = counter.count(metric, (*cut, *["bin"] * bool(metric.span)), grain).to_pandas()
    rows["key"] = rows[by] if cut else [period(number, by) for number in rows[grain]]
    if metric.span is not None:
        return _durations(rows.astype({"bin": int}))
    named = table[by].unique().to_pylist() if cut else _every_period(metric, rows, grain, by)
    found = _figures(metric, rows, {key for key in named if key})
    return found if metric.per is None else _per_residents(found, city)


def mix(engine: Engine, metric: Metric, city: City, as_of: date) -> list[Cell]:
    """A ratio by unit and kind of case (category and month): what case-mix adjustment takes."""
    if not {"unit", "category"} <= set(metric.slices):
        return []
    with Counter(facts(engine, city, as_of, [metric])) as counter:
        rows = counter.count(metric, ("unit", "category")).to_pylist()
    return [
        Cell(row["unit"], f"{row['category']} {row['month']}", row["numerator"], row["denominator"])
        for row in rows
    ]


def daily(
    engine: Engine, metric: Metric, city: City, as_of: date, by: tuple[str, ...]
) -> pd.DataFrame:
    """A count by local day: columns day (date), those of `by`, numerator; days of 0 are left out.

    Never published: it is what early warning watches.
    """
    with Counter(facts(engine, city, as_of, [metric], "day")) as counter:
        rows = counter.count(metric, by, "day").to_pandas()
    days = pd.to_datetime(rows["day"].astype(str), format="%Y%m%d")
    told: pd.DataFrame = rows.assign(day=days).drop(columns="denominator")
    return told.sort_values(["day", *by], ignore_index=True)


def _every_period(metric: Metric, rows: pd.DataFrame, grain: Grain, by: str) -> list[str]:
    """Of a count, periods without a case are 0; of a share there is nothing to say of them."""
    if metric.kind != "count" or rows.empty:
        return []
    ends = [str(rows[grain].agg(end)) for end in ("min", "max")]
    form = "%Y%m%d" if grain == "day" else "%Y%m"
    first, last = (datetime.strptime(end, form) for end in ends)  # noqa: DTZ007
    days = pd.date_range(first, last)
    return [period(int(day.strftime(form)), by) for day in days]


def _figures(metric: Metric, rows: pd.DataFrame, named: set[str]) -> list[Figure]:
    sums = rows.groupby("key")[["numerator", "denominator"]].sum()
    sums = sums.reindex(sorted({*named, *sums.index}), fill_value=0)
    found = [_figure(metric, ALL, sums.sum())]
    return found + [_figure(metric, str(key), row) for key, row in sums.iterrows() if key != ""]


def _composite(
    engine: Engine, metric: Metric, city: City, as_of: date, by: str, counting: Counting
) -> list[Figure]:
    terms = metric.terms or tuple(Term(name, weight) for name, weight in city.score.items())
    if not terms:
        raise LookupError(f"{metric.id}: no [score] in cities/{city.id}/city.toml")
    found = [
        measure(engine, registry.get(term.metric), city, as_of, by, counting) for term in terms
    ]
    parts = [{item.key: item for item in figures} for figures in found]
    weights = [term.weight for term in terms]
    keys = [key for key in parts[0] if all(key in part for part in parts)]
    return [
        composite(key, list(zip(weights, (part[key] for part in parts), strict=True)))
        for key in keys
    ]


def _bins(seconds: pa.ChunkedArray) -> pa.Array:
    """The bin of each duration, as a text: every engine can count those, and they add up."""
    found = np.searchsorted(np.array(EDGES), seconds.to_numpy(), side="right") - 1
    return pa.array(found.astype(str))


def _durations(rows: pd.DataFrame) -> list[Figure]:
    groups = [(ALL, rows), *((str(key), some) for key, some in rows.groupby("key") if key != "")]
    return [duration(key, _counts(some)) for key, some in groups]


def _counts(rows: pd.DataFrame) -> dict[int, int]:
    return dict(rows.groupby("bin")["numerator"].sum().items())  # type: ignore[arg-type]


def period(number: int, by: str) -> str:
    """The label of the period that holds a month yyyymm or a day yyyymmdd."""
    if by == "day":
        return f"{number // 10_000:04}-{number // 100 % 100:02}-{number % 100:02}"
    return label(number // 100, number % 100, by)


def _per_residents(found: list[Figure], city: City) -> list[Figure]:
    """Areas whose residents are not known are left out; the whole city is all of them."""
    if not city.residents:
        raise LookupError(f"cities/{city.id} has no population.csv")
    residents = city.residents | {ALL: sum(city.residents.values())}
    return [per_10_000(item, residents[item.key]) for item in found if item.key in residents]


def _figure(metric: Metric, key: str, counts: "pd.Series[int]") -> Figure:
    return figure(metric, key, int(counts["numerator"]), int(counts["denominator"]))


def cells(table: pa.Table, city: City, as_of: date) -> pd.DataFrame:
    """Every cell of the lattice, dense: a unit or period without cases is there with 0."""
    with Counter(table) as counter:
        parts = [
            _table(counter, registry.get(metric), item, city, as_of)
            for item in lattice.tables()
            for metric in item.metrics
        ]
    found = pd.concat(parts, ignore_index=True)
    return found.sort_values(COLUMNS[:-3], ignore_index=True)


def _table(
    counter: Counter, metric: Metric, table: lattice.Table, city: City, as_of: date
) -> pd.DataFrame:
    monthly = _dense(counter.count(metric, table.by).to_pandas(), table.by, city)
    parts = []
    for grain in table.grains:
        part = monthly.assign(
            grain=grain,
            period=[label(int(m) // 100, int(m) % 100, grain) for m in monthly["month"]],
        )
        keys = ["grain", "period", *table.by]
        part = part.groupby(keys, as_index=False)[["numerator", "denominator"]].sum()
        # A slice of a period that still runs would date single cases by subtraction.
        over = part["period"].map(lambda period: not table.by or closed(period, as_of))
        parts.append(part[over.astype(bool)])
    found = pd.concat(parts, ignore_index=True)
    if found.empty and not table.by:  # nothing counted yet: that is a figure too
        found = pd.DataFrame([{"grain": ALL, "period": ALL, "numerator": 0, "denominator": 0}])
    held = {name: ALL for name in DIMENSIONS if name not in table.by}
    found = found.assign(metric=metric.id, threshold=table.threshold, **held)
    return found[COLUMNS]


def _dense(rows: pd.DataFrame, by: tuple[str, ...], city: City) -> pd.DataFrame:
    """Add the missing combinations of month and dimension with 0: an absent row would tell."""
    if rows.empty:
        return rows
    first, last = int(rows["month"].min()), int(rows["month"].max())
    axes: list[list[object]] = [
        [y * 100 + m for y, m in months((first // 100, first % 100), (last // 100, last % 100))]
    ]
    for name in by:
        listed = {unit.code for unit in city.units} if name == "unit" else set()
        axes.append(sorted(listed | {value for value in rows[name] if value}))
    grid = pd.MultiIndex.from_product(axes, names=["month", *by]).to_frame(index=False)
    full = grid.merge(rows, how="left", on=list(grid.columns))
    return full.fillna({"numerator": 0, "denominator": 0}).astype(
        {"numerator": int, "denominator": int}
    )
