"""An engine by its name, opened and closed."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from sqlalchemy import Engine

from pipeline.engines import Counter, duckdb, postgres
from pipeline.engines.folder import Facts

Counting = Callable[[Facts], Counter]
ENGINES = ("duckdb", "postgres", "spark")


def configured() -> str:
    """The engine of SUNLINE_ENGINE; without it Spark where SPARK_MASTER names one, else DuckDB."""
    name = os.environ.get("SUNLINE_ENGINE") or ("spark" if os.environ.get("SPARK_MASTER") else "")
    if name and name not in ENGINES:
        raise ValueError(f"SUNLINE_ENGINE={name}: one of {', '.join(ENGINES)}")
    return name or ENGINES[0]


@contextmanager
def counting(name: str, case_database: Engine) -> Iterator[Counting]:
    """Count on the engine of that name; on PostgreSQL, on the server that holds the cases."""
    if name == "spark":
        from pipeline.engines import spark  # an extra

        session = spark.session()
        try:
            yield partial(spark.Counter, session=session)
        finally:
            session.stop()
    elif name == "postgres":
        if case_database.dialect.name != "postgresql":
            raise ValueError(
                "the cases are not on PostgreSQL: set CASE_DATABASE_URL to "
                "postgresql+psycopg://..., or count with --engine duckdb"
            )
        yield partial(postgres.Counter, engine=case_database)
    else:
        yield duckdb.Counter
