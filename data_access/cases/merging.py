"""Stage the rows of a file, then merge them in by whole sets.

Staging goes to temporary tables, one a kind of record, so others can write meanwhile; the merge
is one short transaction. It leaves the earlier state of what it changed in the versions tables.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, cast

import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    Select,
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
from sqlalchemy.schema import CreateIndex, CreateTable, DropTable

from data_access.cases import bulk
from data_access.cases.batches import BATCHES
from data_access.cases.bulk import batched
from data_access.cases.kinds import CASES, KINDS, Kind

TOLD_TWICE, UNKNOWN_CASE = "number_told_twice", "unknown_case"


class Refusal(NamedTuple):
    """A row that only showed to be wrong beside all others."""

    rule: str
    number: str


@dataclass
class Merged:
    """What became of the staged rows; lines are those of the file."""

    stored: Counter[str] = field(default_factory=Counter)  # by kind of record
    unchanged: int = 0
    refused: dict[int, Refusal] = field(default_factory=dict)
    noted_unchanged: set[int] = field(default_factory=set)


@contextmanager
def staged(
    connection: Connection, frames: Iterable[tuple[Kind, pd.DataFrame]]
) -> Iterator[set[Kind]]:
    """Hold the rows of one file in temporary tables of this connection, ready to be merged."""
    kinds: set[Kind] = set()
    try:
        with connection.begin():
            for kind, frame in frames:
                if kind not in kinds:
                    connection.execute(CreateTable(kind.staging))
                    kinds.add(kind)
                bulk.load(connection, kind.staging, frame)
            for kind in kinds:
                key = [kind.staging.c[name] for name in kind.key]
                connection.execute(CreateIndex(Index(f"ix_{kind.staging.name}", *key)))
                connection.execute(text(f"ANALYZE {kind.staging.name}"))
        yield kinds
    finally:
        with connection.begin():
            for kind in KINDS:
                connection.execute(DropTable(kind.staging, if_exists=True))


def merge(
    connection: Connection,
    kinds: set[Kind],
    batch: int,
    city: str,
    until: datetime | None,
    noted: set[int],
) -> Merged:
    """Take the staged rows into the records of a city, cases first.

    New ones are inserted; changed ones updated, their earlier state kept; `noted` lines are
    those whose fate the caller needs to know.
    """
    merged = Merged()
    for kind in KINDS:
        if kind in kinds:
            _Merge(connection, kind, batch, city, noted).run(merged, until)
    if connection.dialect.name == "sqlite":
        _survey(connection)
    return merged


def _survey(connection: Connection) -> None:
    """Let SQLite count, in a sample, what each index of the cases leads to.

    Else it takes a unit's index of all cases where that of the few open ones is there too.
    """
    connection.exec_driver_sql("PRAGMA analysis_limit=1000")
    connection.exec_driver_sql(f"ANALYZE {CASES.table.name}")


@dataclass(frozen=True)
class _Merge:
    """The merge of one kind of record."""

    connection: Connection
    kind: Kind
    batch: int
    city: str
    noted: set[int]

    def run(self, merged: Merged, until: datetime | None) -> None:
        if self.kind.of_case:
            merged.refused |= self._set_orphans_aside()
        refused, repeats = self._set_repeats_aside()
        merged.refused |= refused
        merged.unchanged += len(repeats)
        merged.noted_unchanged |= repeats
        staged = self._count(select(self._staging.c.line))
        unchanged = self._update(merged, until) if self._holds_any() else 0
        merged.unchanged += unchanged
        merged.stored[self.kind.name] += staged - unchanged
        self._insert()

    @property
    def _staging(self) -> Table:
        return self.kind.staging

    @property
    def _table(self) -> Table:
        return self.kind.table

    def _case(self) -> ColumnElement[bool]:
        """The staged row tells of this case."""
        cases = CASES.table.c
        return and_(cases.city == self.city, cases.number == self._staging.c.number)

    def _known(self) -> ColumnElement[bool]:
        """The staged row tells of this record."""
        mine = self._table.c
        if not self.kind.of_case:
            return and_(mine.city == self.city, mine.number == self._staging.c.number)
        here = and_(mine.case_id == CASES.table.c.id, mine.seq == self._staging.c.seq)
        return and_(self._case(), here)

    def _same(self, one: Table, other: Table) -> ColumnElement[bool]:
        return and_(*(one.c[n].is_not_distinct_from(other.c[n]) for n in self.kind.content))

    def _holds_any(self) -> bool:
        query = select(self._table.c.id)
        owner = self._table
        if self.kind.of_case:
            owner = CASES.table
            query = query.where(self._table.c.case_id == CASES.table.c.id)
        query = query.where(owner.c.city == self.city).limit(1)
        return self.connection.execute(query).first() is not None

    def _count(self, query: Select[Any]) -> int:
        counted = select(func.count()).select_from(query.subquery())
        return int(self.connection.execute(counted).scalar_one())

    def _set_orphans_aside(self) -> dict[int, Refusal]:
        """Unstage rows of cases that are neither in this file nor in the database."""
        query = select(self._staging.c.line, self._staging.c.number)
        query = query.where(~select(CASES.table.c.id).where(self._case()).exists())
        found = self.connection.execute(query.order_by(self._staging.c.line)).all()
        self._unstage(row.line for row in found)
        return {int(row.line): Refusal(UNKNOWN_CASE, row.number) for row in found}

    def _set_repeats_aside(self) -> tuple[dict[int, Refusal], set[int]]:
        """Unstage records told again: those told differently, and the lines of the others."""
        mine = self._staging
        first = cast(Table, mine.alias("first"))
        keys = [mine.c[name] for name in self.kind.key]
        lines = (
            select(*keys, func.min(mine.c.line).label("line"))
            .group_by(*keys)
            .having(func.count() > 1)
            .subquery()
        )
        told = and_(*(lines.c[name] == mine.c[name] for name in self.kind.key))
        again = (
            select(mine.c.line, mine.c.number, self._same(mine, first).label("same"))
            .join(lines, told)
            .join(first, first.c.line == lines.c.line)
            .where(mine.c.line != lines.c.line)
            .order_by(mine.c.line)
        )
        found = self.connection.execute(again).all()
        self._unstage(row.line for row in found)
        refused = {int(r.line): Refusal(TOLD_TWICE, r.number) for r in found if not r.same}
        return refused, {int(row.line) for row in found if row.same}

    def _unstage(self, lines: Iterable[int]) -> None:
        for some in batched(lines):
            self.connection.execute(delete(self._staging).where(self._staging.c.line.in_(some)))

    def _update(self, merged: Merged, until: datetime | None) -> int:
        """Change what the staged rows change; return how many changed nothing."""
        same = select(self._staging.c.line).where(
            self._known(), self._same(self._staging, self._table)
        )
        unchanged = self._count(same)
        for some in batched(self.noted):
            found = self.connection.execute(same.where(self._staging.c.line.in_(some)))
            merged.noted_unchanged |= set(found.scalars())
        differs = and_(self._known(), ~self._same(self._staging, self._table))
        self._keep_version(differs)
        news = {name: self._staging.c[name] for name in self.kind.content}
        change = update(self._table).where(differs).values(**news, batch_id=self.batch)
        self.connection.execute(change)
        if until is not None and not self.kind.of_case:
            self._move_on(until)
        return unchanged

    def _keep_version(self, which: ColumnElement[bool]) -> None:
        mine = self._table.c
        content = [mine[name] for name in self.kind.content]
        before = select(mine.id, mine.batch_id, literal(self.batch), *content).where(which)
        names = ["row_id", "batch_id", "replaced_by", *self.kind.content]
        self.connection.execute(insert(self.kind.versions).from_select(names, before))

    def _move_on(self, until: datetime) -> None:
        """What a file that looked further tells again unchanged belongs to that file's batch."""
        mine = self._table.c
        behind = select(BATCHES.c.id).where(BATCHES.c.observed_until < until)
        moving = and_(self._known(), mine.batch_id != self.batch, mine.batch_id.in_(behind))
        self._keep_version(moving)
        self.connection.execute(update(self._table).where(moving).values(batch_id=self.batch))

    def _insert(self) -> None:
        """Add what is not known yet, in the order of the file."""
        mine = self._staging.c
        content = [mine[name] for name in self.kind.content]
        known = select(self._table.c.id).where(self._known())
        if self.kind.of_case:
            names = ["case_id", "seq", "batch_id", *self.kind.content]
            owned = [CASES.table.c.id, mine.seq, literal(self.batch), *content]
            fresh = select(*owned).where(
                self._case(), ~known.correlate(CASES.table, self._staging).exists()
            )
        else:
            names = ["city", "number", "batch_id", *self.kind.content]
            new = [literal(self.city), mine.number, literal(self.batch), *content]
            fresh = select(*new).where(~known.correlate(self._staging).exists())
        self.connection.execute(insert(self._table).from_select(names, fresh))
