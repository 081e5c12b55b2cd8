"""Sources that are one table in a CSV file: a mapping of columns is all they need to declare."""

import codecs
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cities import City
from data_access.cases.store import CaseRecord
from pipeline.sources import Problem, Row, SourceError

ENCODINGS = ("utf-8-sig", "gb18030")  # the second is what spreadsheets in China write
EMPTY_DATE = datetime(1900, 1, 1)  # noqa: DTZ001 - how old systems write "no date"
TIMES = ("received_at", "due_at", "closed_at")


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

    @property
    def required(self) -> list[str]:
        fields = (*TIMES, "number", "category", "unit", "area", "status", "channel")
        return [self.column(field) for field in fields if self.column(field) not in self.optional]


def read(origin: Path | None, city: City, mapping: Mapping) -> Iterator[Row]:
    """Yield a Row for every data row of the file; the header is line 1."""
    if origin is None:
        raise SourceError("this source reads a file: give its path")
    with origin.open(encoding=_encoding(origin), newline="") as lines:
        reader = csv.DictReader(lines, restkey="", strict=True)
        try:
            _check_header(origin, reader.fieldnames or (), mapping)
            for values in reader:
                yield _row(reader.line_num, values, mapping, city.zone)
        except csv.Error as error:
            raise SourceError(
                f"{origin}, row {reader.line_num}: {error}; mend the quoting of this row"
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


def _row(line: int, values: dict[str, str | None], mapping: Mapping, zone: ZoneInfo) -> Row:
    raw = {name: str(value or "") for name, value in values.items()}
    row = Row(line, None, raw=raw)
    if "" in values or None in values.values():
        remedy = "give the row as many fields as the header has"
        row.problems.append(Problem("", "", "field_count", remedy))
        return row
    received, due, closed = (
        _moment(raw[mapping.column(field)], mapping.column(field), mapping, zone, row.problems)
        for field in TIMES
    )
    if received is None and not row.problems:
        remedy = "fill in when the case was received"
        row.problems.append(Problem(mapping.received_at, "", "missing_date", remedy))
    if received is not None and not any(problem.fatal for problem in row.problems):
        row.case = CaseRecord(
            number=raw[mapping.number].strip(),
            received_at=received,
            due_at=due,
            closed_at=closed,
            channel=raw.get(mapping.channel, "").strip().lower(),
            category=raw[mapping.category].strip(),
            unit=raw[mapping.unit].strip(),
            area=raw[mapping.area].strip(),
            status=raw[mapping.status].strip(),
        )
        if mapping.overdue and raw.get(mapping.overdue[0]) == mapping.overdue[1]:
            row.known_at = due  # whoever calls a case late has looked past its deadline
    return row


def _moment(
    text: str, column: str, mapping: Mapping, zone: ZoneInfo, problems: list[Problem]
) -> datetime | None:
    """A local time as an aware moment; None where the field is empty or cannot be read."""
    if not text.strip():
        return None
    local = _parsed(text.strip(), mapping.formats)
    if local is None:
        remedy = f"write it as {' or '.join(mapping.formats)}"
        problems.append(Problem(column, text, "unreadable_date", remedy))
        return None
    if local == EMPTY_DATE:
        remedy = "read as no date: 1900 stands for none"
        problems.append(Problem(column, text, "empty_date", remedy, fatal=False))
        return None
    return local.replace(tzinfo=zone)


def _parsed(text: str, formats: tuple[str, ...]) -> datetime | None:
    for form in formats:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is the city's
        except ValueError:
            continue
    return None
