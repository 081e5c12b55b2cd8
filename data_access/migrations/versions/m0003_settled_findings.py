"""Quarantined rows that were mended know the batch that took them in."""

import sqlalchemy as sa
from alembic import op

from data_access.cases.schema import Id

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("findings") as findings:
        findings.add_column(sa.Column("settled_by", Id))
        findings.create_foreign_key(
            "fk_findings_settled_by_batches", "batches", ["settled_by"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("findings") as findings:
        findings.drop_constraint("fk_findings_settled_by_batches", type_="foreignkey")
        findings.drop_column("settled_by")
