"""DuckDB by its plain driver; SQLAlchemy Core, compiled for PostgreSQL, is the query language."""

import duckdb
import pyarrow as pa
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

POSTGRESQL = PGDialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


def run(cursor: duckdb.DuckDBPyConnection, statement: Executable) -> pa.Table:
    """Compile a statement and run it on a cursor."""
    if not isinstance(statement, ClauseElement):
        raise TypeError(f"{statement!r} cannot be compiled")
    compiled = statement.compile(dialect=POSTGRESQL, compile_kwargs={"render_postcompile": True})
    if not isinstance(compiled, SQLCompiler):
        raise TypeError(f"{statement!r} is not a query")
    values = [compiled.params[name] for name in compiled.positiontup or ()]
    return cursor.sql(str(compiled), params=values or None).to_arrow_table()
