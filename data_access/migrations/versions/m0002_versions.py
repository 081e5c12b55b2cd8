"""Earlier versions of cases, and batches that can be undone."""

import sqlalchemy as sa
from alembic import op

from data_access.cases.schema import Id, UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("batches") as batches:
        batches.add_column(sa.Column("undone_at", UtcDateTime()))
    op.create_table(
        "case_versions",
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("batch_id", Id, nullable=False),
        sa.Column("replaced_by", Id, nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("nature", sa.String(32), nullable=False),
        sa.Column("category", sa.String(128), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("area", sa.String(64), nullable=False),
        sa.Column("status", sa.String(64), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime()),
        sa.Column("closed_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_case_versions"),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{table}.id"], name=f"fk_case_versions_{column}_{table}"
            )
            for column, table in (
                ("case_id", "cases"), ("batch_id", "batches"), ("replaced_by", "batches"),
            )
        ),
    )  # fmt: skip
    op.create_index("ix_case_versions_case_id", "case_versions", ["case_id"])
    op.create_index("ix_case_versions_replaced_by", "case_versions", ["replaced_by"])


def downgrade() -> None:
    op.drop_table("case_versions")
    with op.batch_alter_table("batches") as batches:
        batches.drop_column("undone_at")
