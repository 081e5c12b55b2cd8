"""Sessions: a random token in the browser's cookie, and only its hash here.

A session ends by itself after a time of rest and after a working day at most, at once by logging
out, by an operator, or when its person is suspended. Whoever replays its cookie is nobody.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, insert, select, update

from data_access.supervision import audit, people
from data_access.supervision.local import allowed, is_local
from data_access.supervision.people_tables import PEOPLE, SESSIONS
from data_access.supervision.viewer import Viewer

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)
TOUCH = timedelta(minutes=1)  # a sign of life is written at most this often
KEPT = timedelta(days=30)  # rows of ended sessions
BYTES = 32


@dataclass(frozen=True)
class Open:
    """A session in force, as its own person and operators may know it."""

    id: int
    name: str
    shown: str
    began_at: datetime
    seen_at: datetime


def hashed(token: str) -> bytes:
    """The name under which a secret is kept."""
    return hashlib.sha256(token.encode()).digest()


def now() -> datetime:
    return datetime.now(UTC)


def begin(connection: Connection, person: int, how: str, address: str = "") -> str:
    """Log a person in; the token for the cookie. Always a new one: none can be planted before."""
    token = secrets.token_urlsafe(BYTES)
    at = now()
    connection.execute(delete(SESSIONS).where(SESSIONS.c.began_at < at - KEPT))
    values = {"token": hashed(token), "person_id": person, "began_at": at, "seen_at": at}
    connection.execute(insert(SESSIONS).values(**values))
    viewer = people.viewer(connection, person)
    if viewer is None:
        raise LookupError(f"person {person} is suspended or unknown")
    audit.record(connection, viewer, audit.Did.LOGIN, how, address=address)
    return token


def viewer(engine: Engine, token: str) -> Viewer | None:
    """Who holds a token, with the roles of this moment; None if it opens nothing (any more)."""
    if not token:
        return None
    at = now()
    with engine.connect() as connection:
        row = connection.execute(
            select(SESSIONS.c.id, SESSIONS.c.person_id, SESSIONS.c.seen_at).where(
                SESSIONS.c.token == hashed(token), _in_force(at)
            )
        ).one_or_none()
        found = people.viewer(connection, row.person_id) if row else None
        if row is None or found is None or (is_local(found.name) and not allowed(connection)):
            return None
    if row.seen_at < at - TOUCH:
        with engine.begin() as connection:
            connection.execute(update(SESSIONS).where(SESSIONS.c.id == row.id).values(seen_at=at))
    return found


def _in_force(at: datetime) -> ColumnElement[bool]:
    return and_(
        SESSIONS.c.ended_at.is_(None),
        SESSIONS.c.seen_at > at - IDLE,
        SESSIONS.c.began_at > at - LONGEST,
    )


def end(connection: Connection, token: str) -> None:
    """Log out in this browser."""
    at = now()
    mine = and_(SESSIONS.c.token == hashed(token), SESSIONS.c.ended_at.is_(None))
    ended = update(SESSIONS).where(mine).values(ended_at=at).returning(SESSIONS.c.person_id)
    person = connection.execute(ended).scalar_one_or_none()
    if person is not None:
        who = connection.execute(select(PEOPLE).where(PEOPLE.c.id == person)).one()
        audit.record(connection, Viewer(who.name, who.shown, who.city), audit.Did.LOGOUT)


def end_all(connection: Connection, name: str, by: Viewer | str) -> int:
    """Log a person out everywhere; how many sessions that were."""
    person = select(PEOPLE.c.id).where(PEOPLE.c.name == name).scalar_subquery()
    theirs = and_(SESSIONS.c.person_id == person, _in_force(now()))
    ended = connection.execute(update(SESSIONS).where(theirs).values(ended_at=now())).rowcount
    audit.record(connection, by, audit.Did.ENDED, name, sessions=str(ended))
    return int(ended)


def opened(connection: Connection, name: str = "") -> list[Open]:
    """Sessions in force, of one person or of all, newest first."""
    whose = PEOPLE.c.name == name if name else PEOPLE.c.name != ""
    rows = connection.execute(
        select(
            SESSIONS.c.id, PEOPLE.c.name, PEOPLE.c.shown, SESSIONS.c.began_at, SESSIONS.c.seen_at
        )
        .join(PEOPLE, PEOPLE.c.id == SESSIONS.c.person_id)
        .where(whose, _in_force(now()))
        .order_by(SESSIONS.c.id.desc())
    )
    return [Open(*row) for row in rows]
