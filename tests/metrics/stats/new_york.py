"""New York's 2011 file as the research notes (fairness.md, sections 6 and 8) used it.

The notes do not say as of when. Trying every day they name, with each smallest n, only one reading
gives their phi, their 6 and 2 outliers and their ranks together: on-time cohorts as the file
finally tells them (here 2014-01-01), departments with 10 or more cases that fell due: nine of
twelve, without DOE (5), HPD (7) and NYCEM (1).
"""

import csv
from datetime import date, datetime

from sqlalchemy import Engine

from cities import City
from metrics import registry
from pipeline import count
from pipeline.ingest import ingest
from tests.conftest import NYC_2011, export

FINALLY = date(2014, 1, 1)
DEPARTMENTS = {
    "DCA": (37, 65),
    "DFTA": (25, 28),
    "DHS": (134, 181),
    "DOF": (269, 340),
    "DOHMH": (37, 83),
    "DOT": (434, 502),
    "DPR": (72, 111),
    "NYPD": (578, 619),
    "TLC": (38, 41),
}
DAYS_AS_OF = datetime(2011, 4, 1)  # noqa: DTZ001 - the export tells local time without a zone


def counted(engine: Engine, city: City) -> dict[str, tuple[int, int]]:
    """The departments as this project counts them from the file."""
    ingest(engine, "nyc311", str(export(NYC_2011)), city)
    found = count.measure(engine, registry.get("on_time_rate"), city, FINALLY, "unit")
    return {
        figure.key: (figure.numerator or 0, figure.denominator)
        for figure in found
        if figure.key != "all" and figure.denominator and figure.denominator >= 10
    }


def days() -> tuple[list[float], list[bool]]:
    """Days since receipt as of 2011-04-01, read from the file itself, and whether closed.

    One case of 1997 was "closed" on 1900-01-01. The notes counted it as closed at once (their
    median shows it), and so does this; it moves neither figure by more than a minute or two.
    """
    spent, ended = [], []
    with export(NYC_2011).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            start, end = _time(row["Created Date"]), _time(row["Closed Date"])
            if start is None or start > DAYS_AS_OF:
                continue
            closed = end is not None and end <= DAYS_AS_OF
            until = max(end, start) if closed and end else DAYS_AS_OF
            spent.append((until - start).total_seconds() / 86_400)
            ended.append(closed)
    return spent, ended


def _time(text: str) -> datetime | None:
    form = "%m/%d/%Y %I:%M:%S %p"
    return datetime.strptime(text, form) if text else None  # noqa: DTZ007 - as above
