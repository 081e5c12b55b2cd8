"""What a hotline keeps: cases, with their assignments, events and callbacks, and calls.

Each kind of record has its content, which a source tells, apart from what the database adds.
Codes are the source's own words unless a comment lists them; "" means that it told nothing.
"""

from datetime import datetime

from sqlalchemy import Computed, ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from data_access.cases.schema import Base, Batch, Id, UtcDateTime

OPEN, EXTENDED = text("closed_at IS NULL"), text("extended_due_at IS NOT NULL")


class CaseContent:
    """What a source tells of a case (工单), alike in every version of it."""

    channel: Mapped[str] = mapped_column(String(64))  # 来源
    # 诉求性质: consult, help, complaint, report, suggestion, praise
    nature: Mapped[str] = mapped_column(String(32))
    category: Mapped[str] = mapped_column(String(128))  # 归口分类, three levels
    category2: Mapped[str] = mapped_column(String(128), server_default="")
    category3: Mapped[str] = mapped_column(String(128), server_default="")
    entry_line: Mapped[str] = mapped_column(String(32), server_default="")  # number it came in by
    urgency: Mapped[str] = mapped_column(String(32), server_default="")  # normal, urgent, emergency
    on_the_spot: Mapped[bool] = mapped_column(server_default=false())  # answered without work order
    unit: Mapped[str] = mapped_column(String(64))  # the unit that leads (主办); "" = none
    area: Mapped[str] = mapped_column(String(64))  # county or district
    town: Mapped[str] = mapped_column(String(64), server_default="")
    village: Mapped[str] = mapped_column(String(64), server_default="")  # or community
    grid: Mapped[str] = mapped_column(String(64), server_default="")  # 网格
    latitude: Mapped[float | None]  # degrees, always WGS-84
    longitude: Mapped[float | None]
    location_precision: Mapped[str] = mapped_column(String(32), server_default="")
    coordinate_system: Mapped[str] = mapped_column(String(16), server_default="")  # as delivered
    status: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dispatched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    called_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the original deadline
    due_provisional: Mapped[bool] = mapped_column(server_default=false())  # see cities/clock.py
    extended_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: never extended
    # solved, explained, not_substantiated, outside_duty, not_handled; "" while it is open
    outcome: Mapped[str] = mapped_column(String(32), server_default="")
    reason_code: Mapped[str] = mapped_column(String(64), server_default="")  # why not handled
    legal_basis: Mapped[str] = mapped_column(String(512), server_default="")
    right_channel: Mapped[str] = mapped_column(String(256), server_default="")
    repeat_of: Mapped[str] = mapped_column(String(64), server_default="")  # case it repeats


class AssignmentContent:
    """One unit's share in a case (派单): it may lead or support, sign, return or hand on."""

    unit: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(16))  # lead (主办), support (协办)
    dispatched_at: Mapped[datetime] = mapped_column(UtcDateTime)  # 派单
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # 签收
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # 退单
    return_reason: Mapped[str] = mapped_column(String(256))
    reassigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # 改派
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class EventContent:
    """Something that happened to a case on its way."""

    # extension (延期), return (退单), transfer (改派), merge (并单), reopen (重办), escalation,
    # recategorised (改类别)
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    unit: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # extension: the new deadline
    reason_code: Mapped[str] = mapped_column(String(64))
    public_reason: Mapped[str] = mapped_column(String(512))  # what the public may read
    other_number: Mapped[str] = mapped_column(String(64))  # merge: the case it was merged into


class CallbackContent:
    """A callback (回访): whether the caller was asked, reached, answered, and what they said."""

    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[str] = mapped_column(String(32))
    reached: Mapped[bool]
    answered: Mapped[bool]
    refused: Mapped[bool]
    contacted: Mapped[bool | None]  # did the unit contact the caller; None: not told
    solved: Mapped[bool | None]
    # satisfied, basically, dissatisfied, cannot_say; "" if there was no answer
    satisfaction: Mapped[str] = mapped_column(String(32))


class CallContent:
    """One call to the hotline (来电), put through or not. No caller data in here."""

    entry_line: Mapped[str] = mapped_column(String(32))  # number that was dialled
    called_at: Mapped[datetime] = mapped_column(UtcDateTime)  # began to ring
    answered: Mapped[bool]  # 接通
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Case(CaseContent, Base):
    """A case as its source last told of it. No caller data and no text in here."""

    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    city: Mapped[str] = mapped_column(String(32))
    number: Mapped[str] = mapped_column(String(64))
    batch_id: Mapped[int] = mapped_column(ForeignKey(Batch.id))  # the last to tell anything new
    # The deadline in force, made by the database: sorted lists of supervisors read it by index.
    deadline_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, Computed("coalesce(extended_due_at, due_at)", persisted=True)
    )

    __table_args__ = (
        UniqueConstraint("city", "number"),
        Index(None, "city", "received_at"),
        Index(None, "city", "deadline_at", "id"),
        Index(None, "city", "unit", "deadline_at", "id"),
        Index(None, "city", "category2", "received_at"),
        Index(
            "ix_cases_open", "city", "deadline_at", "id",
            sqlite_where=OPEN, postgresql_where=OPEN,
        ),
        Index(
            "ix_cases_open_unit", "city", "unit", "deadline_at", "id",
            sqlite_where=OPEN, postgresql_where=OPEN,
        ),
        Index(
            "ix_cases_extended", "city", "deadline_at", "id",
            sqlite_where=EXTENDED, postgresql_where=EXTENDED,
        ),
        Index(None, "batch_id"),
    )  # fmt: skip


class OfCase:
    """A record that belongs to a case, told apart from the case's others by its number `seq`."""

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(Case.id))
    seq: Mapped[int]
    batch_id: Mapped[int] = mapped_column(ForeignKey(Batch.id), index=True)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[UniqueConstraint]:
        return (UniqueConstraint("case_id", "seq"),)


class Assignment(AssignmentContent, OfCase, Base):
    __tablename__ = "assignments"


class Event(EventContent, OfCase, Base):
    __tablename__ = "events"


class Callback(CallbackContent, OfCase, Base):
    __tablename__ = "callbacks"


class Call(CallContent, Base):
    __tablename__ = "calls"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    city: Mapped[str] = mapped_column(String(32))
    number: Mapped[str] = mapped_column(String(64))
    batch_id: Mapped[int] = mapped_column(ForeignKey(Batch.id))

    __table_args__ = (
        UniqueConstraint("city", "number"),
        Index(None, "city", "called_at"),
        Index(None, "batch_id"),
    )
