"""Check a release from its folder alone, without the case database."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from data_access.published import ALL, DATABASE, DIMENSIONS, MANIFEST
from metrics import lattice, registry
from metrics.periods import closed
from pipeline.release import sha256

Row = dict[str, Any]


def verify(folder: Path) -> list[str]:
    """Everything that does not hold, in words; empty if the release is whole and in order."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        wrong = [
            f"{name}: not the file that the manifest names"
            for name, digest in manifest["files"].items()
            if sha256(folder / name) != digest
        ]
        return wrong or _contents(folder / DATABASE, manifest)
    except FileNotFoundError as error:
        return [f"{error.filename}: missing"]
    except (ValueError, KeyError, duckdb.Error) as error:
        return [f"{folder}: cannot be read ({error})"]


def _contents(path: Path, manifest: Row) -> list[str]:
    with duckdb.connect(path, read_only=True) as database:
        rows = database.sql("SELECT * FROM cells").to_arrow_table().to_pylist()
        about = dict(database.sql("SELECT key, value FROM about").fetchall())
    problems = []
    if about["label"] != manifest["label"] or bool(about["label"]) != manifest["synthetic"]:
        problems.append("the label of simulated data is missing or not the manifest's")
    if len(rows) != manifest["cells"]:
        problems.append(f"{len(rows)} cells where the manifest says {manifest['cells']}")
    as_of = date.fromisoformat(manifest["as_of"])
    return problems + [f"cell {row}: {text}" for row in rows for text in _wrong(row, as_of)]


def _wrong(row: Row, as_of: date) -> list[str]:
    """What is wrong with one cell: outside the lattice, below its threshold, or impossible."""
    by = tuple(name for name in DIMENSIONS if row[name] != ALL)
    tables = [
        table
        for table in lattice.tables()
        if row["metric"] in table.metrics and row["grain"] in table.grains
        and by == table.by
    ]  # fmt: skip
    if not tables or row["metric"] not in registry.everything():
        return ["no table of the lattice has it"]
    found = []
    if by and not closed(row["period"], as_of):
        found.append("a slice of a period that has not ended")
    if row["withheld"] is not None:
        shown = (row["numerator"], row["denominator"]) != (None, None)
        return [*found, "withheld, yet it carries a number"] if shown else found
    ratio = registry.get(row["metric"]).kind == "ratio"
    base = row["denominator"] if ratio else row["numerator"]
    if row["numerator"] is None or base is None or not 0 <= row["numerator"] <= base:
        found.append("not a possible count")
    elif base < tables[0].threshold:
        found.append(f"rests on fewer than {tables[0].threshold} cases")
    return found
