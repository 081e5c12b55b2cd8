"""Count on PostgreSQL, from facts copied into a temporary table of one connection."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from pyarrow import csv
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Engine,
    MetaData,
    Select,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import TIMESTAMP

from pipeline.engines import Counter as Counting
from pipeline.engines import folder
from pipeline.engines.folder import Facts

COPY = "COPY facts FROM STDIN (FORMAT csv, ENCODING 'UTF8')"


class Counter(Counting):
    """Counts metrics over one table of facts, in a transaction that is never committed."""

    def __init__(self, facts: Facts, engine: Engine) -> None:
        self._connection = engine.connect()
        try:
            self._connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
            columns = folder.schema(facts)
            _table(columns).create(self._connection)
            _copy(self._connection, columns.names, folder.batches(facts))
        except BaseException:
            self._connection.close()
            raise

    def _run(self, query: Select[Any], shape: pa.Schema) -> pa.Table:
        rows = self._connection.execute(query).mappings()
        return pa.Table.from_pylist([dict(row) for row in rows], schema=shape)

    def close(self) -> None:
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


def _copy(connection: Connection, names: list[str], batches: Iterator[pa.RecordBatch]) -> None:
    """Arrow writes "" for an empty text and nothing for NULL: just as COPY reads them."""
    driver: Any = connection.connection.driver_connection
    options = csv.WriteOptions(include_header=False)
    with driver.cursor() as cursor, cursor.copy(COPY) as copy:
        for batch in batches:
            text = pa.BufferOutputStream()
            csv.write_csv(batch.select(names), text, options)
            copy.write(text.getvalue().to_pybytes())
