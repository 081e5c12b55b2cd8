"""The one statement that every engine runs, and the shape of what it yields."""

from typing import Any, Literal

import pyarrow as pa
from sqlalchemy import ColumnElement, Select, column, func, literal_column, select, table

from metrics.expression import tokens
from metrics.model import Metric

Grain = Literal["month", "day"]


def counting(metric: Metric, by: tuple[str, ...], grain: Grain) -> Select[Any]:
    """The query for a metric: rows (grain, *by, numerator, denominator); the time is local.

    A month is an integer yyyymm and a day is yyyymmdd, as pipeline.count adds them to the facts.

    A ratio's numerator is counted among the rows of its denominator, so no share can pass 100 %.
    """
    keys: list[ColumnElement[Any]] = [column(f"{metric.dated_by}_{grain}").label(grain)]
    keys += [column(name) for name in by]
    numerator = func.count().filter(_condition(metric, metric.numerator)).label("numerator")
    query = select(*keys, numerator, func.count().label("denominator")).select_from(table("facts"))
    return query.where(_condition(metric, metric.denominator or metric.numerator)).group_by(*keys)


def counted(by: tuple[str, ...], grain: Grain = "month") -> pa.Schema:
    """The columns of what was counted, of the same types from every engine."""
    keys = [(grain, pa.int64()), *((name, pa.string()) for name in by)]
    return pa.schema([*keys, ("numerator", pa.int64()), ("denominator", pa.int64())])


def _condition(metric: Metric, text: str) -> ColumnElement[bool]:
    return literal_column(f"({' '.join(tokens(text, metric.facts.columns))})")
