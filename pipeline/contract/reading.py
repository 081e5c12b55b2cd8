"""Rows of one part of a file, in the columns of the contract, turned into records."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

import cities
from cities import City
from cities.clock import due_days, workdays
from data_access.cases import frames
from data_access.cases.kinds import CASES
from pipeline import sources
from pipeline.contract import cells, values
from pipeline.contract.headers import Columns
from pipeline.contract.values import Column
from pipeline.quarantine import NOTES, SETTLES, settles
from pipeline.sources import Problem, Rows

CHUNK = 20_000
Row = tuple[int, Sequence[object]]  # its number in the part, and its cells
LONGEST = np.timedelta64(400, "D")  # no limit reaches further


@dataclass(frozen=True)
class Reader:
    """Reads one part; `index` is its place among all parts of the file."""

    columns: Columns
    city: City
    part: str
    index: int

    def read(self, rows: Iterable[Row]) -> Iterator[Rows]:
        """All rows, CHUNK at a time."""
        rest, notes = iter(rows), self.columns.unknown(self.index)
        while chunk := dict(islice(rest, CHUNK)):
            yield self._rows(chunk, notes)
            notes = []

    def _rows(self, chunk: dict[int, Sequence[object]], notes: list[Problem]) -> Rows:
        kind, width = self.columns.table.kind, len(self.columns.names)
        whole = {self._line(n): row for n, row in chunk.items() if len(row) == width}
        told: dict[str, Any] = {"line": pd.Series(list(whole), index=list(whole), dtype="int64")}
        problems = notes + [self._field_count(n) for n, row in chunk.items() if len(row) != width]
        problems += self._unstorable(whole)
        for column in self._columns(whole):
            told[column.field.name], found = values.read(column, self.city)
            problems += found
        records = frames.frame(told, kind)
        if kind is CASES:
            _count_deadlines(records, self.city)
        bad = {problem.line for problem in problems if problem.fatal}
        return Rows(
            count=len(chunk),
            records=records[~records["line"].isin(bad)],
            problems=problems,
            raw=lambda line: self._raw(chunk[sources.row_of(line)]),
            settles=self._settles(whole),
            kind=kind,
            part=self.part,
        )

    def _line(self, row: int) -> int:
        return sources.line_of(self.index, row)

    def _field_count(self, row: int) -> Problem:
        remedy = "give the row as many fields as the header has"
        return Problem(self._line(row), "", "", "field_count", remedy)

    def _unstorable(self, whole: dict[int, Sequence[object]]) -> list[Problem]:
        """A note on each row with characters that no database takes: they become U+FFFD."""
        remedy = "read as U+FFFD: have the file exported without U+0000 and lone surrogates"
        return [
            Problem(line, "", "", "unstorable_character", remedy, fatal=False)
            for line, row in whole.items()
            if cells.UNSTORABLE.search("".join(cell for cell in row if isinstance(cell, str)))
        ]

    def _columns(self, whole: dict[int, Sequence[object]]) -> Iterator[Column]:
        for name, place in self.columns.places.items():
            texts = [cells.text(row[place]) for row in whole.values()]
            series = pd.Series(texts, index=list(whole), dtype=object)
            yield Column(self.columns.table.by_name[name], self.columns.names[place], series)

    def _raw(self, row: Sequence[object]) -> dict[str, str]:
        """A row as it stood; missing fields are blank, more than the header are +1, +2, ..."""
        names = self.columns.names
        beyond = [f"+{place}" for place in range(1, len(row) - len(names) + 1)]
        padded = [*row, *[""] * (len(names) - len(row))]
        told = zip([*names, *beyond], padded, strict=True)
        return {name: cells.raw(value) for name, value in told if name not in NOTES}

    def _settles(self, whole: dict[int, Sequence[object]]) -> dict[int, list[int]]:
        if SETTLES not in self.columns.names:
            return {}
        place = self.columns.names.index(SETTLES)
        return {line: settles(cells.text(row[place])) for line, row in whole.items()}


def _count_deadlines(cases: pd.DataFrame, city: City) -> None:
    """Fill in deadlines that were not told, by the city's own limits, where it has any."""
    try:
        limits = cities.deadlines(city.id).limits
    except FileNotFoundError:
        return
    open_ended = cases["due_at"].isna() & cases["received_at"].notna() & ~cases["on_the_spot"]
    for nature, limit in limits.items():
        some = cases.index[open_ended & (cases["nature"] == nature)]
        if limit.hours is not None:
            cases.loc[some, "due_at"] = cases["received_at"][some] + pd.Timedelta(hours=limit.hours)
        elif limit.working_days is not None and len(some):
            _count_days(cases, some, limit.working_days, city)


def _count_days(cases: pd.DataFrame, some: "pd.Index[Any]", days: int, city: City) -> None:
    """24:00 local of the last working day; none for days that the calendar does not reach."""
    local = cases["received_at"][some].dt.tz_convert(city.zone).dt.tz_localize(None)
    received = local.to_numpy("datetime64[D]")
    known = (received >= workdays()[0]) & (received <= workdays()[-1] - LONGEST)
    last, provisional = due_days(received[known], np.full(known.sum(), days))
    end = (last + 1).astype("datetime64[us]") - np.timedelta64(1, "us")
    due = pd.DatetimeIndex(end).tz_localize(city.zone).tz_convert("UTC")
    cases.loc[some[known], "due_at"] = due.astype(frames.MOMENT)
    cases.loc[some[known], "due_provisional"] = provisional
