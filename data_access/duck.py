"""DuckDB by its plain driver; SQLAlchemy Core, compiled for PostgreSQL, is the query language."""

import os
import tempfile

import duckdb
import pyarrow as pa
from sqlalchemy import Executable
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

POSTGRESQL = PGDialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]

LIMITS = {"SUNLINE_DUCKDB_THREADS": "threads", "SUNLINE_DUCKDB_MEMORY": "memory_limit"}


def limits() -> dict[str, str | bool | int | float | list[str]]:
    """How many threads and how much memory counting may take, for duckdb.connect.

    SUNLINE_DUCKDB_THREADS (a number; by default a thread a core) and SUNLINE_DUCKDB_MEMORY (such as
    2GB; by default 80 % of the machine). What does not fit goes to files in TMPDIR, not in the
    working directory, where DuckDB would put them.
    """
    given = {
        name: os.environ[variable] for variable, name in LIMITS.items() if variable in os.environ
    }
    return {"temp_directory": tempfile.gettempdir(), **given}


def run(cursor: duckdb.DuckDBPyConnection, statement: Executable) -> pa.Table:
    """Compile a statement and run it on a cursor."""
    if not isinstance(statement, ClauseElement):
        raise TypeError(f"{statement!r} cannot be compiled")
    compiled = statement.compile(dialect=POSTGRESQL, compile_kwargs={"render_postcompile": True})
    if not isinstance(compiled, SQLCompiler):
        raise TypeError(f"{statement!r} is not a query")
    values = [compiled.params[name] for name in compiled.positiontup or ()]
    return cursor.sql(str(compiled), params=values or None).to_arrow_table()
