"""Sources: one module each, found by itself. A module that defines `read` is a source.

    SYNTHETIC: bool                       whether its cases are made up
    COMPLETE_UNTIL: date | None           the day at whose start its files end, where it is known;
                                          otherwise the last day with an event, which is half seen
    read(origin, city, **options)         yields a Row for every row of the file

A source turns its own columns and dates into a CaseRecord, and says what it could not read.
Rules that hold for every source are in pipeline/validate.py.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from cities import City
from data_access.cases.store import CaseRecord


class SourceError(Exception):
    """The file as a whole cannot be read; the message names file, column and remedy."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with one value, by which rule, and how to mend it."""

    column: str
    value: str
    rule: str
    remedy: str
    fatal: bool = True  # False: repaired, the row is stored with this note


@dataclass(slots=True)
class Row:
    """One row of a file: the case it tells of, or what kept it from being one.

    `known_at` is a moment up to which the row shows that its file looked, where it shows one.
    """

    line: int
    case: CaseRecord | None
    problems: list[Problem] = field(default_factory=list)
    raw: dict[str, str] = field(default_factory=dict)
    known_at: datetime | None = None


class Source(Protocol):
    SYNTHETIC: bool
    COMPLETE_UNTIL: date | None

    def read(self, origin: Path | None, city: City, **options: int) -> Iterator[Row]: ...


def known() -> list[str]:
    """The names of all sources."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def load(name: str) -> Source:
    """One source by name; LookupError lists the others."""
    if name not in known():
        raise LookupError(f"no source {name!r}: there are {', '.join(known())}")
    source: Source = importlib.import_module(f"{__name__}.{name}")
    return source
