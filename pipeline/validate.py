"""Rules that hold for the cases of every source."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pandas as pd

from data_access.cases.frames import TEXTS
from data_access.cases.schema import Case
from pipeline.sources import Problem

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# Deadlines may lie years ahead; a year 3020 is a slip of the pen.
FURTHEST = timedelta(days=20 * 366)


def problems(cases: pd.DataFrame, now: datetime) -> Iterator[Problem]:
    """What makes cases impossible, nothing having happened after `now`."""
    for name in ("number", *TEXTS):
        most = getattr(Case, name).type.length
        yield from _found(
            cases, name, cases[name].str.len() > most, "too_long", f"shorten to {most} characters"
        )
    yield from _found(
        cases, "number", cases["number"] == "", "missing_number", "give the case its number"
    )
    for name, latest in (
        ("received_at", now), ("closed_at", now), ("due_at", now + FURTHEST),
    ):  # fmt: skip
        impossible = cases[name].notna() & ~cases[name].between(EARLIEST, latest)
        remedy = "correct the date or clear it"
        yield from _found(cases, name, impossible, "impossible_date", remedy)
    for name in ("due_at", "closed_at"):
        yield from _found(
            cases, name, cases[name] < cases["received_at"], f"{name}_before_received_at",
            "correct whichever of the two dates is wrong",
        )  # fmt: skip


def _found(
    cases: pd.DataFrame, column: str, wrong: "pd.Series[bool]", rule: str, remedy: str
) -> Iterator[Problem]:
    if wrong.any():
        for line, value in cases.loc[wrong, ["line", column]].itertuples(index=False):
            shown = value.isoformat() if isinstance(value, datetime) else value
            yield Problem(int(line), column, shown, rule, remedy)
