"""What callers say once their cases are closed: ratings (评价), and doubts that remain (疑问).

In the restricted side, because both hold callers' own words. A case is named by its city and
number, as in the ledger. These tables may be cleared of somebody's words if the law asks for it;
the audit log keeps what was done, without the words.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data_access.cases.schema import Base, Id, UtcDateTime, table_of


class CallerRating(Base):
    """What a caller answered in the look-up, as last changed; codes of lookup.rating."""

    __tablename__ = "ratings"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    city: Mapped[str] = mapped_column(String(32))
    number: Mapped[str] = mapped_column(String(64))  # of the case
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    contacted: Mapped[str] = mapped_column(String(8))
    solved: Mapped[str] = mapped_column(String(8))
    satisfied: Mapped[str] = mapped_column(String(32))
    reasons: Mapped[list[str]] = mapped_column(JSON)
    remark: Mapped[str] = mapped_column(Text)  # for staff alone

    __table_args__ = (UniqueConstraint("city", "number"),)


class Doubt(Base):
    """A caller's doubt about a case: one a case, whatever is said of it lies below."""

    __tablename__ = "doubts"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    city: Mapped[str] = mapped_column(String(32))
    number: Mapped[str] = mapped_column(String(64))  # of the case

    __table_args__ = (UniqueConstraint("city", "number"),)


class DoubtEntry(Base):
    """Something said about a doubt: by the caller, or to the caller."""

    __tablename__ = "doubt_entries"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    doubt_id: Mapped[int] = mapped_column(ForeignKey(Doubt.id))
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(16))  # raised; answer (for the public); told (to them)
    via: Mapped[str] = mapped_column(String(16))  # lookup, phone; "" of what staff say
    actor: Mapped[str] = mapped_column(String(300))  # "" for the caller
    shown: Mapped[str] = mapped_column(String(128))
    text: Mapped[str] = mapped_column(Text)  # as it was written, never published as it stands

    __table_args__ = (UniqueConstraint("doubt_id", "seq"),)


RATINGS, DOUBTS, DOUBT_ENTRIES = map(table_of, (CallerRating, Doubt, DoubtEntry))
RAISED, ANSWER, TOLD = "raised", "answer", "told"
LOOKUP, PHONE = "lookup", "phone"
