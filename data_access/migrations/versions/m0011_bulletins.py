"""Monthly bulletins as they were put together."""

import sqlalchemy as sa
from alembic import op

from data_access.cases.schema import Id, UtcDateTime
from data_access.supervision.append_only import statements

revision = "0011"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "bulletins",
        sa.Column("id", Id, nullable=False),
        sa.Column("city", sa.String(32), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("release", sa.String(64), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(300), nullable=False),
        sa.Column("shown", sa.String(128), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bulletins"),
        sa.UniqueConstraint("city", "month", "version", name="uq_bulletins_city_month_version"),
    )
    for statement in statements("bulletins", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("bulletins")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION bulletins_only_grows()")
