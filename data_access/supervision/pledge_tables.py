"""Time-limited solutions (限时解决): a new kind of problem, the day promised, and what came of it.

Both tables only ever grow. What is told of a pledge is an entry, handed in by one person; another
entry, by somebody else, approves it. The first deadline stands in the pledge for ever.
"""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data_access.cases.schema import Base, Id, UtcDateTime, table_of
from data_access.supervision import append_only


class Pledge(Base):
    """A kind of problem that is to be solved by a day, as it was registered."""

    __tablename__ = "pledges"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    city: Mapped[str] = mapped_column(String(32))
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))  # "": there is none
    category: Mapped[str] = mapped_column(String(128))  # first level
    area: Mapped[str] = mapped_column(String(64))  # "": the whole city
    units: Mapped[list[str]] = mapped_column(JSON)  # who answers for it, the leading one first
    why: Mapped[str] = mapped_column(Text)  # in what it is new
    registered_on: Mapped[date]
    deadline: Mapped[date]  # the first one; its day counts in full

    __table_args__ = (Index(None, "city"),)


class PledgeEntry(Base):
    """Something told of a pledge, or a decision (`of` the entry of that number) to tell it."""

    __tablename__ = "pledge_entries"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    pledge_id: Mapped[int] = mapped_column(ForeignKey(Pledge.id))
    seq: Mapped[int]  # 1 registers it; no two writers can add the same
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(300))
    shown: Mapped[str] = mapped_column(String(128))
    move: Mapped[str] = mapped_column(String(16))  # see promised.py
    of: Mapped[int | None]  # only of a decision
    day: Mapped[date | None]  # when it happened; none of a decision
    deadline: Mapped[date | None]  # the new one, where it is moved
    text: Mapped[str] = mapped_column(Text)  # for the public
    words: Mapped[str] = mapped_column(Text)  # why a text is refused or withdrawn; not public

    __table_args__ = (UniqueConstraint("pledge_id", "seq"),)


PLEDGES, PLEDGE_ENTRIES = map(table_of, (Pledge, PledgeEntry))

for _table in (PLEDGES, PLEDGE_ENTRIES):
    append_only.guard(_table)
