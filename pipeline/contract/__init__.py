"""The exchange contract: what a hotline hands over, declared once, in a TOML file a table.

A field is a column of the case database; its kind follows from that column, its words, choices
and examples from the TOML. Readers, template and document are all made from here.
"""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Float, Integer

from data_access.cases.kinds import KINDS, Kind
from data_access.cases.schema import UtcDateTime
from pipeline.headers import plain

FOLDER = Path(__file__).parent
YES = ("是", "yes", "y", "true", "t", "1", "1.0", "有", "√", "对")
NO = ("否", "no", "n", "false", "f", "0", "0.0", "无", "×", "错")


@dataclass(frozen=True)
class Field:
    """One column of a table; `codes` marks units and areas, named by code or by name."""

    name: str
    zh: str
    about: dict[str, str]
    kind: str  # text, moment, flag, number, whole, choice
    also: tuple[str, ...] = ()
    required: bool = False
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()  # code, its words, the usual one first
    codes: bool = False
    between: tuple[float, float] | None = None
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()

    @property
    def headers(self) -> set[str]:
        """Every spelling of its header, plain."""
        return {plain(word) for word in (self.name, self.zh, *self.also)}

    @cached_property
    def words(self) -> dict[str, object]:
        """What the plain words of a choice or a flag mean."""
        if self.kind == "flag":
            told = {True: (*YES, *self.yes), False: (*NO, *self.no)}
            return {plain(word): answer for answer, words in told.items() for word in words}
        return {plain(word): code for code, words in self.choices for word in (code, *words)}

    @property
    def told(self) -> str:
        """The choices, for a remedy."""
        if self.kind == "flag":
            return "是 (yes) or 否 (no)"
        return ", ".join(f"{words[0]} ({code})" for code, words in self.choices)


@dataclass(frozen=True)
class Table:
    """One table of the contract; it tells of one kind of record."""

    kind: Kind
    zh: str
    also: tuple[str, ...]
    about: dict[str, str]
    fields: tuple[Field, ...]

    @property
    def name(self) -> str:
        return self.kind.name

    @property
    def titles(self) -> set[str]:
        """Every spelling of its name, plain."""
        return {plain(word) for word in (self.name, self.zh, *self.also)}

    @cached_property
    def by_header(self) -> dict[str, Field]:
        return {header: field for field in self.fields for header in field.headers}

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}


def _table(kind: Kind) -> Table:
    told = tomllib.loads((FOLDER / f"{kind.name}.toml").read_text("utf-8"))
    fields = tuple(_field(kind, name, item) for name, item in told["fields"].items())
    return Table(kind, told["zh"], tuple(told["also"]), told["about"], fields)


def _field(kind: Kind, name: str, told: dict[str, Any]) -> Field:
    choices = tuple((code, tuple(words)) for code, words in told.pop("choices", {}).items())
    lists = {key: tuple(value) for key, value in told.items() if isinstance(value, list)}
    told |= lists
    return Field(name=name, kind=_kind(kind, name, bool(choices)), choices=choices, **told)


def _kind(kind: Kind, name: str, choices: bool) -> str:
    match kind.staging.c[name].type:
        case UtcDateTime():
            return "moment"
        case Boolean():
            return "flag"
        case Float():
            return "number"
        case Integer():
            return "whole"
    return "choice" if choices else "text"


TABLES = tuple(_table(kind) for kind in KINDS)
BY_NAME = {table.name: table for table in TABLES}
