"""Count on DuckDB, in memory, from a table of facts."""

from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa
from sqlalchemy import ColumnElement, Select, column, func, literal_column, select, table

from data_access import duck
from metrics.expression import tokens
from metrics.model import Metric


def counting(metric: Metric, by: tuple[str, ...]) -> Select[Any]:
    """The query for a metric: rows (month, *by, numerator, denominator), month as yyyymm.

    A ratio's numerator is counted among the rows of its denominator, so no share can pass 100 %.
    """
    keys: list[ColumnElement[Any]] = [column(f"{metric.dated_by}_month").label("month")]
    keys += [column(name) for name in by]
    numerator = func.count().filter(_condition(metric, metric.numerator)).label("numerator")
    query = select(*keys, numerator, func.count().label("denominator")).select_from(table("facts"))
    return query.where(_condition(metric, metric.denominator or metric.numerator)).group_by(*keys)


def _condition(metric: Metric, text: str) -> ColumnElement[bool]:
    return literal_column(f"({' '.join(tokens(text, metric.facts.columns))})")


class Counter:
    """Counts metrics over one table of facts; use it in a `with` block."""

    def __init__(self, facts: pa.Table) -> None:
        self._connection = duckdb.connect(":memory:")
        self._connection.register("facts", facts)

    def count(self, metric: Metric, by: tuple[str, ...] = ()) -> pa.Table:
        """Rows (month, *by, numerator, denominator) with a non-empty denominator."""
        return duck.run(self._connection, counting(metric, by))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._connection.close()
