"""Batches: one run of ingest each, with its accounting, its findings, and the way back."""

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from data_access.cases.bulk import batched
from data_access.cases.kinds import KINDS, Kind
from data_access.cases.schema import Batch, Finding, table_of
from data_access.settings import actor

BATCHES, FINDINGS = map(table_of, (Batch, Finding))


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
    actor: str = field(default_factory=actor)


def open_batch(connection: Connection, about: About) -> int:
    """Begin a batch, alone in its city until the transaction ends, and return its number."""
    if connection.dialect.name == "postgresql":
        lock = select(func.pg_advisory_xact_lock(func.hashtext(about.city)))
        connection.execute(lock)
    row = insert(BATCHES).values(
        **vars(about), started_at=datetime.now(UTC), **{item.name: 0 for item in fields(Tally)}
    )
    return int(connection.execute(row.returning(BATCHES.c.id)).scalar_one())


def report(connection: Connection, batch: int, findings: list[dict[str, object]]) -> None:
    """Keep findings, each once however often the same row comes in."""
    fresh = {str(finding["fingerprint"]): finding for finding in findings}
    for some in batched(list(fresh)):
        query = select(FINDINGS.c.fingerprint).where(FINDINGS.c.fingerprint.in_(some))
        for old in connection.execute(query).scalars():
            fresh.pop(old, None)
    if fresh:
        rows = [finding | {"batch_id": batch} for finding in fresh.values()]
        connection.execute(insert(FINDINGS), rows)


def settle(connection: Connection, batch: int, city: str, findings: set[int]) -> None:
    """Record that a batch took in the mended rows of some of a city's findings."""
    ours = select(BATCHES.c.id).where(BATCHES.c.city == city)
    for some in batched(findings):
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
    """Put everything back as it was before a batch and return how many records that touched.

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
    touched = sum(_take_back(connection, kind, batch) for kind in reversed(KINDS))
    connection.execute(delete(FINDINGS).where(FINDINGS.c.batch_id == batch))
    settled = FINDINGS.c.settled_by == batch
    connection.execute(update(FINDINGS).where(settled).values(settled_by=None))
    connection.execute(
        update(BATCHES).where(BATCHES.c.id == batch).values(undone_at=datetime.now(UTC))
    )
    return touched


def _take_back(connection: Connection, kind: Kind, batch: int) -> int:
    """Restore the records of a kind that a batch changed, and remove those that it added."""
    table, versions = kind.table, kind.versions
    theirs = and_(versions.c.row_id == table.c.id, versions.c.replaced_by == batch)
    old = {name: versions.c[name] for name in (*kind.content, "batch_id")}
    restored = connection.execute(update(table).where(theirs).values(**old)).rowcount
    connection.execute(delete(versions).where(versions.c.replaced_by == batch))
    removed = connection.execute(delete(table).where(table.c.batch_id == batch)).rowcount
    return int(restored + removed)
