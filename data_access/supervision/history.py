"""How cases of the past ended: what tells which open ones may miss their deadline."""

from datetime import datetime, timedelta

import pandas as pd
from sqlalchemy import Connection, and_, select

from data_access.cases.batches import BATCHES
from data_access.cases.kinds import CASES
from data_access.supervision.viewer import CASE, Viewer, sees

BACK = timedelta(days=730)
COLUMNS = ("unit", "category", "received_at", "deadline_at", "closed_at")


def judged(viewer: Viewer, connection: Connection, as_of: datetime) -> pd.DataFrame:
    """The viewer's work orders whose deadline passed in the two years before a moment: COLUMNS.

    Closings after that moment are hidden, and so are deadlines that a case's file did not see
    pass. Times are in UTC.
    """
    known = and_(CASE.deadline_at <= as_of, CASE.deadline_at > as_of - BACK)
    seen = (BATCHES.c.observed_until.is_(None)) | (CASE.deadline_at <= BATCHES.c.observed_until)
    query = (
        select(*(CASE[name] for name in COLUMNS))
        .join_from(CASES.table, BATCHES, BATCHES.c.id == CASE.batch_id)
        .where(CASE.city == viewer.city, sees(viewer), CASE.on_the_spot.is_(False), known, seen)
    )
    table = pd.DataFrame(connection.execute(query).all(), columns=list(COLUMNS))
    for name in COLUMNS[2:]:
        table[name] = pd.to_datetime(table[name], utc=True).astype(pd.DatetimeTZDtype("us", "UTC"))
    table["closed_at"] = table["closed_at"].where(table["closed_at"] <= as_of)
    return table
