"""Texts for the public under review (公开答复审核): one review a case and kind, its entries below.

Both only ever grow. A review stands where its last entry left it, and the text of an approved
entry is what may be published. A case is named by its city and number, as in the ledger.
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data_access.cases.schema import Base, Id, UtcDateTime, table_of
from data_access.supervision import append_only

OUTCOME, EXPLANATION, QUESTION = "outcome", "explanation", "question"  # what a text may be


class Review(Base):
    """A text that may once be published about a case."""

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    city: Mapped[str] = mapped_column(String(32))
    number: Mapped[str] = mapped_column(String(64))  # of the case
    kind: Mapped[str] = mapped_column(
        String(16)
    )  # of the three above: 办理结果, 不能办理说明, 答疑
    risk: Mapped[int]  # how much was taken out and looks doubtful; the highest is read first

    __table_args__ = (UniqueConstraint("city", "number", "kind"), Index(None, "city", "risk"))


class ReviewEntry(Base):
    """One move of a review: who made it, the text as it left it, and what a machine noticed."""

    __tablename__ = "review_entries"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey(Review.id))
    seq: Mapped[int]  # 1 is the draft; no two writers can add the same
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(300))
    shown: Mapped[str] = mapped_column(String(128))
    move: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))  # after this entry
    text: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(64))  # SHA-256 of the reply it was drafted from
    doubts: Mapped[list[str]] = mapped_column(JSON)  # what blocks it; see reviews.doubts
    words: Mapped[str] = mapped_column(Text)  # why, where the move asks for it

    __table_args__ = (UniqueConstraint("review_id", "seq"),)


class ReviewPick(Base):
    """An editor calls an approved text a typical case (典型案例), or no longer."""

    __tablename__ = "review_picks"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey(Review.id))
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(300))
    shown: Mapped[str] = mapped_column(String(128))
    typical: Mapped[bool]

    __table_args__ = (UniqueConstraint("review_id", "seq"),)


REVIEWS, REVIEW_ENTRIES, REVIEW_PICKS = map(table_of, (Review, ReviewEntry, ReviewPick))

for _table in (REVIEWS, REVIEW_ENTRIES, REVIEW_PICKS):
    append_only.guard(_table)
