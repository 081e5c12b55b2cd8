"""Write cases batch by batch: stage the rows of a file, then merge them in by whole sets.

Staging goes to a temporary table, so others can write meanwhile; the merge is one short
transaction. A batch leaves the earlier state of what it changed in `case_versions` and can be
undone.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import islice
from typing import cast

import pandas as pd
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    MetaData,
    Select,
    String,
    Table,
    and_,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

from data_access.cases import bulk
from data_access.cases.schema import CONTENT, Batch, Case, CaseVersion, Finding


def _table(model: type[DeclarativeBase]) -> Table:
    return cast(Table, model.__table__)


CASES, BATCHES, FINDINGS, VERSIONS = map(_table, (Case, Batch, Finding, CaseVersion))
STAGING = Table(
    "staging",
    MetaData(),
    Column("line", BigInteger, nullable=False),
    Column("number", String(64), nullable=False),
    *(Column(name, CASES.c[name].type, nullable=CASES.c[name].nullable) for name in CONTENT),
    prefixes=["TEMPORARY"],
)
BY_NUMBER = CreateIndex(Index("ix_staging_number", STAGING.c.number))


class CannotUndo(Exception):
    """A batch that cannot be undone; the message says why and what to do."""


@dataclass
class Tally:
    """What became of the rows of a file: rows_in = stored + quarantined + unchanged."""

    rows_in: int = 0
    stored: int = 0
    quarantined: int = 0
    unchanged: int = 0
    repaired: int = 0

    @property
    def balances(self) -> bool:
        return self.rows_in == self.stored + self.quarantined + self.unchanged


@dataclass(frozen=True)
class About:
    """What is known of a batch before it is read."""

    city: str
    source: str
    origin: str
    sha256: str
    synthetic: bool


@dataclass
class Merged:
    """What became of the staged rows; lines are those of the file."""

    stored: int
    unchanged: int
    conflicts: dict[int, str]  # line → number
    noted_unchanged: set[int]


@contextmanager
def staged(connection: Connection, frames: Iterable[pd.DataFrame]) -> Iterator[None]:
    """Hold the rows of one file in a temporary table of this connection, ready to be merged."""
    try:
        with connection.begin():
            connection.execute(CreateTable(STAGING))
            for frame in frames:
                bulk.load(connection, STAGING, frame)
            connection.execute(BY_NUMBER)
            connection.execute(text("ANALYZE staging"))
        yield
    finally:
        with connection.begin():
            connection.execute(DropTable(STAGING, if_exists=True))


def open_batch(connection: Connection, about: About) -> int:
    """Begin a batch, alone in its city until the transaction ends, and return its number."""
    if connection.dialect.name == "postgresql":
        lock = select(func.pg_advisory_xact_lock(func.hashtext(about.city)))
        connection.execute(lock)
    row = insert(BATCHES).values(
        **vars(about), started_at=datetime.now(UTC), **{item.name: 0 for item in fields(Tally)}
    )
    return int(connection.execute(row.returning(BATCHES.c.id)).scalar_one())


def _same(one: Table, other: Table) -> ColumnElement[bool]:
    return and_(*(one.c[name].is_not_distinct_from(other.c[name]) for name in CONTENT))


def _known(city: str) -> ColumnElement[bool]:
    return and_(CASES.c.city == city, CASES.c.number == STAGING.c.number)


def merge(
    connection: Connection, batch: int, city: str, until: datetime | None, noted: set[int]
) -> Merged:
    """Take the staged rows into the cases of a city.

    New numbers are inserted; changed ones updated, their earlier state kept; `noted` lines are
    those whose fate the caller needs to know.
    """
    conflicts, repeats = _set_repeats_aside(connection)
    same = select(STAGING.c.line).where(_known(city), _same(STAGING, CASES))
    unchanged = _count(connection, same)
    known = {
        line
        for some in _batched(noted)
        for line in connection.execute(same.where(STAGING.c.line.in_(some))).scalars()
    }
    changed = _change(connection, batch, city)
    if until is not None:
        _move_on(connection, batch, city, until)
    columns = [STAGING.c.number, *(STAGING.c[name] for name in CONTENT)]
    fresh = select(literal(city), literal(batch), *columns).where(
        ~select(CASES.c.id).where(_known(city)).exists()
    )
    names = ["city", "batch_id", *(column.name for column in columns)]
    new = _count(connection, fresh)
    connection.execute(insert(CASES).from_select(names, fresh.order_by(STAGING.c.line)))
    return Merged(new + changed, unchanged + len(repeats), conflicts, known | repeats)


def _batched(numbers: Iterable[int]) -> Iterator[list[int]]:
    """Some thousand at a time: a statement takes only so many values."""
    rest = iter(numbers)
    while some := list(islice(rest, 10_000)):
        yield some


def _count(connection: Connection, query: "Select[tuple[object, ...]] | Select[tuple[int]]") -> int:
    return int(connection.execute(select(func.count()).select_from(query.subquery())).scalar_one())


def _set_repeats_aside(connection: Connection) -> tuple[dict[int, str], set[int]]:
    """Unstage numbers told again: line → number of those told differently, lines of the others."""
    first = STAGING.alias("first")
    lines = (
        select(STAGING.c.number, func.min(STAGING.c.line).label("line"))
        .group_by(STAGING.c.number)
        .having(func.count() > 1)
        .subquery()
    )
    again = (
        select(STAGING.c.line, STAGING.c.number, _same(STAGING, cast(Table, first)).label("same"))
        .join(lines, lines.c.number == STAGING.c.number)
        .join(first, first.c.line == lines.c.line)
        .where(STAGING.c.line != lines.c.line)
        .order_by(STAGING.c.line)
    )
    found = connection.execute(again).all()
    for some in _batched(row.line for row in found):
        connection.execute(delete(STAGING).where(STAGING.c.line.in_(some)))
    conflicts = {int(row.line): str(row.number) for row in found if not row.same}
    return conflicts, {int(row.line) for row in found if row.same}


def _change(connection: Connection, batch: int, city: str) -> int:
    """Keep the earlier state of what the staged rows change, then change it."""
    content = [CASES.c[name] for name in CONTENT]
    differs = and_(_known(city), ~_same(STAGING, CASES))
    before = select(CASES.c.id, CASES.c.batch_id, literal(batch), *content).where(differs)
    names = ["case_id", "batch_id", "replaced_by", *CONTENT]
    changed = _count(connection, select(STAGING.c.line).where(differs))
    if changed:
        connection.execute(insert(VERSIONS).from_select(names, before))
        news = {name: STAGING.c[name] for name in CONTENT}
        connection.execute(update(CASES).where(differs).values(**news, batch_id=batch))
    return changed


def _move_on(connection: Connection, batch: int, city: str, until: datetime) -> None:
    """Cases told again unchanged by a file that looked further belong to that file's batch."""
    behind = select(BATCHES.c.id).where(BATCHES.c.observed_until < until)
    moving = and_(_known(city), CASES.c.batch_id != batch, CASES.c.batch_id.in_(behind))
    content = [CASES.c[name] for name in CONTENT]
    before = select(CASES.c.id, CASES.c.batch_id, literal(batch), *content).where(moving)
    names = ["case_id", "batch_id", "replaced_by", *CONTENT]
    connection.execute(insert(VERSIONS).from_select(names, before))
    connection.execute(update(CASES).where(moving).values(batch_id=batch))


