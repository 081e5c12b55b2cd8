"""The moment that supervisors look at: how far the city's newest data sees."""

from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from data_access.cases.batches import BATCHES


def as_of(connection: Connection, city: str, told_by: datetime | None = None) -> datetime:
    """The end of what the newest batch observed; now, where no batch says how far it looked.

    With `told_by`, how it was then: of batches that had been begun, and of that moment itself.
    Not the clock on the wall: a file that ends on Friday knows nothing of Monday, and a case that
    was closed since must not stand in a list of overdue ones. The page shows this moment.
    """
    newest = select(func.max(BATCHES.c.observed_until)).where(
        BATCHES.c.city == city, BATCHES.c.undone_at.is_(None)
    )
    if told_by is not None:
        newest = newest.where(BATCHES.c.started_at <= told_by)
    found: datetime | None = connection.execute(newest).scalar_one()
    return found or told_by or datetime.now(UTC)


def newest(connection: Connection, city: str) -> int:
    """The number of the newest batch that is in force: what was worked out before it is stale."""
    query = select(func.max(BATCHES.c.id)).where(
        BATCHES.c.city == city, BATCHES.c.undone_at.is_(None)
    )
    return int(connection.execute(query).scalar_one() or 0)


def synthetic(connection: Connection, city: str) -> bool:
    """Whether any of the city's cases are made up: what shows them has to say so."""
    query = select(func.count()).where(
        BATCHES.c.city == city, BATCHES.c.undone_at.is_(None), BATCHES.c.synthetic
    )
    return bool(connection.execute(query).scalar_one())
