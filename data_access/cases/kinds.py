"""The kinds of records, declared once: ingest, undo, versions and frames all follow from here."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, MetaData, String, Table
from sqlalchemy.orm import DeclarativeBase

from data_access.cases import private, records
from data_access.cases.schema import Base, Batch, Id, table_of

NUMBER_LENGTH = 64


@dataclass(frozen=True)
class Kind:
    """One kind of record: its table, its earlier versions, its staging table, what it tells."""

    name: str
    table: Table
    versions: Table
    staging: Table
    content: tuple[str, ...]

    @property
    def of_case(self) -> bool:
        """Whether it belongs to a case, and is not told by a number of its own."""
        return "case_id" in self.table.c

    @property
    def key(self) -> tuple[str, ...]:
        """What tells records of this kind apart within a city."""
        return ("number", "seq") if self.of_case else ("number",)


def _kind(model: type[DeclarativeBase], content: type) -> Kind:
    table, names = table_of(model), tuple(content.__annotations__)
    return Kind(table.name, table, _versions(table, names), _staging(table, names), names)


def _versions(table: Table, names: tuple[str, ...]) -> Table:
    """Records as they stood before a batch touched them: what is needed to undo that batch."""
    batch = table_of(Batch).c.id
    return Table(
        f"{table.name}_versions",
        Base.metadata,
        Column("id", Id, primary_key=True),
        Column("row_id", Id, ForeignKey(table.c.id), nullable=False, index=True),
        Column("batch_id", Id, ForeignKey(batch), nullable=False),  # the batch that told this
        Column("replaced_by", Id, ForeignKey(batch), nullable=False, index=True),
        *(Column(name, table.c[name].type, nullable=table.c[name].nullable) for name in names),
    )


def _staging(table: Table, names: tuple[str, ...]) -> Table:
    """Rows of one file on their way in, in a table of this connection only."""
    return Table(
        f"staging_{table.name}",
        MetaData(),
        Column("line", BigInteger, nullable=False),
        Column("number", String(NUMBER_LENGTH), nullable=False),
        *((Column("seq", Integer, nullable=False),) if "seq" in table.c else ()),
        *(Column(name, table.c[name].type, nullable=table.c[name].nullable) for name in names),
        prefixes=["TEMPORARY"],
    )


CASES, ASSIGNMENTS, EVENTS, CALLBACKS, TEXTS, CALLERS, CALLS = KINDS = (
    _kind(records.Case, records.CaseContent),
    _kind(records.Assignment, records.AssignmentContent),
    _kind(records.Event, records.EventContent),
    _kind(records.Callback, records.CallbackContent),
    _kind(private.CaseText, private.TextContent),
    _kind(private.Caller, private.CallerContent),
    _kind(records.Call, records.CallContent),
)
BY_NAME = {kind.name: kind for kind in KINDS}
