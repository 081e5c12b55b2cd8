"""Rules that hold for the records of every source."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pandas as pd

from data_access.cases import frames
from data_access.cases.kinds import CALLS, CASES, Kind
from pipeline.sources import Problem

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# Deadlines may lie years ahead; a year 3020 is a slip of the pen.
FURTHEST = timedelta(days=20 * 366)
DEADLINES = ("due_at", "extended_due_at", "until")
# What cannot come before what.
ORDER = {
    CASES: (("received_at", "due_at"), ("received_at", "closed_at")),
    CALLS: (("called_at", "answered_at"),),
}
CORRECT = "correct the date or clear it"


def problems(records: pd.DataFrame, kind: Kind, now: datetime) -> Iterator[Problem]:
    """What makes records impossible, nothing but deadlines lying after `now`."""
    yield from _texts(records, kind)
    for name in frames.times(kind):
        latest = now + FURTHEST if name in DEADLINES else now
        impossible = records[name].notna() & ~records[name].between(EARLIEST, latest)
        yield from _found(records, name, impossible, "impossible_date", CORRECT)
        if not kind.table.c[name].nullable:
            missing = records[name].isna()
            yield from _found(records, name, missing, "missing_date", "fill in when it was")
    for start, end in ORDER.get(kind, ()):
        before = records[end] < records[start]
        remedy = "correct whichever of the two dates is wrong"
        yield from _found(records, end, before, f"{end}_before_{start}", remedy)


def _texts(records: pd.DataFrame, kind: Kind) -> Iterator[Problem]:
    for name in frames.texts(kind):
        most = getattr(kind.staging.c[name].type, "length", None)
        if most is not None:
            long = records[name].str.len() > most
            yield from _found(records, name, long, "too_long", f"shorten to {most} characters")
    number = records["number"]
    yield from _found(records, "number", number == "", "missing_number", "give the case its number")


def _found(
    records: pd.DataFrame, column: str, wrong: "pd.Series[bool]", rule: str, remedy: str
) -> Iterator[Problem]:
    if wrong.any():
        for line, value in records.loc[wrong, ["line", column]].itertuples(index=False):
            shown = value.isoformat() if isinstance(value, datetime) else str(value)
            yield Problem(int(line), column, shown, rule, remedy)
