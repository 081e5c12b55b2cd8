"""Whole cases: place, stages, outcome; assignments, events, callbacks, texts, callers."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from data_access.cases.schema import Id, UtcDateTime

revision = "0005"
down_revision = "0004"

NEW_TEXTS = {
    "category2": 128, "category3": 128, "entry_line": 32, "urgency": 32,
    "town": 64, "village": 64, "grid": 64, "location_precision": 32, "coordinate_system": 16,
    "outcome": 32, "reason_code": 64, "legal_basis": 512, "right_channel": 256, "repeat_of": 64,
}  # fmt: skip
NEW_TIMES = (
    "accepted_at", "dispatched_at", "signed_at", "handled_at", "replied_at", "called_back_at",
    "extended_due_at",
)  # fmt: skip


def _case_columns() -> list[sa.Column[Any]]:
    return [
        *(
            sa.Column(name, sa.String(length), nullable=False, server_default="")
            for name, length in NEW_TEXTS.items()
        ),
        sa.Column("on_the_spot", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("latitude", sa.Double()),
        sa.Column("longitude", sa.Double()),
        *(sa.Column(name, UtcDateTime()) for name in NEW_TIMES),
    ]


def _text(name: str, length: int) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length), nullable=False)


def _moment(name: str, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def _content() -> dict[str, list[sa.Column[Any]]]:
    """Fresh columns for every new kind of record: a column belongs to one table only."""
    return {
        "assignments": [
            _text("unit", 64), _text("role", 16), _moment("dispatched_at", nullable=False),
            _moment("signed_at"), _moment("returned_at"), _text("return_reason", 256),
            _moment("reassigned_at"), _moment("replied_at"),
        ],
        "events": [
            _text("kind", 32), _moment("at", nullable=False), _text("unit", 64), _moment("until"),
            _text("reason_code", 64), _text("public_reason", 512), _text("other_number", 64),
        ],
        "callbacks": [
            _moment("asked_at", nullable=False), _text("channel", 32),
            *(
                sa.Column(name, sa.Boolean(), nullable=False)
                for name in ("reached", "answered", "refused")
            ),
            sa.Column("contacted", sa.Boolean()), sa.Column("solved", sa.Boolean()),
            _text("satisfaction", 32),
        ],
        "texts": [
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("complaint", "handling", "reply")
        ],
        "callers": [
            _text("name", 64), _text("phone", 64), _text("id_number", 32), _text("plate", 16),
            _text("address", 256),
        ],
    }  # fmt: skip


def _keys(table: str, columns: dict[str, str]) -> Sequence[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}")
        for column, to in columns.items()
    ]


def upgrade() -> None:
    with op.batch_alter_table("batches") as batches:
        batches.add_column(sa.Column("actor", sa.String(128), nullable=False, server_default=""))
    with op.batch_alter_table("findings") as findings:
        findings.add_column(sa.Column("part", sa.String(128), nullable=False, server_default=""))
    for name in ("cases", "case_versions"):
        with op.batch_alter_table(name) as table:
            for column in _case_columns():
                table.add_column(column)
    _rename_case_versions()
    for kind, content in _content().items():
        _create_kind(kind, content, _content()[kind])


def _rename_case_versions() -> None:
    """case_versions becomes cases_versions, named and keyed like those of the other kinds."""
    op.drop_index("ix_case_versions_case_id", "case_versions")
    op.drop_index("ix_case_versions_replaced_by", "case_versions")
    with op.batch_alter_table("case_versions") as table:
        table.alter_column("case_id", new_column_name="row_id")
    op.rename_table("case_versions", "cases_versions")
    for column in ("row_id", "replaced_by"):
        op.create_index(f"ix_cases_versions_{column}", "cases_versions", [column])


def _create_kind(
    kind: str, content: list[sa.Column[Any]], same_content: list[sa.Column[Any]]
) -> None:
    op.create_table(
        kind,
        sa.Column("id", Id, nullable=False),
        sa.Column("case_id", Id, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("batch_id", Id, nullable=False),
        *content,
        sa.PrimaryKeyConstraint("id", name=f"pk_{kind}"),
        *_keys(kind, {"case_id": "cases", "batch_id": "batches"}),
        sa.UniqueConstraint("case_id", "seq", name=f"uq_{kind}_case_id_seq"),
    )
    op.create_index(f"ix_{kind}_batch_id", kind, ["batch_id"])
    versions = f"{kind}_versions"
    op.create_table(
        versions,
        sa.Column("id", Id, nullable=False),
        sa.Column("row_id", Id, nullable=False),
        sa.Column("batch_id", Id, nullable=False),
        sa.Column("replaced_by", Id, nullable=False),
        *same_content,
        sa.PrimaryKeyConstraint("id", name=f"pk_{versions}"),
        *_keys(versions, {"row_id": kind, "batch_id": "batches", "replaced_by": "batches"}),
    )
    for column in ("row_id", "replaced_by"):
        op.create_index(f"ix_{versions}_{column}", versions, [column])


def downgrade() -> None:
    for kind in reversed(_content()):
        op.drop_table(f"{kind}_versions")
        op.drop_table(kind)
    for column in ("row_id", "replaced_by"):
        op.drop_index(f"ix_cases_versions_{column}", "cases_versions")
    op.rename_table("cases_versions", "case_versions")
    with op.batch_alter_table("case_versions") as table:
        table.alter_column("row_id", new_column_name="case_id")
    for column in ("case_id", "replaced_by"):
        op.create_index(f"ix_case_versions_{column}", "case_versions", [column])
    for name in ("cases", "case_versions"):
        with op.batch_alter_table(name) as table:
            for old in _case_columns():
                table.drop_column(old.name)
    for name, gone in (("findings", "part"), ("batches", "actor")):
        with op.batch_alter_table(name) as table:
            table.drop_column(gone)
