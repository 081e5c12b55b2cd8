"""Sources that are one table in a CSV file: a mapping of columns is all they need to declare."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from cities import City
from data_access.cases import frames
from pipeline import headers, moments
from pipeline.quarantine import NOTES, SETTLES, settles
from pipeline.sources import Problem, Rows, SourceError

ENCODINGS = ("utf-8-sig", "gb18030")  # the second is what spreadsheets in China write
TIMES = ("received_at", "due_at", "closed_at")
NUMBERS = ("latitude", "longitude")
CHUNK = 20_000


@dataclass(frozen=True)
class Mapping:
    """Which column of the file holds which column of a case; times are local, in `formats`.

    Columns named in `optional` may be missing, as some schemas of the same city lack them; a
    column may be spelt otherwise or have one of its `aliases`, with a note.
    `overdue` is the column and value by which the city itself calls a case late.
    """

    columns: dict[str, str]
    formats: tuple[str, ...]
    optional: tuple[str, ...] = ()
    aliases: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lower: tuple[str, ...] = ()  # columns of the case written in small letters
    constant: dict[str, str] = field(default_factory=dict)  # what the whole source has in common
    overdue: tuple[str, str] | None = None
    literally: bool = False  # closed in 1900 is closed at once

    def read(
        self, origin: str | None, city: City, literally: int = False, **_: int
    ) -> Iterator[Rows]:
        """Yield the data rows of a file, CHUNK at a time; this is the `read` of a source."""
        return _read(origin, city, replace(self, literally=bool(literally)))

    @property
    def required(self) -> list[str]:
        return [name for name in self.columns.values() if name not in self.optional]


def _read(origin: str | None, city: City, mapping: Mapping) -> Iterator[Rows]:
    if origin is None:
        raise SourceError("this source reads a file: give its path")
    path = Path(origin)
    with path.open(encoding=encoding(path), newline="") as content:
        reader = csv.reader(content, strict=True)
        try:
            given = next(reader, [])
            header, renamed = _header(path, given, mapping)
            numbered = ((reader.line_num, values) for values in reader if values)
            while chunk := list(islice(numbered, CHUNK)):
                yield _rows(given, header, chunk, mapping, city, [*renamed, *_storable(chunk)])
                renamed = []
        except csv.Error as error:
            raise SourceError(
                f"{path}, row {reader.line_num}: {error}; mend the quoting of this row"
            ) from error


def encoding(path: Path) -> str:
    """The first encoding in which the whole file can be read."""
    for name in ENCODINGS:
        decoder = codecs.getincrementaldecoder(name)()
        try:
            with path.open("rb") as content:
                while block := content.read(1 << 20):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return name
    raise SourceError(f"{path}: neither UTF-8 nor GB18030; save the file as UTF-8")


def _header(path: Path, given: list[str], mapping: Mapping) -> tuple[list[str], list[Problem]]:
    """The names of the columns as the mapping has them, and a note for each that differs."""
    wanted = {name: mapping.aliases.get(name, ()) for name in mapping.columns.values()}
    header = headers.recognise(given, wanted)
    missing = [name for name in mapping.required if name not in header]
    if missing:
        raise SourceError(
            f"{path}, row 1: no column {', '.join(missing)}; "
            "export the data again with all columns, names unchanged"
        )
    twice = [name for name in mapping.required if header.count(name) > 1]
    if twice:
        raise SourceError(f"{path}, row 1: column {', '.join(twice)} twice; remove one of each")
    return header, headers.notes(given, header)


def _storable(chunk: list[tuple[int, list[str]]]) -> list[Problem]:
    """Replace the character U+0000, which no database takes, and say where it stood."""
    notes = []
    for place, (line, values) in enumerate(chunk):
        if "\0" in "".join(values):
            chunk[place] = line, [value.replace("\0", "\ufffd") for value in values]
            remedy = "read as U+FFFD: have the file exported without U+0000"
            notes.append(Problem(line, "", "", "unstorable_character", remedy, fatal=False))
    return notes


def _rows(
    given: list[str], header: list[str], chunk: list[tuple[int, list[str]]], mapping: Mapping,
    city: City, notes: list[Problem],
) -> Rows:  # fmt: skip
    raw = {line: _raw(given, values) for line, values in chunk}
    whole = {line: values for line, values in chunk if len(values) == len(header)}
    problems = notes + [
        Problem(line, "", "", "field_count", "give the row as many fields as the header has")
        for line, _ in chunk
        if line not in whole
    ]
    table = pd.DataFrame(
        list(whole.values()), index=list(whole), columns=range(len(header)), dtype=object
    )
    table.columns = pd.Index(header)
    columns = _columns(table, mapping, city, problems)
    bad = {problem.line for problem in problems if problem.fatal}
    records = frames.frame({"line": table.index.to_series(), **columns})
    return Rows(
        count=len(chunk),
        records=records[~records["line"].isin(bad)],
        problems=problems,
        raw=raw.__getitem__,
        known_at=_known_at(table, columns["due_at"], mapping),
        settles=dict(zip(whole, map(settles, table[SETTLES]), strict=True))
        if SETTLES in header
        else {},
    )


def _raw(header: list[str], values: list[str]) -> dict[str, str]:
    """A row as it stood in the file; fields beyond the header are kept under +1, +2, ..."""
    beyond = {f"+{place}": value for place, value in enumerate(values[len(header) :], start=1)}
    named = zip(header, values, strict=False)
    return {name: value for name, value in named if name not in NOTES} | beyond


def _columns(
    table: pd.DataFrame, mapping: Mapping, city: City, problems: list[Problem]
) -> dict[str, Any]:
    """The columns of the cases that the file tells of; adds what it cannot read to `problems`."""
    found: dict[str, Any] = dict(mapping.constant)
    for name, told in mapping.columns.items():
        if told not in table.columns:
            continue
        texts = table[told].str.strip()
        if name in TIMES:
            found[name] = moments.parse(texts, mapping.formats, city.zone, problems)
        elif name in NUMBERS:
            found[name] = _degrees(texts, problems)
        else:
            found[name] = texts.str.lower() if name in mapping.lower else texts
    if mapping.literally:
        closing = (mapping.columns["closed_at"], "empty_date")
        lines = [p.line for p in problems if (p.column, p.rule) == closing]
        at_once = found["received_at"].where(table.index.isin(lines))
        found["closed_at"] = found["closed_at"].fillna(at_once)
    missing = found["received_at"].isna()
    silent = missing & ~table.index.isin({problem.line for problem in problems if problem.fatal})
    problems += [
        Problem(line, mapping.columns["received_at"], "", "missing_date", "fill in when it came")
        for line in table.index[silent].tolist()
    ]
    return found


def _degrees(texts: "pd.Series[str]", problems: list[Problem]) -> "pd.Series[float]":
    numbers = pd.to_numeric(texts, errors="coerce")
    problems += [
        Problem(line, str(texts.name), texts[line], "unreadable_number", "left out", fatal=False)
        for line in texts.index[numbers.isna() & (texts != "")].tolist()
    ]
    return numbers


def _known_at(
    table: pd.DataFrame, due: "pd.Series[pd.Timestamp]", mapping: Mapping
) -> datetime | None:
    """Whoever calls a case late has looked past its deadline."""
    if mapping.overdue is None:
        return None
    column, value = mapping.overdue
    late = due[table[column] == value].dropna() if column in table else due[:0]
    return None if late.empty else late.max().to_pydatetime()
