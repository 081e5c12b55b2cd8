"""DuckDB by its plain driver; SQLAlchemy Core, compiled for PostgreSQL, is the query language."""

import duckdb
import pyarrow as pa
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql import dialect
from sqlalchemy.sql.expression import ClauseElement

POSTGRESQL = dialect(paramstyle="numeric_dollar")


def run(cursor: duckdb.DuckDBPyConnection, statement: Executable) -> pa.Table:
    """Compile a statement and run it on a cursor."""
    if not isinstance(statement, ClauseElement):
        raise TypeError(f"{statement!r} cannot be compiled")
    compiled = statement.compile(
        dialect=POSTGRESQL, compile_kwargs={"render_postcompile": True}
    )
    names = compiled.positiontup or []
    values = [compiled.params[name] for name in names]
    return cursor.sql(str(compiled), params=values or None).to_arrow_table()
