"""The words of columns and sets, from dictionary.toml; what is not there goes by its own name."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from metrics import registry
from pipeline.open_files.model import LANGUAGES, Field, Set, Table, Words

FILE = Path(__file__).with_name("dictionary.toml")
# Of a wide table: what the column beside a metric's value tells.
PARTS = ("numerator", "denominator", "low", "high", "p90", "withheld")


@cache
def words() -> dict[str, Any]:
    """The whole file."""
    return tomllib.loads(FILE.read_text("utf-8"))


def table(name: str, frame: pd.DataFrame, key: tuple[str, ...]) -> Table:
    """A table with its columns described; `name` finds its title and its own words of columns."""
    title = words()["tables"].get(name) or _pair(name)
    fields = tuple(field(name, column, str(frame[column].dtype)) for column in frame.columns)
    return Table(name, _told(title), frame, fields, key)


def described(name: str, tables: tuple[Table, ...]) -> Set:
    """A set of tables with its title."""
    known = words()["sets"]
    told = known.get(name) or _pair(name)
    position = [*known, name].index(name)
    return Set(name, _told(told), _about(told), position, tables)


def field(table: str, column: str, dtype: str) -> Field:
    """One column by what the dictionary says of it, of a metric, or of neither."""
    own = _own(table)
    told = own.get(column) or words()["columns"].get(column) or _measured(column)
    values = {code: _told(text) for code, text in told.get("values", {}).items()}
    empty = {name: told[f"empty_{name}"] for name in LANGUAGES} if "empty_zh" in told else None
    return Field(column, _type(dtype), _told(told), _about(told), values, empty)


def _own(table: str) -> dict[str, Any]:
    """The words of a table's own columns; tables of cells share theirs."""
    every: dict[str, dict[str, Any]] = words()["own"]
    return every.get(table) or every.get(table.partition("-")[0], {})


def known(table: str, column: str) -> bool:
    """Whether the meaning of a column is written down."""
    own = _own(table)
    return column in own or column in words()["columns"] or bool(_metric(column)[0])


def _metric(column: str) -> tuple[str, str]:
    """The metric that a column of a wide table is about, and which part of it; or nothing."""
    parts = (part for part in PARTS if column.endswith(f"_{part}"))
    for part in ("", *parts):
        name = column.removesuffix(f"_{part}") if part else column
        if name in registry.everything():
            return name, part
    return "", ""


def _measured(column: str) -> dict[str, Any]:
    name, part = _metric(column)
    if not name:
        return _pair(column)
    metric, told = registry.get(name), words()["parts"][part or "value"]
    found: dict[str, Any] = {
        language: told[language].format(name=metric.wording[language].name)
        for language in LANGUAGES
    }
    for language in LANGUAGES:
        found[f"about_{language}"] = told[f"about_{language}"] or _counted(name, language)
    return found | {key: told[key] for key in told if key.startswith(("empty", "values"))}


def _counted(metric: str, language: str) -> str:
    wording = registry.get(metric).wording[language]
    return " / ".join(filter(None, (wording.numerator, wording.denominator)))


def _type(dtype: str) -> str:
    kinds = {"i": "integer", "f": "number", "d": "number", "b": "boolean"}
    return kinds.get(dtype[0].lower(), "string")


def _told(found: Mapping[str, str]) -> Words:
    return {language: found[language] for language in LANGUAGES}


def _about(found: Mapping[str, str]) -> Words:
    return {language: found.get(f"about_{language}", "") for language in LANGUAGES}


def _pair(name: str) -> dict[str, str]:
    return dict.fromkeys(LANGUAGES, name)
