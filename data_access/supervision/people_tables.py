"""Who may log in, what they may do, and where they are logged in now."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from data_access.cases.schema import Base, Id, UtcDateTime, table_of


class Person(Base):
    """Somebody who has logged in once, or has a local account."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    # "oidc:" and the provider's `sub`, or "local:" and the name of a local account
    name: Mapped[str] = mapped_column(String(300), unique=True)
    shown: Mapped[str] = mapped_column(String(128))
    city: Mapped[str] = mapped_column(String(32))
    password: Mapped[str] = mapped_column(String(256), server_default="")  # scrypt; local only
    suspended: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Grant(Base):
    """One role of a person; of a department supervisor, for one unit."""

    __tablename__ = "grants"

    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    role: Mapped[str] = mapped_column(String(32), primary_key=True)
    unit: Mapped[str] = mapped_column(String(64), primary_key=True)  # "" unless for one unit


class Session(Base):
    """One login in one browser. The token itself is in that browser's cookie and nowhere else."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)  # SHA-256 of it
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class PendingLogin(Base):
    """A browser on its way to the provider and back; good for one return."""

    __tablename__ = "pending_logins"

    token: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)  # SHA-256 of a cookie
    state: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(64))
    verifier: Mapped[str] = mapped_column(String(128))  # of PKCE
    onward: Mapped[str] = mapped_column(String(2048))  # the page that was asked for
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Attempt(Base):
    """Failed logins of a window of time, by whose they are."""

    __tablename__ = "login_attempts"

    bucket: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index(None, "ends_at"),)


PEOPLE, GRANTS, SESSIONS, PENDING, ATTEMPTS = map(
    table_of, (Person, Grant, Session, PendingLogin, Attempt)
)
