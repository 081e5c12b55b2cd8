"""The audit log: rows that only ever grow, each sealed with the hash of the one before."""

from datetime import datetime

from sqlalchemy import Connection, Index, String, Table, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from data_access.cases.schema import Base, Id, UtcDateTime, table_of
from data_access.supervision.append_only import guard

START = "0" * 64  # stands for the row before the first


class AuditEntry(Base):
    """Something that somebody saw or did."""

    __tablename__ = "audit_log"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)  # 1, 2, 3 ...
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(300))  # Viewer.name; "system:" and an operator
    shown: Mapped[str] = mapped_column(String(128))  # the actor's name at that time
    city: Mapped[str] = mapped_column(String(32))
    did: Mapped[str] = mapped_column(String(32))  # a word of audit.Did
    subject: Mapped[str] = mapped_column(String(300))  # a case's number, a page, a file, a person
    detail: Mapped[str] = mapped_column(Text)  # JSON object of texts
    hash: Mapped[str] = mapped_column(String(64))  # of all of the above and the hash before

    __table_args__ = (Index(None, "actor", "id"), Index(None, "subject", "id"))


class AuditHead(Base):
    """One row: number and hash of the newest entry. Whoever adds one takes this row first."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(Id, primary_key=True, autoincrement=False)  # always 1
    last: Mapped[int] = mapped_column(Id)
    hash: Mapped[str] = mapped_column(String(64))


LOG, HEAD = map(table_of, (AuditEntry, AuditHead))
FIRST_HEAD = f"INSERT INTO audit_head (id, last, hash) VALUES (1, 0, '{START}')"  # noqa: S608

guard(LOG)


@event.listens_for(HEAD, "after_create")
def _first_head(_table: Table, connection: Connection, **_: object) -> None:
    connection.exec_driver_sql(FIRST_HEAD)
