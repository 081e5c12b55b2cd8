"""Sources: one module each, found by itself. A module that defines `read` is a source.

    SYNTHETIC: bool                       whether its cases are made up
    COMPLETE_UNTIL: date | None           the day at whose start its files end, where it is known;
                                          otherwise the last day with an event, which is half seen
    read(origin, city, **options)         yields Rows of a path or URL, some thousand at a time

A source turns its own columns and dates into frames of records, and says what it could not read.
Rules that hold for every source are in pipeline/validate.py.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

import pandas as pd

from cities import City
from data_access.cases.kinds import CASES, Kind


class SourceError(Exception):
    """The file as a whole cannot be read; the message names file, column and remedy."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one value of a row, by which rule, and how to mend it."""

    line: int  # of the file, see line_of
    column: str
    value: str
    rule: str
    remedy: str
    fatal: bool = True  # False: repaired, the row is stored with this note


@dataclass
class Rows:
    """A run of rows of a file: those that could be read as records, and what was wrong.

    `count` rows came in; `records` is a frame of data_access.cases.frames with those that are
    records of one `kind`; `part` names the table or sheet that they come from, if there are
    several; `raw` gives a row of the file as it was, by line, for the quarantine. `known_at` is a
    moment up to which these rows show that the file looked, where they show one.
    """

    count: int
    records: pd.DataFrame
    problems: list[Problem] = field(default_factory=list)
    raw: Callable[[int], dict[str, str]] = lambda line: {}
    known_at: datetime | None = None
    settles: dict[int, list[int]] = field(default_factory=dict)  # line → findings, if taken in
    kind: Kind = CASES
    part: str = ""


PART = 1 << 32
WHOLE_FILE = 0  # the row of a note about a file or part as a whole; never fatal


def line_of(part: int, row: int) -> int:
    """One number for a row of one of several parts of a file, the first part being 0."""
    return part * PART + row


def row_of(line: int) -> int:
    """The row within its part; the header is row 1."""
    return line % PART


class Source(Protocol):
    SYNTHETIC: bool
    COMPLETE_UNTIL: date | None

    def read(self, origin: str | None, city: City, **options: int) -> Iterator[Rows]: ...


def known() -> list[str]:
    """The names of all sources."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def load(name: str) -> Source:
    """One source by name; LookupError lists the others."""
    if name not in known():
        raise LookupError(f"no source {name!r}: there are {', '.join(known())}")
    source: Source = importlib.import_module(f"{__name__}.{name}")
    return source
