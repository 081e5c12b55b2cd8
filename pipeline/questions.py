"""Answers to doubts that remained after closing, as two people cleared them; and how many.

An answer stands under the same coarse keys as an outcome (pipeline/outcomes.py) and nothing else:
what the caller wrote has no way here. Numbers are rounded down to tens, so neither their
differences nor those from the release before are about one caller.
"""

from datetime import date

import pandas as pd
from sqlalchemy import Engine

from cities import City, midnight
from data_access.cases import case_facts, doubt_facts
from data_access.questions import COLUMNS as COLUMNS
from data_access.supervision.review_tables import QUESTION
from data_access.tens import down
from pipeline.open_rows import shuffled
from pipeline.outcomes import cleared

KINDS = (QUESTION,)  # of review


def table(engine: Engine, city: City, as_of: date) -> pd.DataFrame | None:
    """The approved answers of a city; None where it marks no categories."""
    found = cleared(engine, city, as_of, KINDS)
    return None if found is None else shuffled(found[list(COLUMNS[1:])])


def counts(engine: Engine, city: City, today: date) -> pd.DataFrame:
    """How many were raised, answered, answered in time and open when a day began; one row.

    As the metrics of doubts count them, but until today: no file has to come in first.
    """
    end = midnight(today, city)
    facts = case_facts.read(engine, "doubts", city.id, end, doubt_facts.MOMENTS).to_pandas()
    answered = facts["answered_at"].notna()
    in_time = facts["answered_at"] <= facts["answer_due_at"]
    told = {
        "raised": len(facts), "answered": int(answered.sum()), "in_time": int(in_time.sum()),
        "open": int((~answered).sum()),
    }  # fmt: skip
    row = {"day": str(today), "within": doubt_facts.WITHIN}
    row |= {name: down(n) or None for name, n in told.items()}
    return pd.DataFrame([row]).astype(dict.fromkeys(told, "Int64"))
