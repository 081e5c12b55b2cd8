"""Early-warning alerts and what people made of them."""

import sqlalchemy as sa
from alembic import op

from data_access.cases.schema import Id, UtcDateTime
from data_access.supervision.append_only import statements

revision = "0016"
down_revision = "0015"
TABLES = ("alerts", "alert_evidence", "alert_entries", "alert_days")


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", Id, nullable=False),
        sa.Column("city", sa.String(32), nullable=False),
        sa.Column("category", sa.String(128), nullable=False),
        sa.Column("category2", sa.String(128), nullable=False),
        sa.Column("area", sa.String(64), nullable=False),
        sa.Column("began", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
    )
    op.create_index(
        "ix_alerts_city_category_category2_area", "alerts",
        ["city", "category", "category2", "area"],
    )  # fmt: skip
    op.create_table(
        "alert_evidence",
        sa.Column("id", Id, nullable=False),
        sa.Column("alert_id", Id, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("span", sa.Integer(), nullable=False),
        sa.Column("observed", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Double(), nullable=False),
        sa.Column("p", sa.Double(), nullable=False),
        sa.Column("adjusted", sa.Double(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_evidence"),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name="fk_alert_evidence_alert_id_alerts"
        ),
        sa.UniqueConstraint("alert_id", "day", name="uq_alert_evidence_alert_id_day"),
    )
    op.create_table(
        "alert_entries",
        sa.Column("id", Id, nullable=False),
        sa.Column("alert_id", Id, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(300), nullable=False),
        sa.Column("shown", sa.String(128), nullable=False),
        sa.Column("move", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_entries"),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alerts.id"], name="fk_alert_entries_alert_id_alerts"
        ),
        sa.UniqueConstraint("alert_id", "seq", name="uq_alert_entries_alert_id_seq"),
    )
    op.create_table(
        "alert_days",
        sa.Column("id", Id, nullable=False),
        sa.Column("city", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("cells", sa.Integer(), nullable=False),
        sa.Column("signals", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert_days"),
        sa.UniqueConstraint("city", "day", name="uq_alert_days_city_day"),
    )
    for table in TABLES:
        for statement in statements(table, op.get_bind().dialect.name):
            op.execute(statement)


def downgrade() -> None:
    for table in ("alert_days", "alert_entries", "alert_evidence", "alerts"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"DROP FUNCTION {table}_only_grows()")
