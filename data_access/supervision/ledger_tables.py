"""The ledger's tables: actions (督办事项) and, below each, its entries. Both only ever grow.

A case is named by its city and number, not by its row: a batch may be undone and read in again,
and what was done about the case stays. An action is where its last entry left it, so nothing is
ever rewritten, and the number of the last entry is the version that a writer has to have seen.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data_access.cases.schema import Base, Id, UtcDateTime, table_of
from data_access.supervision import append_only


class Action(Base):
    """One supervising action about one case, as it was begun."""

    __tablename__ = "actions"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    city: Mapped[str] = mapped_column(String(32))
    number: Mapped[str] = mapped_column(String(64))  # of the case
    kind: Mapped[str] = mapped_column(String(32))  # a kind of cities/<city>/supervision.toml
    unit: Mapped[str] = mapped_column(String(64))  # the unit that led the case at that moment

    __table_args__ = (Index(None, "city", "number"),)


class Entry(Base):
    """One move of an action: who made it and when, in what words, and where it left the action."""

    __tablename__ = "action_entries"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey(Action.id))
    seq: Mapped[int]  # 1 begins the action; no two writers can add the same
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(300))  # the stable name, Viewer.name
    shown: Mapped[str] = mapped_column(String(128))  # the name as it is shown
    move: Mapped[str] = mapped_column(String(32))  # see moves.py
    state: Mapped[str] = mapped_column(String(32))  # after this entry
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by when a reply is wanted
    words: Mapped[str] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("action_id", "seq"),)


ACTIONS, ENTRIES = map(table_of, (Action, Entry))

for _table in (ACTIONS, ENTRIES):
    append_only.guard(_table)
