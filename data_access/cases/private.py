"""What must not leave the restricted plane as it stands: texts and the callers' own values.

Only ingest, redaction and the supervisors' case page may import this; a contract of
import-linter keeps counting and publishing away.
"""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from data_access.cases.records import OfCase
from data_access.cases.schema import Base


class TextContent:
    """The texts of a case. None of them is ever published as it stands."""

    complaint: Mapped[str] = mapped_column(Text)  # 诉求内容
    handling: Mapped[str] = mapped_column(Text)  # 办理情况, internal
    reply: Mapped[str] = mapped_column(Text)  # 公开答复内容, written for the public


class CallerContent:
    """Personal values of the caller. Only ingest and redaction may read them."""

    name: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(String(64))
    id_number: Mapped[str] = mapped_column(String(32))
    plate: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(256))


class CaseText(TextContent, OfCase, Base):
    __tablename__ = "texts"


class Caller(CallerContent, OfCase, Base):
    __tablename__ = "callers"
