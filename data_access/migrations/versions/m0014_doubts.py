"""Callers' ratings of closed cases, and the doubts that remain."""

import sqlalchemy as sa
from alembic import op

from data_access.cases.schema import Id, UtcDateTime

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "ratings",
        *_of_case("ratings"),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("contacted", sa.String(8), nullable=False),
        sa.Column("solved", sa.String(8), nullable=False),
        sa.Column("satisfied", sa.String(32), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
    )
    op.create_table("doubts", *_of_case("doubts"))
    op.create_table(
        "doubt_entries",
        sa.Column("id", Id, nullable=False),
        sa.Column("doubt_id", Id, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("via", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(300), nullable=False),
        sa.Column("shown", sa.String(128), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_doubt_entries"),
        sa.ForeignKeyConstraint(
            ["doubt_id"], ["doubts.id"], name="fk_doubt_entries_doubt_id_doubts"
        ),
        sa.UniqueConstraint("doubt_id", "seq", name="uq_doubt_entries_doubt_id_seq"),
    )


def _of_case(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", Id, nullable=False),
        sa.Column("city", sa.String(32), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("city", "number", name=f"uq_{table}_city_number"),
    )


def downgrade() -> None:
    for table in ("doubt_entries", "doubts", "ratings"):
        op.drop_table(table)
