"""Who logs in to the supervision plane, their sessions, and the audit log."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from data_access.cases.schema import Id, UtcDateTime
from data_access.supervision.append_only import statements
from data_access.supervision.audit_tables import FIRST_HEAD

revision = "0007"
down_revision = "0006"
TABLES = ("grants", "sessions", "pending_logins", "login_attempts", "people")


def _text(name: str, length: int) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), nullable=False)


def _moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def _id(name: str, counted: bool = True) -> sa.Column[Any]:
    return sa.Column(name, Id, nullable=False, autoincrement="auto" if counted else False)


def _hash(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.LargeBinary(32), nullable=False)


def _person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["person_id"], ["people.id"], name=f"fk_{table}_person_id_people"
    )


def upgrade() -> None:
    _people()
    _logins()
    _audit()


def _people() -> None:
    op.create_table(
        "people",
        _id("id"), _text("name", 300), _text("shown", 128), _text("city", 32),
        sa.Column("password", sa.String(256), nullable=False, server_default=""),
        sa.Column("suspended", sa.Boolean(), nullable=False, server_default=sa.false()),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("name", name="uq_people_name"),
    )  # fmt: skip
    op.create_table(
        "grants",
        _id("person_id"), _text("role", 32), _text("unit", 64),
        sa.PrimaryKeyConstraint("person_id", "role", "unit", name="pk_grants"),
        _person("grants"),
    )  # fmt: skip


def _logins() -> None:
    op.create_table(
        "sessions",
        _id("id"), _hash("token"), _id("person_id"),
        _moment("began_at"), _moment("seen_at"), _moment("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("token", name="uq_sessions_token"),
        _person("sessions"),
    )  # fmt: skip
    op.create_index("ix_sessions_person_id", "sessions", ["person_id"])
    op.create_table(
        "pending_logins",
        _hash("token"), _text("state", 64), _text("nonce", 64), _text("verifier", 128),
        _text("onward", 2048), _moment("ends_at"),
        sa.PrimaryKeyConstraint("token", name="pk_pending_logins"),
    )  # fmt: skip
    op.create_table(
        "login_attempts",
        _hash("bucket"), sa.Column("count", sa.Integer(), nullable=False), _moment("ends_at"),
        sa.PrimaryKeyConstraint("bucket", name="pk_login_attempts"),
    )  # fmt: skip
    op.create_index("ix_login_attempts_ends_at", "login_attempts", ["ends_at"])


def _audit() -> None:
    op.create_table(
        "audit_log",
        _id("id", counted=False), _moment("at"), _text("actor", 300), _text("shown", 128),
        _text("city", 32), _text("did", 32), _text("subject", 300),
        sa.Column("detail", sa.Text(), nullable=False), _text("hash", 64),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
    )  # fmt: skip
    for column in ("actor", "subject"):
        op.create_index(f"ix_audit_log_{column}_id", "audit_log", [column, "id"])
    for statement in statements("audit_log", op.get_bind().dialect.name):
        op.execute(statement)
    op.create_table(
        "audit_head",
        _id("id", counted=False), _id("last"), _text("hash", 64),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )  # fmt: skip
    op.execute(FIRST_HEAD)


def downgrade() -> None:
    op.drop_table("audit_head")
    op.drop_table("audit_log")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_log_only_grows()")
    for table in TABLES:
        op.drop_table(table)
