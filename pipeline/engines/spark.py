"""Count on Spark, for facts that one machine cannot hold; an extra: requirements-spark.txt."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Self

import pyarrow as pa
from pyarrow import dataset
from sqlalchemy.dialects.postgresql.base import PGDialect

from metrics.model import Metric
from pipeline.engines.statement import Grain, counted, counting

try:
    from pyspark.sql import SparkSession
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "Spark is not installed: .venv/bin/pip install -r requirements-spark.txt"
    ) from error

POSTGRESQL = PGDialect(paramstyle="named")  # type: ignore[no-untyped-call]
SETTINGS = {  # what makes Spark read PostgreSQL's text as PostgreSQL does
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    # Else `facts WHERE (flag)` is a table called WHERE with one column called flag.
    "spark.sql.ansi.enforceReservedKeywords": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.variable.substitute": "false",  # '${x}' is four characters
}


def local() -> SparkSession:
    """A Spark of this process alone, on the loopback address; a cluster's session does as well."""
    java = Path(os.environ.get("JAVA_HOME", ""), "bin", "java")
    if not shutil.which("java") and not java.is_file():
        raise RuntimeError("java not found: run `make system` to install Java 17 for Spark")
    builder = SparkSession.Builder().master("local[2]").appName("sunline")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


class Counter:
    """Counts metrics over facts in Parquet: a folder, or a table that is first written to one."""

    def __init__(self, facts: pa.Table | str, session: SparkSession) -> None:
        # A session of its own: its own settings, and its own view by the name of `facts`.
        self._session = session.newSession()
        for name, value in SETTINGS.items():
            self._session.conf.set(name, value)
        self._written: tempfile.TemporaryDirectory[str] | None = None
        reader = self._session.read
        if not isinstance(facts, str):
            self._written = tempfile.TemporaryDirectory(prefix="sunline-facts-")
            reader = reader.schema(_columns(facts.schema))
            facts = write(facts, self._written.name)
        reader.parquet(facts).createOrReplaceTempView("facts")

    def count(self, metric: Metric, by: tuple[str, ...] = (), grain: Grain = "month") -> pa.Table:
        """Rows (grain, *by, numerator, denominator) with a non-empty denominator."""
        compiled = counting(metric, by, grain).compile(
            dialect=POSTGRESQL, compile_kwargs={"render_postcompile": True}
        )
        text = str(compiled).replace("\\", r"\\")  # in a text of Spark's a lone one escapes
        found = self._session.sql(text, args=dict(compiled.params))
        return found.toArrow().cast(counted(by, grain))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.catalog.dropTempView("facts")
        if self._written:
            self._written.cleanup()


def write(facts: pa.Table, folder: str) -> str:
    """Write facts as Parquet, a folder a month of the first time that they have."""
    month = next(field for field in facts.schema if field.name.endswith("_month"))
    months = dataset.partitioning(pa.schema([month]), flavor="hive")
    dataset.write_dataset(facts, folder, format="parquet", partitioning=months)
    return folder


def _columns(schema: pa.Schema) -> str:
    """Told, since an empty table leaves no file to tell them."""
    return ", ".join(f"`{field.name}` {_type(field.type)}" for field in schema)


def _type(of: pa.DataType) -> str:
    if pa.types.is_timestamp(of):
        return "TIMESTAMP"
    return (
        "BIGINT" if pa.types.is_integer(of) else {pa.bool_(): "BOOLEAN", pa.string(): "STRING"}[of]
    )
