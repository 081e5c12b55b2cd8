"""From the cases of a city to figures, over everything up to a date."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Engine

from cities import City, midnight
from data_access.cases import case_facts, store
from data_access.facts import SUBJECTS
from metrics import registry
from metrics.measure import Figure, composite, duration, figure, per_10_000
from metrics.model import Metric, Term
from metrics.periods import ALL, GRAINS, label
from metrics.stats.casemix import Cell
from metrics.stats.durations import EDGES, LAST
from pipeline.engines.choice import Counting
from pipeline.engines.duckdb import Counter
from pipeline.engines.statement import BIN, Grain

PERIODS = ("day", *GRAINS[:-1])
BINS = pa.array([str(place) for place in range(LAST + 1)])


def facts(
    engine: Engine,
    city: City,
    as_of: date,
    metrics: Iterable[Metric],
    grain: Grain = "month",
) -> pa.Table:
    """The facts that some metrics of one subject count.

    Each time by which a row can be dated is there as its local month too, an integer yyyymm, or
    as its local day, yyyymmdd; each duration by its bin too, as a text.
    """
    return pa.concat_tables(parts(engine, city, as_of, metrics, grain))


def parts(
    engine: Engine,
    city: City,
    as_of: date,
    metrics: Iterable[Metric],
    grain: Grain = "month",
) -> Iterator[pa.Table]:
    """The same some ten thousand rows at a time; the first part may be empty."""
    counted = list(metrics)
    used = {name for metric in counted for name in metric.used}
    (subject,) = {metric.subject for metric in counted}
    moment = midnight(as_of, city)
    spans = {metric.span for metric in counted if metric.span is not None}
    if subject == "rows":
        yield dressed(store.row_facts(engine, city.id, moment), subject, used, spans, city, grain)
        return
    for part in case_facts.parts(engine, subject, city.id, moment, used):
        yield dressed(part, subject, used, spans, city, grain)


def dressed(
    table: pa.Table,
    subject: str,
    used: Collection[str],
    spans: Collection[str],
    city: City,
    grain: Grain = "month",
) -> pa.Table:
    """Facts with the local months or days of the times that are used, and the bins of spans."""
    for name in SUBJECTS[subject].datable:
        if name in used:
            local = table[name].to_pandas().dt.tz_convert(city.timezone).dt
            number = local.year * 100 + local.month
            if grain == "day":
                number = number * 100 + local.day
            numbers = pa.array(number.astype("Int64"), pa.int64(), from_pandas=True)
            table = table.append_column(f"{name}_{grain}", numbers)
    return binned(table, spans)


def measure(
    engine: Engine, metric: Metric, city: City, as_of: date, by: str, counting: Counting = Counter
) -> list[Figure]:
    """A metric over everything up to a date: the total under `all`, then one figure a value.

    `by` is one of its slices, or a calendar period of the whole city. `counting` is the engine.
    """
    if metric.kind == "composite":
        return _composite(engine, metric, city, as_of, by, counting)
    if metric.span is not None:
        found = bins(engine, metric, city, as_of, by, counting)
        return [duration(key, counts) for key, counts in found.items()]
    rows, named = _rows(engine, metric, city, as_of, by, counting)
    sums = rows.groupby("key")[["numerator", "denominator"]].sum()
    sums = sums.reindex(sorted({*named, *sums.index}), fill_value=0)
    told = [_figure(metric, ALL, sums.sum())]
    told += [_figure(metric, str(key), row) for key, row in sums.iterrows() if key != ""]
    return told if metric.per is None else _per_residents(told, city)


def bins(
    engine: Engine, metric: Metric, city: City, as_of: date, by: str, counting: Counting = Counter
) -> dict[str, dict[int, int]]:
    """A duration counted by bin (metrics.stats.durations): under `all`, then value by value."""
    rows, _ = _rows(engine, metric, city, as_of, by, counting, (BIN,))
    groups = [(ALL, rows), *((str(key), some) for key, some in rows.groupby("key") if key != "")]
    return {key: by_bin(some) for key, some in groups}


def _rows(
    engine: Engine,
    metric: Metric,
    city: City,
    as_of: date,
    by: str,
    counting: Counting,
    more: tuple[str, ...] = (),
) -> tuple[pd.DataFrame, set[str]]:
    """What an engine counted, under its `key`, and every key there must be a figure for."""
    known = (*metric.slices, *PERIODS)
    if by not in known:
        raise LookupError(f"{metric.id} is not cut by {by!r}: {', '.join(known)}")
    grain: Grain = "day" if by == "day" else "month"
    table = facts(engine, city, as_of, [metric], grain)
    cut = () if by in PERIODS else (by,)
    with counting(table) as counter:
        rows = counter.count(metric, (*cut, *more), grain).to_pandas()
    rows["key"] = rows[by] if cut else [period(number, by) for number in rows[grain]]
    named = table[by].unique().to_pylist() if cut else _every_period(metric, rows, grain, by)
    return rows, {key for key in named if key}


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


def by_bin(rows: pd.DataFrame) -> dict[int, int]:
    """How many durations lie in each bin, of rows that were counted by bin."""
    sums = rows.groupby(BIN)["numerator"].sum()
    return {int(place): int(n) for place, n in zip(sums.index, sums, strict=True)}


def binned(table: pa.Table, spans: Iterable[str]) -> pa.Table:
    """Facts with the bin of some durations, as a text: every engine can count those."""
    for name in sorted(spans):
        seconds = table[name].to_numpy()  # NaN where there is no duration
        found = pa.array(np.searchsorted(np.array(EDGES), seconds, side="right") - 1)
        known = pc.and_(pc.is_valid(table[name]), pc.greater_equal(table[name], 0))
        bins = pc.take(BINS, pc.if_else(known, found, None))
        table = table.append_column(f"{name}_{BIN}", bins)
    return table


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
