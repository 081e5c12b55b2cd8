"""Keep what early warning tells: each day once, and a signal that goes on as one alert."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, and_, func, insert, select

from data_access.supervision.alert_tables import ALERT_DAYS, ALERTS, EVIDENCE
from data_access.supervision.audit import Did, operator, record


@dataclass(frozen=True)
class Signal:
    """One cell that stands out on a day; `days` as in the table of evidence."""

    category: str
    category2: str
    area: str
    span: int
    observed: int
    expected: float
    p: float
    adjusted: float
    days: Sequence[Sequence[object]]


def judged_until(connection: Connection, city: str) -> date | None:
    """The last day that was judged."""
    query = select(func.max(ALERT_DAYS.c.day)).where(ALERT_DAYS.c.city == city)
    found: date | None = connection.execute(query).scalar_one()
    return found


def keep(
    connection: Connection, city: str, day: date, cells: int, found: Sequence[Signal], gap: int
) -> int | None:
    """Put the signals of a day on record, the most certain first, and say how many are new.

    One that comes sooner than `gap` days after another of its cell belongs to that one's alert.
    None where the day was judged already, perhaps by a program that ran beside this one.
    """
    # Told to the audit log first: writers take their turn there, and each sees what others added.
    record(connection, operator(), Did.ACTED, "alerts", day=str(day), signals=str(len(found)))
    known = judged_until(connection, city)
    if known is not None and known >= day:
        return None
    values = {"city": city, "day": day, "cells": cells, "signals": len(found)}
    connection.execute(insert(ALERT_DAYS).values(**values))
    return sum(_keep(connection, city, day, rank, one, gap) for rank, one in enumerate(found, 1))


def _keep(connection: Connection, city: str, day: date, rank: int, one: Signal, gap: int) -> bool:
    """Whether a signal is new; its evidence is kept either way."""
    cell = {"category": one.category, "category2": one.category2, "area": one.area}
    alert = _going_on(connection, city, cell, day - timedelta(days=gap))
    new = alert is None
    if new:
        row = insert(ALERTS).values(city=city, began=day, **cell).returning(ALERTS.c.id)
        alert = int(connection.execute(row).scalar_one())
    seen = {name: value for name, value in vars(one).items() if name not in cell}
    connection.execute(insert(EVIDENCE).values(alert_id=alert, day=day, rank=rank, **seen))
    return new


def _going_on(connection: Connection, city: str, cell: dict[str, str], after: date) -> int | None:
    """The alert of a cell that was told after a day."""
    mine = and_(ALERTS.c.city == city, *(ALERTS.c[name] == value for name, value in cell.items()))
    query = select(func.max(ALERTS.c.id)).join(EVIDENCE, EVIDENCE.c.alert_id == ALERTS.c.id)
    found: int | None = connection.execute(query.where(mine, EVIDENCE.c.day > after)).scalar_one()
    return found
