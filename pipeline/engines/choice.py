"""An engine by its name, opened and closed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pyarrow as pa
from sqlalchemy import Engine

from pipeline.engines import Counter, duckdb, postgres

Counting = Callable[[pa.Table], Counter]


@contextmanager
def counting(name: str, case_database: Engine) -> Iterator[Counting]:
    """Count on the engine of that name; on PostgreSQL, on the server that holds the cases."""
    if name == "spark":
        from pipeline.engines import spark  # an extra

        session = spark.local()
        yield partial(spark.Counter, session=session)
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
