"""What the last count of a city worked with, kept so that the next one counts the change alone.

One DuckDB file beside the case database, restricted like it: fact rows by case, and counts by
month and day before they become cells. It is written in one transaction, so a run that is killed
leaves it as the run before did. Losing it costs a full count and nothing else.
"""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from data_access import duck
from data_access.published import DIMENSIONS

KEYS = ("metric", "cut", "grain", "time", *DIMENSIONS, "bin")
COUNTS = pa.schema(
    [(name, pa.int64() if name == "time" else pa.string()) for name in KEYS]
    + [("numerator", pa.int64()), ("denominator", pa.int64())]
)


# `counts` is a view on what was folded together and what was added since, summed up when read.
TABLES = ("folded", "added")
SUMMED = f"""
    SELECT {", ".join(KEYS)}, sum(numerator)::BIGINT AS numerator,
           sum(denominator)::BIGINT AS denominator
    FROM counts GROUP BY ALL HAVING sum(denominator) <> 0
"""  # noqa: S608
TYPES = {
    pa.int64(): "BIGINT", pa.string(): "VARCHAR", pa.bool_(): "BOOLEAN",
    pa.timestamp("us", tz="UTC"): "TIMESTAMPTZ",
}  # fmt: skip
FOLDED = 0.5  # of the rows that are folded: so many more are carried along at most


class Disagrees(Exception):
    """More was taken away than had been counted: the workings do not fit the case database."""


class Workings:
    """An open file of workings; changes are made inside `changing` alone."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._run("SET TimeZone = 'UTC'")

    def about(self) -> dict[str, Any]:
        """What the last count left behind of itself; empty before the first one."""
        if not self._there("about"):
            return {}
        return dict(json.loads(self._run("SELECT text FROM about").fetchall()[0][0]))

    @contextmanager
    def changing(self) -> Iterator[None]:
        """All that happens inside is kept, or nothing of it."""
        self._run("BEGIN")
        try:
            yield
        except BaseException:
            self._run("ROLLBACK")
            raise
        self._run("COMMIT")

    def clear(self) -> None:
        """Forget everything."""
        for (name,) in self._run("SELECT table_name FROM duckdb_tables()").fetchall():
            self._run(f'DROP TABLE "{name}"')

    def take(self, subject: str, owners: Collection[int]) -> pa.Table:
        """Take the rows of some owners out and return them."""
        name = f"facts_{subject}"
        self.connection.register("owners", pa.table({"owner": pa.array(owners, pa.int64())}))
        where = "WHERE owner IN (SELECT owner FROM owners)"
        taken = self.table(f"SELECT * FROM {name} {where}")  # noqa: S608
        self._run(f"DELETE FROM {name} {where}")  # noqa: S608
        self.connection.unregister("owners")
        return taken

    def rows(self, subject: str, batches: Collection[int]) -> pa.Table:
        """The rows of some batches."""
        where = "WHERE list_contains($1, batch)"
        return self.table(f"SELECT * FROM facts_{subject} {where}", [sorted(batches)])  # noqa: S608

    def every_row(self, subject: str, columns: Collection[str]) -> pa.Table:
        """All rows of a subject, of the columns asked for."""
        return self.table(f"SELECT {', '.join(columns)} FROM facts_{subject}")  # noqa: S608

    def add(self, subject: str, rows: pa.Table) -> None:
        """Add rows; the first ones bring the columns."""
        name = f"facts_{subject}"
        self.connection.register("rows", rows)
        if not self._there(name):
            self._create(name, rows.schema)
        self._run(f"INSERT INTO {name} FROM rows")
        self.connection.unregister("rows")

    def months(self, metric: str) -> pa.Table:
        """What was counted of a metric in the whole city: rows (month, numerator, denominator)."""
        query = """
            SELECT time AS month, sum(numerator)::BIGINT AS numerator,
                   sum(denominator)::BIGINT AS denominator
            FROM counts WHERE metric = $1 AND cut = '' AND grain = 'month' AND bin = ''
            GROUP BY time HAVING sum(denominator) <> 0 ORDER BY time
        """
        return self.table(query, [metric])

    def forget(self, metrics: Collection[str]) -> None:
        """Drop the counts of some metrics, to be counted anew."""
        for name in TABLES if metrics else ():
            where = "WHERE list_contains($1, metric)"
            self._run(f"DELETE FROM {name} {where}", [sorted(metrics)])  # noqa: S608

    def merge(self, change: pa.Table) -> None:
        """Add counts to those kept, negative ones for what was taken away. Columns of COUNTS.

        They are put beside the others, so a change costs what it is long. Once they outweigh them
        all is folded together.
        """
        self.connection.register("change", change)
        if not self._there("folded"):
            for name in TABLES:
                self._create(name, COUNTS)
            self._run("CREATE OR REPLACE VIEW counts AS FROM folded UNION ALL FROM added")
        self._run("INSERT INTO added FROM change")
        self.connection.unregister("change")
        rows = "SELECT (SELECT count(*) FROM added), (SELECT count(*) FROM folded)"
        added, folded = self._run(rows).fetchall()[0]
        if added > folded * FOLDED:
            self._run(f"CREATE TEMPORARY TABLE summed AS {SUMMED}")
            for name in TABLES:
                self._run(f"DELETE FROM {name}")  # noqa: S608
            self._run("INSERT INTO folded FROM summed")
            self._run("DROP TABLE summed")

    def remember(self, about: dict[str, Any]) -> None:
        """Keep what the next count needs to know of this one."""
        self._run("CREATE OR REPLACE TABLE about AS SELECT $1 AS text", [json.dumps(about)])

    def table(self, query: str, values: list[Any] | None = None) -> pa.Table:
        """The rows of a query."""
        return self.connection.sql(query, params=values).to_arrow_table()

    def _create(self, name: str, schema: pa.Schema) -> None:
        """An empty table. Not as a query's: filled in the same transaction, DuckDB 2.0 loses it."""
        columns = ", ".join(f'"{field.name}" {TYPES[field.type]}' for field in schema)
        self._run(f'CREATE TABLE "{name}" ({columns})')

    def _there(self, name: str) -> bool:
        query = "SELECT count(*) FROM duckdb_tables() WHERE table_name = $1"
        return bool(self._run(query, [name]).fetchall()[0][0])

    def _run(self, query: str, values: list[Any] | None = None) -> duckdb.DuckDBPyConnection:
        return self.connection.execute(query, values)


@contextmanager
def opened(path: Path) -> Iterator[Workings]:
    """The workings in a file; one that cannot be read is begun anew."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        connection = duckdb.connect(path, config=duck.limits())
    except duckdb.Error as error:
        if "lock" in str(error):  # whole, and in use
            raise
        path.replace(path.with_suffix(".broken"))
        path.with_suffix(".duckdb.wal").unlink(missing_ok=True)
        connection = duckdb.connect(path, config=duck.limits())
    try:
        yield Workings(connection)
    finally:
        connection.close()
