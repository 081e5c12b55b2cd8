"""Logins under way at the provider: each bound to one browser, good for one return."""

import secrets
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert

from data_access.supervision.people_tables import PENDING
from data_access.supervision.sessions import hashed, now

TIME = timedelta(minutes=10)


class Pending(NamedTuple):
    """What the provider gets to see of a login, and what must come back."""

    state: str
    nonce: str
    verifier: str  # of PKCE: only its hash goes through the browser
    onward: str  # the page to go to afterwards


def begin(connection: Connection, onward: str) -> tuple[str, Pending]:
    """A cookie's token and the login it stands for."""
    token = secrets.token_urlsafe(32)
    made = Pending(
        secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(64), onward
    )
    connection.execute(delete(PENDING).where(PENDING.c.ends_at <= now()))
    values = {"token": hashed(token), "ends_at": now() + TIME}
    connection.execute(insert(PENDING).values(**values, **made._asdict()))
    return token, made


def take(connection: Connection, token: str) -> Pending | None:
    """The login that a cookie stands for. There is no second time."""
    taken = (
        delete(PENDING)
        .where(PENDING.c.token == hashed(token), PENDING.c.ends_at > now())
        .returning(PENDING.c.state, PENDING.c.nonce, PENDING.c.verifier, PENDING.c.onward)
    )
    row = connection.execute(taken).one_or_none()
    return Pending(*row) if row else None
