"""Sources that are one table in a CSV file: a mapping of columns is all they need to declare."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from cities import City
from data_access.cases import frames
from pipeline.quarantine import NOTES, SETTLES, settles
from pipeline.sources import Problem, Rows, SourceError

ENCODINGS = ("utf-8-sig", "gb18030")  # the second is what spreadsheets in China write
EMPTY_DATE = pd.Timestamp(1900, 1, 1)  # how old systems write "no date"
TIMES = ("received_at", "due_at", "closed_at")
TEXTS_READ = ("number", "category", "unit", "area", "status")
CHUNK = 20_000


@dataclass(frozen=True)
class Mapping:
    """Which column of the file holds what; times are local, in one of the formats.

    Columns named in `optional` may be missing, as some schemas of the same city lack them.
    `overdue` is the column and value by which the city itself calls a case late.
    """

    number: str
    received_at: str
    due_at: str
    closed_at: str
    category: str
    unit: str
    area: str
    status: str
    channel: str
    formats: tuple[str, ...]
    optional: tuple[str, ...] = ()
    overdue: tuple[str, str] | None = None

    def column(self, field: str) -> str:
        name: str = getattr(self, field)
        return name

    def read(self, origin: str | None, city: City, **_: int) -> Iterator[Rows]:
        """Yield the data rows of a file, CHUNK at a time; this is the `read` of a source."""
        return _read(origin, city, self)

    @property
    def required(self) -> list[str]:
        fields = (*TIMES, *TEXTS_READ, "channel")
        return [self.column(field) for field in fields if self.column(field) not in self.optional]


def _read(origin: str | None, city: City, mapping: Mapping) -> Iterator[Rows]:
    if origin is None:
        raise SourceError("this source reads a file: give its path")
    path = Path(origin)
    with path.open(encoding=_encoding(path), newline="") as content:
        reader = csv.reader(content, strict=True)
        try:
            header = next(reader, [])
            _check_header(path, header, mapping)
            numbered = ((reader.line_num, values) for values in reader if values)
            while chunk := list(islice(numbered, CHUNK)):
                yield _rows(header, chunk, mapping, city.zone)
        except csv.Error as error:
            raise SourceError(
                f"{path}, row {reader.line_num}: {error}; mend the quoting of this row"
            ) from error


def _encoding(path: Path) -> str:
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


def _check_header(path: Path, header: Sequence[str], mapping: Mapping) -> None:
    missing = [name for name in mapping.required if name not in header]
    if missing:
        raise SourceError(
            f"{path}, row 1: no column {', '.join(missing)}; "
            "export the data again with all columns, names unchanged"
        )
    twice = [name for name in mapping.required if header.count(name) > 1]
    if twice:
        raise SourceError(f"{path}, row 1: column {', '.join(twice)} twice; remove one of each")


def _rows(
    header: list[str], chunk: list[tuple[int, list[str]]], mapping: Mapping, zone: ZoneInfo
) -> Rows:
    raw = {line: _raw(header, values) for line, values in chunk}
    whole = [(line, values) for line, values in chunk if len(values) == len(header)]
    problems = [
        Problem(line, "", "", "field_count", "give the row as many fields as the header has")
        for line, values in chunk
        if len(values) != len(header)
    ]
    table = pd.DataFrame([values for _, values in whole], columns=header, dtype=object)
    lines = pd.Series([line for line, _ in whole], dtype="int64")
    times = {
        name: _moments(table[mapping.column(name)], lines, mapping, zone, problems)
        for name in TIMES
    }
    bad = {problem.line for problem in problems if problem.fatal}
    missing = times["received_at"].isna() & ~lines.isin(bad)
    problems += [
        Problem(line, mapping.received_at, "", "missing_date", "fill in when it was received")
        for line in lines[missing]
    ]
    texts = {name: table[mapping.column(name)].str.strip() for name in TEXTS_READ}
    if mapping.channel in header:
        texts["channel"] = table[mapping.channel].str.strip().str.lower()
    cases = frames.frame({"line": lines, **texts, **times})
    return Rows(
        count=len(chunk),
        records=cases[~missing & ~lines.isin(bad)],
        problems=problems,
        raw=raw.__getitem__,
        known_at=_known_at(table, times["due_at"], mapping),
        settles=dict(zip(lines, map(settles, table[SETTLES]), strict=True))
        if SETTLES in header
        else {},
    )


def _raw(header: list[str], values: list[str]) -> dict[str, str]:
    """A row as it stood in the file; fields beyond the header are kept under +1, +2, ..."""
    beyond = {f"+{place}": value for place, value in enumerate(values[len(header) :], start=1)}
    named = zip(header, values, strict=False)
    return {name: value for name, value in named if name not in NOTES} | beyond


def _known_at(
    table: pd.DataFrame, due: "pd.Series[pd.Timestamp]", mapping: Mapping
) -> datetime | None:
    """Whoever calls a case late has looked past its deadline."""
    if mapping.overdue is None:
        return None
    column, value = mapping.overdue
    late = due[table[column] == value].dropna()
    return None if late.empty else late.max().to_pydatetime()


def _moments(
    texts: "pd.Series[str]",
    lines: "pd.Series[int]",
    mapping: Mapping,
    zone: ZoneInfo,
    problems: list[Problem],
) -> "pd.Series[pd.Timestamp]":
    """Local times as moments in UTC; none where the field is empty or cannot be read."""
    column, stripped = str(texts.name), texts.str.strip()
    local = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]")
    for form in mapping.formats:
        local = local.fillna(pd.to_datetime(stripped, format=form, errors="coerce"))
    empty = local == EMPTY_DATE
    for wrong, rule, remedy in (
        (local.isna() & (stripped != ""), "unreadable_date", f"write it as {mapping.formats[0]}"),
        (empty, "empty_date", "read as no date: 1900 stands for none"),
    ):
        problems += [
            Problem(int(lines[i]), column, texts[i], rule, remedy, fatal=wrong is not empty)
            for i in texts.index[wrong]
        ]
    # An hour told twice in autumn is taken as its first; one that spring skips, as its end.
    first = np.ones(len(local), dtype=bool)
    known = local.mask(empty).dt.tz_localize(zone, ambiguous=first, nonexistent="shift_forward")
    moments: pd.Series[pd.Timestamp] = known.dt.tz_convert("UTC")
    return moments
