"""Supervision: the deadline in force with its indexes, and the ledger of actions."""

import sqlalchemy as sa
from alembic import op

from data_access.cases.schema import Id, UtcDateTime
from data_access.supervision.append_only import statements

revision = "0008"
down_revision = "0007"
TABLES = ("actions", "action_entries")
INDEXES = {
    "ix_cases_city_deadline_at_id": ["city", "deadline_at", "id"],
    "ix_cases_city_unit_deadline_at_id": ["city", "unit", "deadline_at", "id"],
    "ix_cases_city_category2_received_at": ["city", "category2", "received_at"],
}
OPEN, EXTENDED = sa.text("closed_at IS NULL"), sa.text("extended_due_at IS NOT NULL")
BY_DEADLINE = ["city", "deadline_at", "id"]
PARTIAL = {
    "ix_cases_open": (BY_DEADLINE, OPEN),
    "ix_cases_open_unit": (["city", "unit", "deadline_at", "id"], OPEN),
    "ix_cases_extended": (BY_DEADLINE, EXTENDED),
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    # SQLite can add such a column only if it is worked out at each reading; the index keeps it.
    made = sa.Computed("coalesce(extended_due_at, due_at)", persisted=dialect != "sqlite")
    op.add_column("cases", sa.Column("deadline_at", UtcDateTime(), made))
    for name, columns in INDEXES.items():
        op.create_index(name, "cases", columns)
    for name, (columns, which) in PARTIAL.items():
        op.create_index(name, "cases", columns, sqlite_where=which, postgresql_where=which)
    _ledger()
    for table in TABLES:
        for statement in statements(table, dialect):
            op.execute(statement)


def _ledger() -> None:
    op.create_table(
        "actions",
        sa.Column("id", Id, nullable=False),
        sa.Column("city", sa.String(32), nullable=False),
        sa.Column("number", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_actions"),
    )
    op.create_index("ix_actions_city_number", "actions", ["city", "number"])
    op.create_table(
        "action_entries",
        sa.Column("id", Id, nullable=False),
        sa.Column("action_id", Id, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(300), nullable=False),
        sa.Column("shown", sa.String(128), nullable=False),
        sa.Column("move", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("due_at", UtcDateTime()),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_action_entries"),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name="fk_action_entries_action_id_actions"
        ),
        sa.UniqueConstraint("action_id", "seq", name="uq_action_entries_action_id_seq"),
    )


def downgrade() -> None:
    op.drop_table("action_entries")
    op.drop_table("actions")
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"DROP FUNCTION {table}_only_grows()")
    for name in (*PARTIAL, *INDEXES):
        op.drop_index(name, "cases")
    op.drop_column("cases", "deadline_at")
