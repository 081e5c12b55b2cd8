"""Tables that only ever grow: the database itself refuses to change or remove a row."""

from sqlalchemy import Connection, Table, event

# In SQLite, INSERT OR REPLACE removes a row without asking the trigger on DELETE: a third one
# refuses a key that is there already.
SQLITE = (
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}"
    " BEGIN SELECT RAISE(ABORT, '{table} only ever grows'); END",
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}"
    " BEGIN SELECT RAISE(ABORT, '{table} only ever grows'); END",
    "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"
    " WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"
    " BEGIN SELECT RAISE(ABORT, '{table} only ever grows'); END",
)
POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION {table}_only_grows() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION '{table} only ever grows'; END $$",
    "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_grows()",
)


def statements(table: str, dialect: str) -> list[str]:
    """What turns a table with a column `id` into one that only grows."""
    templates = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[dialect]
    return [template.format(table=table) for template in templates]


def guard(table: Table) -> None:
    """Have it turned so wherever it is made from the models."""
    event.listen(table, "after_create", _guard)


def _guard(table: Table, connection: Connection, **_: object) -> None:
    for statement in statements(table.name, connection.dialect.name):
        connection.exec_driver_sql(statement)
