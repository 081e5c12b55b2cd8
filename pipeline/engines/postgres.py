"""Count on PostgreSQL, from facts copied into a temporary table of one connection."""

from typing import Any, Self

import pyarrow as pa
from pyarrow import csv
from sqlalchemy import BigInteger, Boolean, Column, Connection, Engine, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from metrics.model import Metric
from pipeline.engines.statement import Grain, counted, counting

COPY = "COPY facts FROM STDIN (FORMAT csv, ENCODING 'UTF8')"
ROWS = 50_000


class Counter:
    """Counts metrics over one table of facts, in a transaction that is never committed."""

    def __init__(self, facts: pa.Table, engine: Engine) -> None:
        self._connection = engine.connect()
        try:
            self._connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
            _table(facts.schema).create(self._connection)
            _copy(self._connection, facts)
        except BaseException:
            self._connection.close()
            raise

    def count(self, metric: Metric, by: tuple[str, ...] = (), grain: Grain = "month") -> pa.Table:
        """Rows (grain, *by, numerator, denominator) with a non-empty denominator."""
        rows = self._connection.execute(counting(metric, by, grain)).mappings()
        return pa.Table.from_pylist([dict(row) for row in rows], schema=counted(by, grain))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()


def _table(schema: pa.Schema) -> Table:
    columns: list[Column[Any]] = [Column(field.name, _type(field.type)) for field in schema]
    return Table("facts", MetaData(), *columns, prefixes=["TEMPORARY"])


def _type(of: pa.DataType) -> Any:
    if pa.types.is_timestamp(of):
        return TIMESTAMP(timezone=True)
    if pa.types.is_string(of):
        return Text(collation="C")  # order by bytes, as the other engines do
    return BigInteger if pa.types.is_integer(of) else {pa.bool_(): Boolean}[of]


def _copy(connection: Connection, facts: pa.Table) -> None:
    """Arrow writes "" for an empty text and nothing for NULL: just as COPY reads them."""
    driver: Any = connection.connection.driver_connection
    options = csv.WriteOptions(include_header=False)
    with driver.cursor() as cursor, cursor.copy(COPY) as copy:
        for batch in facts.to_batches(max_chunksize=ROWS):
            text = pa.BufferOutputStream()
            csv.write_csv(batch, text, options)
            copy.write(text.getvalue().to_pybytes())
