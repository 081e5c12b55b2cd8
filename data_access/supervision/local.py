"""Local accounts: for showing the demo on one's own machine, and for nothing else.

They need all of: SUNLINE_LOCAL_ACCOUNTS=demo, a case database with made-up cases only, and (see
supervision/web/local.py) a browser on this very machine. Else they open nothing, not even with
the right password or a session begun before.
"""

import os

from sqlalchemy import Connection, func, select

from data_access.cases.batches import BATCHES

PREFIX = "local:"


def switched_on() -> bool:
    """Whether somebody asked for local accounts, in so many words."""
    return os.environ.get("SUNLINE_LOCAL_ACCOUNTS") == "demo"


def synthetic_only(connection: Connection) -> bool:
    """Whether there are cases, and all that was ever taken in was made up."""
    made_up = func.count().filter(BATCHES.c.synthetic)
    batches, synthetic = connection.execute(
        select(func.count(), made_up).select_from(BATCHES)
    ).one()
    return bool(batches) and batches == synthetic


def allowed(connection: Connection) -> bool:
    """Whether local accounts may be used on this database now."""
    return switched_on() and synthetic_only(connection)


def is_local(name: str) -> bool:
    """Whether a person's stable name is that of a local account."""
    return name.startswith(PREFIX)
