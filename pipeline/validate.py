"""Rules that hold for the cases of every source."""

from datetime import UTC, datetime, timedelta

from data_access.cases.store import CaseRecord
from pipeline.sources import Problem

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# Deadlines may lie years ahead; a year 3020 is a slip of the pen.
FURTHEST = timedelta(days=20 * 366)
LONGEST = {"number": 64, "channel": 64, "category": 128, "unit": 64, "area": 64, "status": 64}


def problems(case: CaseRecord, now: datetime) -> list[Problem]:
    """What makes a case impossible, nothing having happened after `now`; empty if all is well."""
    found = []
    if not case.number:
        found.append(Problem("number", "", "missing_number", "give the case its number"))
    for name, most in LONGEST.items():
        value = getattr(case, name)
        if len(value) > most:
            found.append(Problem(name, value, "too_long", f"shorten to {most} characters"))
    for name, limit in (
        ("received_at", now), ("closed_at", now), ("due_at", now + FURTHEST),
    ):  # fmt: skip
        value = getattr(case, name)
        if value is not None and not EARLIEST <= value <= limit:
            found.append(
                Problem(name, value.isoformat(), "impossible_date", "correct the date or clear it")
            )
    for name in ("due_at", "closed_at"):
        value = getattr(case, name)
        if value is not None and value < case.received_at:
            found.append(
                Problem(
                    name, value.isoformat(), f"{name}_before_received_at",
                    "correct whichever of the two dates is wrong",
                )
            )  # fmt: skip
    return found
