"""Time-limited solutions and what is told of them."""

import sqlalchemy as sa
from alembic import op

from data_access.cases.schema import Id, UtcDateTime
from data_access.supervision.append_only import statements

revision = "0015"
down_revision = "0014"
TABLES = ("pledges", "pledge_entries")


def upgrade() -> None:
    op.create_table(
        "pledges",
        sa.Column("id", Id, nullable=False),
        sa.Column("city", sa.String(32), nullable=False),
        sa.Column("title_zh", sa.String(200), nullable=False),
        sa.Column("title_en", sa.String(200), nullable=False),
        sa.Column("category", sa.String(128), nullable=False),
        sa.Column("area", sa.String(64), nullable=False),
        sa.Column("units", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pledges"),
    )
    op.create_index("ix_pledges_city", "pledges", ["city"])
    op.create_table(
        "pledge_entries",
        sa.Column("id", Id, nullable=False),
        sa.Column("pledge_id", Id, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(300), nullable=False),
        sa.Column("shown", sa.String(128), nullable=False),
        sa.Column("move", sa.String(16), nullable=False),
        sa.Column("of", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pledge_entries"),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledges.id"], name="fk_pledge_entries_pledge_id_pledges"
        ),
        sa.UniqueConstraint("pledge_id", "seq", name="uq_pledge_entries_pledge_id_seq"),
    )
    for table in TABLES:
        for statement in statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("pledge_entries")
    op.drop_table("pledges")
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"DROP FUNCTION {table}_only_grows()")
