"""What lies in a set's folder: one entry a file, with what metadata must know of it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from pipeline.open_files import forms
from pipeline.open_files.model import Set, Table
from pipeline.open_files.workbook import MOST_ROWS, workbook

MEDIA = {
    "csv": "text/csv",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gz": "application/gzip",
}
PACKED = ".gz"


@dataclass(frozen=True)
class File:
    """One file of data. `table` is what it holds; a workbook holds all of its set."""

    name: str
    sha256: str
    bytes: int
    table: Table | None

    @property
    def format(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def media(self) -> str:
        return MEDIA[self.format]

    @property
    def packed(self) -> bool:
        """Another file once more, for who downloads it over a slow line."""
        return self.name.endswith(PACKED)

    @property
    def plain(self) -> bool:
        """The CSV that the metadata standards describe, not the one for Excel."""
        return self.name.endswith(".csv") and not self.name.endswith("-excel.csv")


def write(folder: Path, item: Set, dictionary: Table) -> list[File]:
    """Write a set's tables in every form, its dictionary as CSV, and a workbook of all of them."""
    found: list[File] = []
    sheets: dict[str, pd.DataFrame] = {}
    for table in (*item.tables, dictionary):
        sheets[table.name] = safe = forms.safe(table)
        csv = forms.csv(safe)
        made = {".csv": csv, "-excel.csv": forms.MARK + csv}
        if table is not dictionary:
            made |= {".parquet": forms.parquet(table), ".json": forms.json(table)}
        made |= {f"{ending}{PACKED}": forms.packed(made[ending])
                 for ending in (".csv", ".json")
                 if len(made.get(ending, b"")) >= forms.PACKED_FROM}  # fmt: skip
        found += [_written(folder, f"{table.name}{end}", made[end], table) for end in made]
    if all(len(table.frame) < MOST_ROWS for table in item.tables):
        found.append(_written(folder, f"{item.id}.xlsx", workbook(sheets), None))
    return found


def _written(folder: Path, name: str, content: bytes, table: Table | None) -> File:
    (folder / name).write_bytes(content)
    return File(name, hashlib.sha256(content).hexdigest(), len(content), table)
