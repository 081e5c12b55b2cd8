"""The one statement that every engine runs, and the shape of what it yields."""

import functools
from collections.abc import Sequence
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import (
    ColumnElement,
    Select,
    column,
    func,
    literal_column,
    select,
    table,
    tuple_,
)

from metrics.model import Metric, conditions

Grain = Literal["month", "day"]
By = tuple[str, ...]  # the columns by which rows are cut, besides the time
BIN = "bin"  # of a duration: pipeline.count adds it to the facts, a column a span
COUNTS = ("numerator", "denominator")


def counting(metrics: Sequence[Metric], cuts: Sequence[By], grain: Grain) -> Select[Any]:
    """The query for metrics that share their `groups` key, by every cut; the time is local.

    Rows (grain, *`dimensions`, numerator_0, denominator_0, numerator_1, ...), in the order of the
    metrics; of several cuts also `total_<dimension>`, 1 where the row is not cut by it.
    A month is an integer yyyymm and a day is yyyymmdd, as pipeline.count adds them to the facts.

    A ratio's numerator is counted among the rows of its denominator, so no share can pass 100 %.
    """
    time: ColumnElement[Any] = column(f"{metrics[0].dated_by}_{grain}")
    keys = {name: _key(metrics[0], name) for name in dimensions(cuts)}
    shown = [time.label(grain), *(key.label(name) for name, key in keys.items())]
    counts = [
        func.count().filter(condition).label(f"{name}_{place}")
        for place, metric in enumerate(metrics)
        for name, condition in zip(COUNTS, _conditions(metric), strict=True)
    ]
    query = select(*shown, *counts).select_from(table("facts"))
    if len(cuts) == 1:
        query = query.group_by(time, *keys.values())
    else:
        totals = [func.grouping(key).label(f"total_{name}") for name, key in keys.items()]
        sets = (tuple_(time, *(keys[name] for name in by)) for by in cuts)
        query = query.add_columns(*totals).group_by(func.grouping_sets(*sets))
    texts = {metric.denominator or metric.numerator for metric in metrics}
    # Rows of no metric cost time; where the metrics take different ones, they are asked one by one.
    return query.where(_conditions(metrics[0])[1]) if len(texts) == 1 else query


def groups(metrics: Sequence[Metric], cuts: Sequence[By]) -> list[list[Metric]]:
    """Metrics that one statement can count: dated by the same time and, by bin, of one span."""
    found: dict[tuple[str, str | None], list[Metric]] = {}
    for metric in metrics:
        span = metric.span if BIN in dimensions(cuts) else None
        found.setdefault((metric.dated_by, span), []).append(metric)
    return list(found.values())


def dimensions(cuts: Sequence[By]) -> list[str]:
    """Every column that some rows are cut by."""
    return list(dict.fromkeys(name for by in cuts for name in by))


def separated(
    found: pa.Table, metrics: Sequence[Metric], cuts: Sequence[By], grain: Grain
) -> dict[tuple[By, str], pa.Table]:
    """What `counting` found by cut and metric, without the rows in which a metric has nothing."""
    told = {}
    for by in cuts:
        rows = _of_cut(found, by, cuts)
        for place, metric in enumerate(metrics):
            mine = rows.select([grain, *by, *(f"{name}_{place}" for name in COUNTS)])
            mine = mine.rename_columns([grain, *by, *COUNTS])
            told[by, metric.id] = mine.filter(pc.greater(mine["denominator"], 0))
    return told


def _of_cut(found: pa.Table, by: By, cuts: Sequence[By]) -> pa.Table:
    if len(cuts) == 1:
        return found
    flags = [pc.equal(found[f"total_{name}"], int(name not in by)) for name in dimensions(cuts)]
    return found.filter(functools.reduce(pc.and_, flags))


def counted(by: By, grain: Grain = "month") -> pa.Schema:
    """The columns of what was counted, of the same types from every engine."""
    return pa.schema([*_keys(by, grain), *((name, pa.int64()) for name in COUNTS)])


def counted_together(metrics: int, cuts: Sequence[By], grain: Grain) -> pa.Schema:
    """The columns of what `counting` finds of so many metrics."""
    names = dimensions(cuts)
    numbers = [f"{name}_{place}" for place in range(metrics) for name in COUNTS]
    numbers += [f"total_{name}" for name in names if len(cuts) > 1]
    return pa.schema([*_keys(names, grain), *((name, pa.int64()) for name in numbers)])


def _keys(names: Sequence[str], grain: Grain) -> list[tuple[str, pa.DataType]]:
    return [(grain, pa.int64()), *((name, pa.string()) for name in names)]


def _key(metric: Metric, name: str) -> ColumnElement[Any]:
    return column(f"{metric.span}_{BIN}" if name == BIN else name)


def _conditions(metric: Metric) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    numerator, denominator = conditions(metric)
    return literal_column(numerator), literal_column(denominator)