def report(connection: Connection, batch: int, findings: list[dict[str, object]]) -> None:
    """Keep findings, each once however often the same row comes in."""
    fresh = {str(finding["fingerprint"]): finding for finding in findings}
    marks = list(fresh)
    for start in range(0, len(marks), 10_000):
        some = marks[start : start + 10_000]
        query = select(FINDINGS.c.fingerprint).where(FINDINGS.c.fingerprint.in_(some))
        for old in connection.execute(query).scalars():
            fresh.pop(old, None)
    if fresh:
        rows = [finding | {"batch_id": batch} for finding in fresh.values()]
        connection.execute(insert(FINDINGS), rows)


def settle(connection: Connection, batch: int, city: str, findings: set[int]) -> None:
    """Record that a batch took in the mended rows of some of a city's findings."""
    ours = select(BATCHES.c.id).where(BATCHES.c.city == city)
    for some in _batched(findings):
        connection.execute(
            update(FINDINGS)
            .where(FINDINGS.c.id.in_(some), FINDINGS.c.batch_id.in_(ours))
            .values(settled_by=batch)
        )


def close_batch(connection: Connection, batch: int, tally: Tally, until: datetime | None) -> None:
    """Record the accounting of a batch."""
    connection.execute(
        update(BATCHES).where(BATCHES.c.id == batch).values(observed_until=until, **vars(tally))
    )


def undo(connection: Connection, batch: int) -> int:
    """Put everything back as it was before a batch and return how many cases that touched.

    Only the city's latest batch can be undone; the batch itself stays on record.
    """
    row = connection.execute(select(BATCHES).where(BATCHES.c.id == batch)).one_or_none()
    if row is None or row.undone_at is not None:
        raise CannotUndo(f"there is no batch {batch} to undo")
    later = select(func.max(BATCHES.c.id)).where(
        BATCHES.c.city == row.city, BATCHES.c.undone_at.is_(None)
    )
    last = connection.execute(later).scalar_one()
    if last != batch:
        raise CannotUndo(f"batch {last} of {row.city} came after batch {batch}: undo it first")
    theirs = and_(VERSIONS.c.case_id == CASES.c.id, VERSIONS.c.replaced_by == batch)
    old = {name: VERSIONS.c[name] for name in (*CONTENT, "batch_id")}
    restored = connection.execute(update(CASES).where(theirs).values(**old)).rowcount
    connection.execute(delete(VERSIONS).where(VERSIONS.c.replaced_by == batch))
    connection.execute(delete(FINDINGS).where(FINDINGS.c.batch_id == batch))
    settled = FINDINGS.c.settled_by == batch
    connection.execute(update(FINDINGS).where(settled).values(settled_by=None))
    removed = connection.execute(delete(CASES).where(CASES.c.batch_id == batch)).rowcount
    connection.execute(
        update(BATCHES).where(BATCHES.c.id == batch).values(undone_at=datetime.now(UTC))
    )
    return restored + removed
