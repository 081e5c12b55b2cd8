"""Answers to doubts that remained after closing, as two people cleared them; and how many.

An answer stands under the same coarse keys as an outcome (pipeline/outcomes.py) and nothing else:
what the caller wrote has no way here. Numbers are rounded down to tens, so neither their
differences nor those from the release before are about one caller.
"""

from datetime import date, datetime

import pandas as pd
from sqlalchemy import Engine

from cities import City, midnight
from cities.clock import working_days
from data_access.cases.doubt_facts import WITHIN
from data_access.questions import COLUMNS as COLUMNS
from data_access.questions import ROUND
from data_access.supervision import doubt_state
from data_access.supervision.review_tables import QUESTION
from pipeline.open_rows import shuffled
from pipeline.outcomes import cleared

KINDS = (QUESTION,)  # of review


def table(engine: Engine, city: City, as_of: date) -> pd.DataFrame | None:
    """The approved answers of a city; None where it marks no categories."""
    found = cleared(engine, city, as_of, KINDS)
    return None if found is None else shuffled(found[list(COLUMNS[1:])])


def counts(engine: Engine, city: City, today: date) -> pd.DataFrame:
    """How many were raised, answered, answered in time and open when a day began; one row."""
    end = midnight(today, city)
    with engine.connect() as connection:
        found = [one for one in doubt_state.moments(connection, city.id) if one.first < end]
    days = [_days(city, first, at) for first, at in found if at is not None and at < end]
    told = {
        "raised": len(found), "answered": len(days), "in_time": sum(n <= WITHIN for n in days),
        "open": len(found) - len(days),
    }  # fmt: skip
    row = {"day": str(today), "within": WITHIN}
    row |= {name: n // ROUND * ROUND or None for name, n in told.items()}
    return pd.DataFrame([row]).astype(dict.fromkeys(told, "Int64"))


def _days(city: City, since: datetime, until: datetime) -> int:
    first, last = (moment.astimezone(city.zone).date() for moment in (since, until))
    return working_days(first, last)
