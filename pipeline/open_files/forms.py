"""The forms of a table: CSV, CSV for Excel, Parquet, JSON. The same table gives the same bytes.

CSV is UTF-8 with LF; the one for Excel is the same behind a byte order mark.
"""

import gzip
import io

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data_access.guard import guarded as guarded  # part of how a table is written
from pipeline.open_files.model import Table

TYPES = {
    "string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_(),
}  # fmt: skip
MARK = b"\xef\xbb\xbf"  # Excel takes a CSV file for UTF-8 only if it begins so
PACKED_FROM = 16_384  # bytes: smaller files gain little from being compressed


def safe(table: Table) -> pd.DataFrame:
    """The table with every text guarded, as CSV and workbooks have it; numbers stay numbers.

    A line inside a text ends with LF: a bare CR would end the row of a CSV file.
    """
    columns = {}
    for name in (field.name for field in table.fields if field.type == "string"):
        texts = table.frame[name]
        if any(_told(text) != text for text in texts.dropna().unique()):
            columns[name] = texts.map(_told, na_action="ignore")
    return table.frame.assign(**columns)


def _told(text: str) -> str:
    return guarded(text.replace("\r\n", "\n").replace("\r", "\n"))


def csv(safe: pd.DataFrame) -> bytes:
    """UTF-8, comma, LF; true and false as the metadata standards write them."""
    flags = safe.select_dtypes(bool)
    told = {name: safe[name].map({True: "true", False: "false"}) for name in flags.columns}
    return safe.assign(**told).to_csv(index=False, lineterminator="\n").encode()


def parquet(table: Table) -> bytes:
    """Parquet, with the types of the columns and nothing of pandas."""
    shape = pa.schema([(field.name, TYPES[field.type]) for field in table.fields])
    arrow = pa.Table.from_pandas(table.frame, shape, preserve_index=False)
    file = io.BytesIO()
    pq.write_table(arrow.replace_schema_metadata(None), file, compression="zstd")
    return file.getvalue()


def json(table: Table) -> bytes:
    """A list of objects, one a row; null where nothing stands."""
    text = table.frame.to_json(orient="records", force_ascii=False, double_precision=15)
    return text.replace("\\/", "/").replace("},{", "},\n{").encode() + b"\n"


def packed(content: bytes) -> bytes:
    """Compressed by gzip, without a time in it."""
    return gzip.compress(content, 6, mtime=0)
