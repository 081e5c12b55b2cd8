"""Columns of texts turned into what the case database holds, and what was wrong with them.

Series are indexed by the line of the row, so that a problem knows its row.
"""

import math
import unicodedata
from typing import Any, NamedTuple

import pandas as pd

from cities import City
from pipeline import moments
from pipeline.contract import Field
from pipeline.headers import plain
from pipeline.sources import Problem
from pipeline.validate import DEADLINES

AS_DOCUMENTED = "2026-11-01 09:30:00"


class Column(NamedTuple):
    """One column of some rows, as stripped texts, under the header that the file gives it."""

    field: Field
    header: str
    texts: "pd.Series[str]"

    def found(
        self, wrong: "pd.Series[bool]", rule: str, remedy: str, fatal: bool = True
    ) -> list[Problem]:
        """One problem for each row that is wrong."""
        return [
            Problem(int(line), self.header, str(self.texts.at[line]), rule, remedy[:512], fatal)
            for line in self.texts.index[wrong].tolist()
        ]


def read(column: Column, city: City) -> "tuple[pd.Series[Any], list[Problem]]":
    """The values of a column and its problems; values of fatal problems are of no account."""
    match column.field.kind:
        case "moment":
            return _moments(column, city)
        case "flag" | "choice":
            values, problems = _words(column)
        case "number" | "whole":
            values, problems = _numbers(column)
        case _:
            values, problems = (
                (_codes(column.texts, city) if column.field.codes else column.texts),
                [],
            )
    return values, problems + _missing(column)


def _missing(column: Column) -> list[Problem]:
    """Required fields left blank; the number and moments are seen to by pipeline.validate."""
    if not column.field.required or column.field.name == "number":
        return []
    remedy = f"fill in {column.field.zh} ({column.field.name})"
    return column.found(column.texts == "", "missing_value", remedy)


def _moments(column: Column, city: City) -> "tuple[pd.Series[Any], list[Problem]]":
    found = moments.read(column.texts, city.zone, column.field.name in DEADLINES)
    loosely = f"read all the same; write it as {AS_DOCUMENTED}"
    return found.utc, [
        *column.found(found.unreadable, "unreadable_date", f"write it as {AS_DOCUMENTED}"),
        *column.found(found.empty, "empty_date", "read as no date: leave it blank", fatal=False),
        *column.found(found.loose, "date_format", loosely, fatal=False),
    ]


def _words(column: Column) -> "tuple[pd.Series[Any], list[Problem]]":
    field, texts = column.field, column.texts
    meant = {text: field.words.get(plain(text)) for text in texts.unique()}
    unknown = texts.isin([text for text, value in meant.items() if text and value is None])
    values = texts.map(meant).astype(object)
    values = values.where(values.notna(), None) if field.kind == "flag" else values.fillna("")
    return values, column.found(unknown, "unknown_choice", f"write one of {field.told}")


def _codes(texts: "pd.Series[str]", city: City) -> "pd.Series[Any]":
    """Codes of units for their codes and names; a name that the city does not list stays."""
    codes = {plain(name): unit.code for unit in city.units for name in unit.names.values()}
    codes |= {plain(unit.code): unit.code for unit in city.units}
    meant = {text: codes.get(plain(text), text) for text in texts.unique()}
    return texts.map(meant).astype(object)


def _numbers(column: Column) -> "tuple[pd.Series[Any], list[Problem]]":
    field, texts = column.field, column.texts
    known = {text: _number(text) for text in texts.unique()}
    values = texts.map(known).astype("float64")
    whole = field.kind == "whole"
    unreadable = (values.isna() | (whole & (values % 1 != 0))) & (texts != "")
    problems = column.found(unreadable, "unreadable_number", "write digits only")
    if field.between:
        low, high = field.between
        outside = ~values.between(low, high) & values.notna() & ~unreadable
        problems += column.found(outside, "out_of_range", f"from {low} to {high}")
        unreadable |= outside
    if whole:
        return values.mask(unreadable).fillna(1).astype("int64"), problems
    return values, problems


def _number(text: str) -> float:
    try:
        value = float(unicodedata.normalize("NFKC", text))
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan
