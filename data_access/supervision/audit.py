"""The audit log: what was seen and done, by whom. Anybody's deeds go in; only auditors read it.

Each entry carries the SHA-256 of its own words and of the entry before, so that a row taken out
or rewritten behind the database's back breaks the chain. Cutting off its end does not: whoever
wants to see that keeps a head (`python -m supervision audit`) and checks against it later.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from data_access.settings import actor
from data_access.supervision.audit_tables import HEAD, LOG, START
from data_access.supervision.viewer import Role, Viewer, require

AT_ONCE = 5_000  # rows that a check holds in memory


class Did(StrEnum):
    """What can stand in the log; its words are `audit.did.<value>` in the locale files."""

    LOGIN = "login"
    LOGIN_FAILED = "login_failed"
    LOGOUT = "logout"
    ENDED = "session_ended"  # by an operator, or everywhere at once
    ROLES = "roles_changed"
    REFUSED = "refused"  # asked for what is not theirs
    SAW = "saw"  # a page or list with case data
    SEARCHED = "searched"
    DOWNLOADED = "downloaded"
    UNMASKED = "unmasked"  # read a caller's own values; detail holds the reason
    ACTED = "acted"  # an entry of the ledger
    AUDITED = "audited"  # read or checked this log


class Head(NamedTuple):
    """Number and hash of an entry: enough to prove later that the log up to it is unchanged."""

    id: int
    hash: str


@dataclass(frozen=True)
class Entry:
    """One row of the log; `detail` are named texts."""

    id: int
    at: datetime
    actor: str
    shown: str
    city: str
    did: str
    subject: str
    detail: dict[str, str]


@dataclass(frozen=True)
class Wanted:
    """Which entries; "" and None leave a thing open."""

    actor: str = ""
    did: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


def record(
    connection: Connection, viewer: Viewer | str, did: Did, subject: str = "", /, **detail: str
) -> Head:
    """Add an entry, as part of the caller's transaction: no deed without it, nor it without one.

    A text in place of a viewer is whoever acts without being logged in. Entries are written one
    after the other, so keep the transaction short from here on.
    """
    who = viewer if isinstance(viewer, Viewer) else Viewer(viewer, viewer, "")
    took = update(HEAD).values(last=HEAD.c.last + 1).returning(HEAD.c.last, HEAD.c.hash)
    number, before = connection.execute(took).one()
    entry = {
        "id": number, "at": datetime.now(UTC), "actor": who.name[:300], "shown": who.shown[:128],
        "city": who.city, "did": str(did), "subject": subject[:300],
        "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True),
    }  # fmt: skip
    seal = _seal(before, tuple(entry.values()))
    connection.execute(insert(LOG).values(**entry, hash=seal))
    connection.execute(update(HEAD).values(hash=seal))
    return Head(number, seal)


def operator() -> str:
    """The name under which whoever runs a command stands in the log."""
    return f"system:{actor()}"


def _seal(before: str, values: tuple[object, ...]) -> str:
    told = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
            for value in values]  # fmt: skip
    return hashlib.sha256(json.dumps([before, *told], ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Found:
    """Some of the entries that were wanted, newest first, and how many there are in all."""

    entries: list[Entry]
    total: int


def read(connection: Connection, viewer: Viewer, wanted: Wanted, most: int, skip: int = 0) -> Found:
    """Entries of the auditor's city and of those who belong to none, newest first. Refused.

    Reading is itself recorded: auditors watch each other.
    """
    require(viewer, Role.AUDITOR)
    asked = {name: str(value) for name, value in vars(wanted).items() if value}
    asked |= {"skipped": str(skip)} if skip else {}
    record(connection, viewer, Did.AUDITED, "audit_log", **asked)
    these = tuple(_conditions(viewer, wanted))
    rows = select(LOG).where(*these).order_by(LOG.c.id.desc()).limit(most).offset(skip)
    total = connection.execute(select(func.count()).select_from(LOG).where(*these)).scalar_one()
    return Found([_entry(row) for row in connection.execute(rows)], int(total))


def _conditions(viewer: Viewer, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    yield LOG.c.city.in_((viewer.city, ""))
    for column, value in (
        (LOG.c.actor, wanted.actor), (LOG.c.did, wanted.did), (LOG.c.subject, wanted.subject),
    ):  # fmt: skip
        if value:
            yield column == value
    if wanted.since:
        yield LOG.c.at >= wanted.since
    if wanted.until:
        yield LOG.c.at < wanted.until


def _entry(row: Row[Any]) -> Entry:
    values = row._asdict()
    detail = json.loads(values.pop("detail"))
    del values["hash"]
    return Entry(**values, detail=detail)


@dataclass(frozen=True)
class Verdict:
    """Whether the chain holds: its newest entry, or the number of the first that is wrong."""

    head: Head
    wrong: int | None = None

    @property
    def holds(self) -> bool:
        return self.wrong is None


def check(connection: Connection, kept: Head | None = None) -> Verdict:
    """Work out every hash anew, and look for a head that somebody kept.

    The head is read first: what others add meanwhile lies beyond it and is left for the next time.
    """
    last = Head(*connection.execute(select(HEAD.c.last, HEAD.c.hash)).one())
    rows = select(LOG).where(LOG.c.id <= last.id).order_by(LOG.c.id)
    seen = Head(0, START)
    with connection.execute(rows, execution_options={"yield_per": AT_ONCE}) as found:
        for row in found:
            *values, stored = row
            sealed = Head(seen.id + 1, _seal(seen.hash, tuple(values)))
            told = Head(row.id, stored)
            if sealed != told or (kept and kept.id == told.id and kept != told):
                return Verdict(seen, sealed.id)
            seen = sealed
    whole = seen == last and (kept is None or kept.id <= last.id)
    return Verdict(seen, None if whole else seen.id + 1)


def checked(connection: Connection, viewer: Viewer) -> Verdict:
    """The same for an auditor, on record. Refused."""
    require(viewer, Role.AUDITOR)
    verdict = check(connection)
    record(connection, viewer, Did.AUDITED, "chain", holds=str(verdict.holds).lower())
    return verdict
