"""Monthly bulletins (月度通报) as they were put together: a row a version, never rewritten.

A version names the release its figures come from and the moment up to which the ledger of actions
was read, and holds the texts that people wrote: the same version makes the same bulletin for ever.
"""

from datetime import datetime

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data_access.cases.schema import Base, Id, UtcDateTime, table_of
from data_access.supervision import append_only


class Bulletin(Base):
    """One version of a city's bulletin of one month."""

    __tablename__ = "bulletins"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    city: Mapped[str] = mapped_column(String(32))
    month: Mapped[str] = mapped_column(String(7))  # 2026-06
    version: Mapped[int]  # from 1; no two writers can add the same
    release: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime] = mapped_column(UtcDateTime)  # of the ledger: entries up to it count
    actor: Mapped[str] = mapped_column(String(300))
    shown: Mapped[str] = mapped_column(String(128))
    texts: Mapped[dict[str, str]] = mapped_column(JSON)  # by the name of the block

    __table_args__ = (UniqueConstraint("city", "month", "version"),)


BULLETINS = table_of(Bulletin)
append_only.guard(BULLETINS)
