"""The case-level table of a release: the ladder, linked with the cells, repeated from the book.

The book (restricted side) says of each case that was ever considered as which row it was released,
or why it was not. It counts for one ladder and one list of categories: by others all is decided
anew, and whatever changes by a few cases the attack refuses.
"""

import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Engine

from cities import ROOT, City, midnight
from data_access.cases import openable
from data_access.settings import open_book
from pipeline import disk
from pipeline.linkage import linked, quiet
from pipeline.open_cases import BOOK, STEPS, K, OpenCases, nothing_booked, open_cases
from pipeline.open_subjects import subjects

ABOUT = b"sunline"  # key of what the file says of itself


@dataclass(frozen=True)
class Opening:
    """The table of a release, why the other cases are not in it, and what to do once it is out."""

    table: pd.DataFrame
    dropped: dict[str, int]
    close: Callable[[], None]


def opening(engine: Engine, city: City, as_of: date, cells: pd.DataFrame) -> Opening | None:
    """The case-level table beside protected cells; None where the city marks no categories."""
    marks = ROOT / city.id / "categories.csv"
    if not marks.exists():
        return None
    key = _key(marks.read_bytes())
    booked, until = _read(city.id, key)
    facts = openable.read(engine, city.id, midnight(as_of, city)).to_pandas()
    made = open_cases(
        facts, subjects(marks), as_of, city.zone, booked, until, partial(linked, cells=cells)
    )
    table = quiet(made.table, cells)
    return Opening(table, made.dropped, partial(_write, city.id, key, made))


def _key(marks: bytes) -> str:
    return hashlib.sha256(repr((STEPS, K)).encode() + marks).hexdigest()


def _read(city: str, key: str) -> tuple[pd.DataFrame, date]:
    path = open_book(city)
    if path.is_file():
        table = pq.read_table(path)
        about = json.loads(table.schema.metadata[ABOUT])
        if about["key"] == key:
            return table.to_pandas().astype(object), date.fromisoformat(about["until"])
    return nothing_booked(), date.min


def _write(city: str, key: str, made: OpenCases) -> None:
    shape = pa.schema([(name, pa.string()) for name in BOOK])
    table = pa.Table.from_pandas(made.book, shape, preserve_index=False)
    about = json.dumps({"key": key, "until": made.until.isoformat()}).encode()
    content = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({ABOUT: about}), content)
    open_book(city).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    disk.replace(open_book(city), content.getvalue())
