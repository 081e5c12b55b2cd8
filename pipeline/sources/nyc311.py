"""NYC 311 service requests as New York's open-data portal exports them, both schemas.

The schema of 2013 and before lacks some columns of the later one; only those needed to
follow a case and its deadline are read, and they have the same names in both.
"""

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from cities import City
from data_access.cases.store import CaseRecord
from pipeline.sources import Problem, Row, SourceError

SYNTHETIC = False
COMPLETE_UNTIL = None
REQUIRED = (
    "Unique Key", "Created Date", "Closed Date", "Due Date", "Agency", "Complaint Type",
    "Borough", "Status",
)  # fmt: skip
FORMAT = "%m/%d/%Y %I:%M:%S %p"
EMPTY_DATE = datetime(1900, 1, 1)  # noqa: DTZ001 - how the old system wrote "no date"


def read(origin: Path | None, city: City, **_: int) -> Iterator[Row]:
    """Yield every data row of the export; the header is line 1."""
    if origin is None:
        raise SourceError("nyc311 reads a file: give its path")
    try:
        with origin.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, restkey="", strict=True)
            missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
            if missing:
                raise SourceError(
                    f"{origin}, row 1: no column {', '.join(missing)}; "
                    "export the data again with all columns, names unchanged"
                )
            for values in reader:
                yield _row(reader.line_num, values, city.zone)
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{origin}: byte {error.start} is not UTF-8; save the file as UTF-8"
        ) from error
    except csv.Error as error:
        raise SourceError(f"{origin}: {error}; mend the quoting of this row") from error


def _row(line: int, values: dict[str, str | None], zone: ZoneInfo) -> Row:
    raw = {name: str(value or "") for name, value in values.items()}
    row = Row(line, None, raw=raw)
    if "" in values or None in values.values():
        row.problems.append(
            Problem("", "", "field_count", "give the row as many fields as the header has")
        )
        return row
    times = {}
    for column in ("Created Date", "Closed Date", "Due Date"):
        times[column] = _moment(raw[column], column, zone, row.problems)
    if any(problem.fatal for problem in row.problems):
        return row
    received = times["Created Date"]
    if received is None:
        row.problems.append(
            Problem("Created Date", "", "missing_date", "fill in when the case was received")
        )
        return row
    row.case = CaseRecord(
        number=raw["Unique Key"].strip(),
        received_at=received,
        due_at=times["Due Date"],
        closed_at=times["Closed Date"],
        channel=raw.get("Open Data Channel Type", "").strip().lower(),
        category=raw["Complaint Type"].strip(),
        unit=raw["Agency"].strip(),
        area=raw["Borough"].strip(),
        status=raw["Status"].strip(),
    )
    return row


def _moment(text: str, column: str, zone: ZoneInfo, problems: list[Problem]) -> datetime | None:
    if not text.strip():
        return None
    try:
        local = datetime.strptime(text.strip(), FORMAT)  # noqa: DTZ007 - the zone follows
    except ValueError:
        problems.append(
            Problem(column, text, "unreadable_date", "write it as MM/DD/YYYY hh:mm:ss AM")
        )
        return None
    if local == EMPTY_DATE:
        problems.append(
            Problem(
                column, text, "empty_date", "read as no date: 1900 stands for none", fatal=False
            )
        )
        return None
    return local.replace(tzinfo=zone)
