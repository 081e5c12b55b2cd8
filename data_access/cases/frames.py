"""Frames in which sources hand over records: texts never null, times aware, a line for each row.

The columns of a kind follow from its table, so a new column is declared in records.py only.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Boolean, Column, Float, Integer

from data_access.cases.kinds import CASES, Kind
from data_access.cases.schema import UtcDateTime

LINE, NUMBER = "line", "number"
MOMENT = pd.DatetimeTZDtype("us", "UTC")


def columns(kind: Kind) -> list[str]:
    """The columns of a kind's frame, in order."""
    return [LINE, *kind.key, *kind.content]


def times(kind: Kind) -> tuple[str, ...]:
    """The columns that hold moments."""
    return tuple(name for name in kind.content if isinstance(kind.table.c[name].type, UtcDateTime))


def texts(kind: Kind) -> tuple[str, ...]:
    """The columns that hold texts, the number first."""
    plain = (UtcDateTime, Boolean, Float)
    rest = (name for name in kind.content if not isinstance(kind.table.c[name].type, plain))
    return (NUMBER, *rest)


def frame(given: Mapping[str, object], kind: Kind = CASES) -> pd.DataFrame:
    """A frame of records; columns left out are empty texts, unknown times, numbers and answers."""
    table = pd.DataFrame(given)
    made = {name: _column(table, column) for name, column in _typed(kind).items()}
    if LINE not in table:
        table[LINE] = range(1, len(table) + 1)
    return pd.DataFrame({LINE: table[LINE].astype("int64"), **made}, index=table.index)


def _typed(kind: Kind) -> dict[str, Column[Any]]:
    return {name: kind.staging.c[name] for name in columns(kind)[1:]}


def _column(table: pd.DataFrame, column: Column[Any]) -> "pd.Series[Any]":
    name = column.name
    given = table.get(name)
    match column.type:
        case UtcDateTime():
            known = pd.Series(dtype=MOMENT) if given is None else pd.to_datetime(given, utc=True)
            return known.reindex(table.index).astype(MOMENT)
        case Boolean() if column.nullable:
            return _constant(table, None) if given is None else given.astype(object)
        case Boolean():
            return _constant(table, False) if given is None else given.astype(bool)
        case Float():
            return _constant(table, float("nan")) if given is None else given.astype("float64")
        case Integer():
            return _constant(table, 1) if given is None else given.astype("int64")
    return _constant(table, "") if given is None else given.astype(object)


def _constant(table: pd.DataFrame, value: object) -> "pd.Series[Any]":
    kept = object if value is None or value == "" else None
    return pd.Series([value] * len(table), index=table.index, dtype=kept)
