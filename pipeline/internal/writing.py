"""Write internal cells beside the old ones, and put them in their place by one rename."""

import hashlib
from datetime import date
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from data_access.cases import internal
from data_access.cases.store import Coverage
from pipeline import disk
from pipeline.contents import SYNTHETIC_LABEL

KEPT = 2  # files: the one in use, and the one that a reader may just be opening


def digest(cells: pa.Table) -> str:
    """The SHA-256 of a table: its columns and all its values, in their order.

    Of its text, because the bytes of an Arrow table hold anything where a value is missing.
    """
    text = pa.BufferOutputStream()
    csv.write_csv(cells, text)
    return hashlib.sha256(text.getvalue()).hexdigest()


def write(city: str, as_of: date, held: Coverage, cells: pa.Table) -> internal.Internal:
    """Put cells in their place and return them; the same cells again change nothing."""
    about = {
        "city": city, "as_of": str(as_of), "cases": str(held.cases), "digest": digest(cells),
        "label": SYNTHETIC_LABEL if held.synthetic else "",
    }  # fmt: skip
    mark = hashlib.sha256(repr(sorted(about.items())).encode()).hexdigest()[:16]
    home, name = internal.home(city), f"{as_of}-{mark}"
    if not (home / f"{name}.duckdb").is_file():
        _write(home / f"{name}.duckdb", about, cells)
    disk.replace(home / internal.CURRENT, f"{name}\n")
    _tidy(city)
    return internal.describe(home / f"{name}.duckdb")


def _write(path: Path, about: dict[str, str], cells: pa.Table) -> None:
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    tables = {
        "cells": cells,
        "about": pa.table({"key": list(about), "value": list(about.values())}),
    }
    disk.write(new, tables)
    new.replace(path)


def _tidy(city: str) -> None:
    """Remove older files; whoever still reads one keeps it until it lets go."""
    home = internal.home(city)
    named = (home / internal.CURRENT).read_text("ascii").strip()
    files = sorted(home.glob("[0-9]*.duckdb"), key=lambda path: path.stat().st_mtime)
    for path in [path for path in files if path.stem != named][: -(KEPT - 1)]:
        path.unlink()
    for left_over in home.glob("*.duckdb.new*"):
        left_over.unlink()
