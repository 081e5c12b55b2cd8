"""Approved texts that editors call typical cases."""

import sqlalchemy as sa
from alembic import op

from data_access.cases.schema import Id, UtcDateTime
from data_access.supervision.append_only import statements

revision = "0013"
down_revision = "0011"
TABLE = "review_picks"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", Id, nullable=False),
        sa.Column("review_id", Id, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(300), nullable=False),
        sa.Column("shown", sa.String(128), nullable=False),
        sa.Column("typical", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_review_picks"),
        sa.ForeignKeyConstraint(
            ["review_id"], ["reviews.id"], name="fk_review_picks_review_id_reviews"
        ),
        sa.UniqueConstraint("review_id", "seq", name="uq_review_picks_review_id_seq"),
    )
    for statement in statements(TABLE, op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP FUNCTION {TABLE}_only_grows()")
