"""How often one may fail to log in: per account and per address, in windows of time.

Counted before the password is looked at, and taken back by a success, so that many at once
cannot slip through together. An account's window ends by itself: nobody is shut out for good.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from data_access.supervision.people_tables import ATTEMPTS
from data_access.supervision.sessions import hashed

SECONDS = 900
NAME, ADDRESS = 5, 30  # failures in a window
STARTS = 300  # from one address to the provider: a whole office may come at once in the morning


class Admission(NamedTuple):
    """Whether an attempt may go on, and where it was counted."""

    granted: bool
    counted: tuple[bytes, ...]


def enter(connection: Connection, name: str, address: str) -> Admission:
    """Count an attempt for an account and an address."""
    return _enter(connection, (NAME, f"name {name}"), (ADDRESS, f"address {address}"))


def start(connection: Connection, address: str) -> bool:
    """Count a visitor on the way to the provider; whether they may go."""
    return _enter(connection, (STARTS, f"start {address}")).granted


def _enter(connection: Connection, *limits: tuple[int, str]) -> Admission:
    at = datetime.now(UTC)
    connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.ends_at <= at))
    window = int(at.timestamp()) // SECONDS
    ends = datetime.fromtimestamp((window + 1) * SECONDS, UTC)
    granted, counted = True, []
    for most, whose in limits:
        bucket = hashed(f"{window} {whose}")
        counted.append(bucket)
        granted = _count(connection, bucket, ends) <= most and granted
    return Admission(granted, tuple(counted))


def forgive(connection: Connection, admission: Admission) -> None:
    """Take back an attempt that succeeded."""
    mine = ATTEMPTS.c.bucket.in_(admission.counted)
    connection.execute(update(ATTEMPTS).where(mine).values(count=ATTEMPTS.c.count - 1))


def _count(connection: Connection, bucket: bytes, ends: datetime) -> int:
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement: sqlite.Insert | postgresql.Insert = insert(ATTEMPTS).values(
        bucket=bucket, count=1, ends_at=ends
    )
    one_more = statement.on_conflict_do_update(
        index_elements=[ATTEMPTS.c.bucket], set_={"count": ATTEMPTS.c.count + 1}
    )
    return int(connection.execute(one_more.returning(ATTEMPTS.c.count)).scalar_one())
