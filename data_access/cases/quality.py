"""What the case database knows of its own data: rows, findings, and what cases lack.

Counts only, unprotected: pipeline.data_quality decides which of them the public may read.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Engine, and_, case, func, not_, or_, select

from data_access.cases.records import Case
from data_access.cases.schema import Batch, Finding, table_of

CASES, BATCHES, FINDINGS = map(table_of, (Case, Batch, Finding))
ORDERS = not_(CASES.c.on_the_spot)  # work orders: not answered at once
# What a case may lack, and which cases should have it.
EVERY = ("channel", "nature", "coordinates")
HANDED_ON = ("unit", "due_at")
CLOSED = ("dispatched_at", "signed_at", "outcome")


class Rows(NamedTuple):
    """What became of the rows of every delivery that was not undone."""

    deliveries: int
    rows_in: int
    stored: int
    unchanged: int
    quarantined: int


class Found(NamedTuple):
    """How many findings of one rule there are; those in quarantine may be settled since."""

    rule: str
    quarantined: bool
    settled: bool
    number: int


class Lack(NamedTuple):
    """Of `total` cases that should have something, `missing` have not."""

    name: str
    missing: int
    total: int


def rows(engine: Engine, city: str) -> Rows:
    """The accounting of all files of a city together."""
    names = ("rows_in", "stored", "unchanged", "quarantined")
    sums = [func.coalesce(func.sum(BATCHES.c[name]), 0) for name in names]
    query = select(func.count(), *sums).where(*_kept(city))
    with engine.connect() as connection:
        return Rows(*map(int, connection.execute(query).one()))


def findings(engine: Engine, city: str) -> list[Found]:
    """Every rule that found something, each finding once however often its row came in."""
    settled = FINDINGS.c.settled_by.is_not(None)
    by = (FINDINGS.c.rule, FINDINGS.c.quarantined, settled)
    query = (
        select(*by, func.count())
        .join(BATCHES, BATCHES.c.id == FINDINGS.c.batch_id)
        .where(*_kept(city))
        .group_by(*by)
        .order_by(*by)
    )
    with engine.connect() as connection:
        told = connection.execute(query).all()
    return [Found(rule, bool(kept), bool(mended), count) for rule, kept, mended, count in told]


def lacking(engine: Engine, city: str, as_of: datetime) -> list[Lack]:
    """What the cases received before a moment lack, by name.

    Deadlines that are `provisional` are told in the same way, of all that have one.
    """
    rules = list(_rules(as_of))
    numbers = [
        func.coalesce(func.sum(case((which, 1), else_=0)), 0)
        for _, wrong, among in rules
        for which in (and_(among, wrong), among)
    ]
    query = select(*numbers).where(CASES.c.city == city, CASES.c.received_at < as_of)
    with engine.connect() as connection:
        found = [int(number) for number in connection.execute(query).one()]
    names = [name for name, _, _ in rules]
    return [Lack(*row) for row in zip(names, found[::2], found[1::2], strict=True)]


def _rules(as_of: datetime) -> list[tuple[str, ColumnElement[bool], ColumnElement[bool]]]:
    """Name, what is wrong with a case, and which cases are looked at."""
    columns = CASES.c
    closed = and_(ORDERS, columns.closed_at < as_of)
    whole = columns.received_at < as_of
    parts = ((EVERY, whole), (HANDED_ON, ORDERS), (CLOSED, closed))
    told = [(name, _empty(name), among) for names, among in parts for name in names]
    return [*told, ("provisional", columns.due_provisional, columns.due_at.is_not(None))]


def _empty(name: str) -> ColumnElement[bool]:
    columns = CASES.c
    if name == "coordinates":
        return or_(columns.latitude.is_(None), columns.longitude.is_(None))
    return columns[name].is_(None) if name.endswith("_at") else columns[name] == ""


def _kept(city: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return BATCHES.c.city == city, BATCHES.c.undone_at.is_(None)
