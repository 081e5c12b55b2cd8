"""Calls to the hotline, put through or not."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from data_access.cases.schema import Id, UtcDateTime

revision = "0006"
down_revision = "0005"


def _content() -> list[sa.Column[Any]]:
    return [
        sa.Column("entry_line", sa.String(32), nullable=False),
        sa.Column("called_at", UtcDateTime(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("answered_at", UtcDateTime()),
    ]


def _ids(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, Id, nullable=False) for name in names]


def _key(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}")


def upgrade() -> None:
    op.create_table(
        "calls",
        *_ids("id"),
        sa.Column("city", sa.String(32), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        *_ids("batch_id"),
        *_content(),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        _key("calls", "batch_id", "batches"),
        sa.UniqueConstraint("city", "number", name="uq_calls_city_number"),
    )
    op.create_index("ix_calls_city_called_at", "calls", ["city", "called_at"])
    op.create_index("ix_calls_batch_id", "calls", ["batch_id"])
    op.create_table(
        "calls_versions",
        *_ids("id", "row_id", "batch_id", "replaced_by"),
        *_content(),
        sa.PrimaryKeyConstraint("id", name="pk_calls_versions"),
        _key("calls_versions", "row_id", "calls"),
        _key("calls_versions", "batch_id", "batches"),
        _key("calls_versions", "replaced_by", "batches"),
    )
    for column in ("row_id", "replaced_by"):
        op.create_index(f"ix_calls_versions_{column}", "calls_versions", [column])


def downgrade() -> None:
    op.drop_table("calls_versions")
    op.drop_table("calls")
