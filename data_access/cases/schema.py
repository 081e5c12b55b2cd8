"""The ground of the case database, SQLite and PostgreSQL alike: types, batches, findings."""

from datetime import UTC, datetime
from typing import cast

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# SQLite numbers rows by itself only where the key is spelt INTEGER.
Id = BigInteger().with_variant(Integer, "sqlite")


def table_of(model: type[DeclarativeBase]) -> Table:
    """The table behind a model."""
    return cast(Table, model.__table__)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware going in, UTC in the table, aware UTC coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Batch(Base):
    """One run of ingest over one file."""

    __tablename__ = "batches"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    city: Mapped[str] = mapped_column(String(32))
    source: Mapped[str] = mapped_column(String(32))
    origin: Mapped[str] = mapped_column(String(1024))  # file name, as given
    sha256: Mapped[str] = mapped_column(String(64))
    actor: Mapped[str] = mapped_column(String(128))  # who ran it
    synthetic: Mapped[bool]  # made-up data: everything counted from it carries the label
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The file tells of everything up to here, in general the start of its last day. A case whose
    # deadline lies later is neither kept nor missed as far as this file knows.
    observed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rows_in: Mapped[int] = mapped_column(default=0)
    stored: Mapped[int] = mapped_column(default=0)
    quarantined: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    repaired: Mapped[int] = mapped_column(default=0)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Finding(Base):
    """What ingest found wrong: a value repaired with a note, or a whole row kept in quarantine."""

    __tablename__ = "findings"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey(Batch.id))
    quarantined: Mapped[bool]
    part: Mapped[str] = mapped_column(String(128))  # table or sheet; "" if the file has but one
    row: Mapped[int]  # of the file or part, the header being row 1
    column: Mapped[str] = mapped_column(String(128))
    value: Mapped[str] = mapped_column(String(1024))
    rule: Mapped[str] = mapped_column(String(64))
    remedy: Mapped[str] = mapped_column(String(512))
    raw: Mapped[dict[str, str] | None] = mapped_column(JSON)  # the row itself, if quarantined
    settled_by: Mapped[int | None] = mapped_column(ForeignKey(Batch.id))  # took in the mended row
    fingerprint: Mapped[str] = mapped_column(
        String(64), index=True
    )  # of city, source, row and rule
