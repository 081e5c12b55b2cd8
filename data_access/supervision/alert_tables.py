"""Early-warning alerts (预警) as they were told, and what people made of them. All only ever grow.

A signal that goes on for days is one alert with a row of evidence a day. An alert is where its last
entry left it; the number of that entry is the version that a writer has to have seen.
"""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data_access.cases.schema import Base, Id, UtcDateTime, table_of
from data_access.supervision import append_only


class Alert(Base):
    """More cases of one kind in one area than season, weekday and chance explain."""

    __tablename__ = "alerts"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    city: Mapped[str] = mapped_column(String(32))
    category: Mapped[str] = mapped_column(String(128))
    category2: Mapped[str] = mapped_column(String(128))
    area: Mapped[str] = mapped_column(String(64))
    began: Mapped[date]  # the first day that was told

    __table_args__ = (Index(None, "city", "category", "category2", "area"),)


class AlertEvidence(Base):
    """What was seen on one day: the sum of the last `span` days that stood out most."""

    __tablename__ = "alert_evidence"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey(Alert.id))
    day: Mapped[date]
    span: Mapped[int]  # days
    observed: Mapped[int]
    expected: Mapped[float]
    p: Mapped[float]  # chance of so many if all is normal
    adjusted: Mapped[float]  # lowest false-discovery rate at which it is told
    rank: Mapped[int]  # 1 is the most certain of that day
    # day, observed, expected, and what one day in a hundred passes: some weeks up to that day
    days: Mapped[list[list[object]]] = mapped_column(JSON)

    __table_args__ = (UniqueConstraint("alert_id", "day"),)


class AlertEntry(Base):
    """One move: who made it, in what words, and where and with which unit it left the alert."""

    __tablename__ = "alert_entries"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey(Alert.id))
    seq: Mapped[int]  # from 1; no two writers can add the same
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(300))
    shown: Mapped[str] = mapped_column(String(128))
    move: Mapped[str] = mapped_column(String(16))  # see alert_moves.py
    state: Mapped[str] = mapped_column(String(16))  # after this entry
    unit: Mapped[str] = mapped_column(String(64))  # whose it is from now on; "" nobody's
    words: Mapped[str] = mapped_column(Text)

    __table_args__ = (UniqueConstraint("alert_id", "seq"),)


class AlertDay(Base):
    """A day that was judged, so that it is judged once."""

    __tablename__ = "alert_days"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    city: Mapped[str] = mapped_column(String(32))
    day: Mapped[date]
    cells: Mapped[int]  # that were judged; 0: there was too little history
    signals: Mapped[int]

    __table_args__ = (UniqueConstraint("city", "day"),)


ALERTS, EVIDENCE, ALERT_ENTRIES, ALERT_DAYS = map(
    table_of, (Alert, AlertEvidence, AlertEntry, AlertDay)
)

for _table in (ALERTS, EVIDENCE, ALERT_ENTRIES, ALERT_DAYS):
    append_only.guard(_table)
