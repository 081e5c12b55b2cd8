"""Count on Spark, for facts that one machine cannot hold; an extra: requirements-spark.txt."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.base import PGDialect

from pipeline.engines import Counter as Counting
from pipeline.engines import folder
from pipeline.engines.folder import Facts, temporary

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
    # A folder of facts has a part a month: read a worker's share of them as one task.
    "spark.sql.files.openCostInBytes": "65536",
    # What is shuffled are counts, few however many cases there are.
    "spark.sql.shuffle.partitions": "4",
}
ALONE = "local[2]"
QUIET = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
HERE = {  # all on the loopback address
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


def session() -> SparkSession:
    """A session on the cluster named by SPARK_MASTER, or else on a Spark of this process alone.

    How much of a cluster it takes is said where Spark itself looks: spark-defaults.conf in
    SPARK_CONF_DIR, SPARK_LOCAL_IP, PYSPARK_SUBMIT_ARGS.
    """
    java = Path(os.environ.get("JAVA_HOME", ""), "bin", "java")
    if not shutil.which("java") and not java.is_file():
        raise RuntimeError("java not found: run `make system` to install Java 17 for Spark")
    master = os.environ.get("SPARK_MASTER", "")
    builder = SparkSession.Builder().master(master or ALONE).appName("sunline")
    for name, value in {**QUIET, **({} if master else HERE)}.items():
        builder = builder.config(name, value)
    opened = builder.getOrCreate()
    opened.sparkContext.setLogLevel("ERROR")
    return opened


class Counter(Counting):
    """Counts metrics over facts in a folder, or a table that is first written to one.

    On a cluster every worker must see that folder under the same name: SUNLINE_FACTS says where a
    table is written.
    """

    def __init__(self, facts: Facts, session: SparkSession) -> None:
        # A session of its own: its own settings, and its own view by the name of `facts`.
        self._session = session.newSession()
        for name, value in SETTINGS.items():
            self._session.conf.set(name, value)
        self._written: tempfile.TemporaryDirectory[str] | None = None
        if not isinstance(facts, Path):
            self._written = temporary()
            facts = folder.write(facts.schema, [facts], Path(self._written.name))
        reader = self._session.read.schema(_columns(folder.schema(facts)))
        reader.parquet(facts.as_uri()).createOrReplaceTempView("facts")

    def _run(self, query: Select[Any], shape: pa.Schema) -> pa.Table:
        compiled = query.compile(dialect=POSTGRESQL, compile_kwargs={"render_postcompile": True})
        text = str(compiled).replace("\\", r"\\")  # in a text of Spark's a lone one escapes
        return self._session.sql(text, args=dict(compiled.params)).toArrow().cast(shape)

    def close(self) -> None:
        self._session.catalog.dropTempView("facts")
        if self._written:
            self._written.cleanup()


def _columns(schema: pa.Schema) -> str:
    """Told, since an empty table leaves no file to tell them."""
    return ", ".join(f"`{field.name}` {_type(field.type)}" for field in schema)


def _type(of: pa.DataType) -> str:
    if pa.types.is_timestamp(of):
        return "TIMESTAMP"
    return (
        "BIGINT" if pa.types.is_integer(of) else {pa.bool_(): "BOOLEAN", pa.string(): "STRING"}[of]
    )
