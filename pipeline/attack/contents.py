"""The texts inside a file of a release, whatever it is packed in, for a search by bytes."""

import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

from data_access.settings import CLOSED

SEPARATOR = "\n"


def texts(path: Path, raw: bytes, name: str = "") -> Iterator[tuple[str, str]]:
    """Where and what: every text in a file, by what its first bytes say it is.

    DuckDB and Parquet files give every column of every table, numbers too; archives what they
    hold, at any depth; all else itself, if it is UTF-8, and JSON also without its escapes.
    """
    inside = f"{name} " if name else ""
    if raw[8:12] == b"DUCK":
        yield from ((inside + where, text) for where, text in _database(path))
    elif raw[:4] == b"PAR1":
        with duckdb.connect() as database:
            yield from (
                (inside + where, text)
                for where, text in _columns(database, f"read_parquet({_quoted(path)})", "parquet")
            )
    elif raw[:2] == b"\x1f\x8b":
        yield from _unpacked(gzip.decompress(raw), f"{inside}gzip")
    elif raw[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            for member in archive.infolist():
                yield f"{inside}names", member.filename
                yield from _unpacked(archive.read(member), inside + member.filename)
    else:
        yield from _plain(raw, inside)


def _unpacked(raw: bytes, name: str) -> Iterator[tuple[str, str]]:
    """A member of an archive, in a file of its own: databases are opened by their path."""
    with tempfile.TemporaryDirectory(prefix="sunline-") as folder:
        path = Path(folder) / "member"
        path.write_bytes(raw)
        yield from texts(path, raw, name)


def _plain(raw: bytes, inside: str) -> Iterator[tuple[str, str]]:
    text = raw.decode("utf-8", "ignore")
    yield f"{inside}text", text
    try:
        yield f"{inside}text", json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return


def _database(path: Path) -> Iterator[tuple[str, str]]:
    with duckdb.connect(path, read_only=True, config=CLOSED) as database:
        for schema, table in database.sql(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT internal"
        ).fetchall():
            yield from _columns(database, f"{_named(schema)}.{_named(table)}", table)
        for (text,) in database.sql("SELECT sql FROM duckdb_views() WHERE NOT internal").fetchall():
            yield "views", text


def _columns(
    database: duckdb.DuckDBPyConnection, source: str, table: str
) -> Iterator[tuple[str, str]]:
    """Each column's different values, as texts."""
    for column, *_ in database.sql(f"DESCRIBE SELECT * FROM {source}").fetchall():  # noqa: S608
        values = database.sql(
            f"SELECT DISTINCT CAST({_named(column)} AS VARCHAR) FROM {source}"  # noqa: S608
        ).fetchall()
        text = SEPARATOR.join(value for (value,) in values if value is not None)
        yield f"{table}.{column}", f"{column}{SEPARATOR}{text}"


def _named(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
