"""What was done to a city's releases besides publishing them, as the public may know it."""

import json
from datetime import date, datetime
from typing import NamedTuple

from data_access.settings import journal


class Rollback(NamedTuple):
    """On `day` the release `to` was put in force again in the place of `instead_of`."""

    day: date
    to: str
    instead_of: str


def rollbacks(city: str) -> list[Rollback]:
    """Newest first; who did it and what he noted stays in the journal (pipeline/journal.py)."""
    try:
        lines = journal(city).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return []
    entries = [json.loads(line) for line in lines]
    return [
        Rollback(datetime.fromisoformat(one["at"]).date(), one["release"], one["in_force"])
        for one in reversed(entries)
        if one["what"] == "rollback" and one["in_force"] not in ("", one["release"])
    ]
