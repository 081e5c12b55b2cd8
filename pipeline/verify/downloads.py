"""The CSV files beside the database: the same cells, and the rates that their counts give."""

import csv
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from data_access.settings import FILES
from metrics.intervals import wilson
from metrics.periods import ALL
from pipeline.verify.opened import SHOWN, Opened, quoted
from pipeline.verify.report import Check

# Releases made before there were sets have them beside one another in the folder of files.
PLACES, NAME, EXCEL = (FILES, f"{FILES}/cells"), "cells-*.csv", "*-excel.csv"
COUNTS = ("numerator", "denominator")
TEXTS = (*COUNTS, "withheld", "label")
RATES = ("value", "low", "high", "p90")  # shares as fractions, times in seconds
GUARD = "'"  # stands before what a spreadsheet could take for a formula
NEAR = 1e-6  # shares are told with six decimals

Key = tuple[str, ...]
Cell = dict[str, Any]


def tables(release: Opened) -> Check:
    """Whether each cell stands in one CSV file, with its numbers and the rate they give."""
    names = [name for name in release.manifest["files"]
             if _tells(PurePosixPath(name)) and (release.folder / name).is_file()]  # fmt: skip
    if not names:
        return Check("csv", "there is none")
    wanted, failed = _cells(release), []
    count, label = len(wanted), {"label": release.manifest["label"]}
    for name in names:
        for key, row in _rows(release.folder / name, release.dimensions):
            cell = wanted.pop(key, None)
            if cell is None:
                failed.append(f"{name}: {_named(key)}: not in the database, or there twice")
            elif wrong := _wrong(cell | label, row):
                failed.append(f"{name}: {_named(key)}: {wrong}")
    failed += [f"{_named(key)}: in none of the CSV files" for key in wanted]
    rest = [f"and {len(failed) - SHOWN} more"] if len(failed) > SHOWN else []
    said = f"{count} cells of {len(names)} files, their rates and intervals recomputed"
    return Check("csv", said, tuple(failed[:SHOWN] + rest))


def _tells(path: PurePosixPath) -> bool:
    """Whether a file is one of the tables of cells; that for Excel is the same once more."""
    return str(path.parent) in PLACES and path.match(NAME) and not path.match(EXCEL)


def _cells(release: Opened) -> dict[Key, Cell]:
    keys = ["metric", "period", *release.dimensions]
    columns = ", ".join(map(quoted, [*keys, *COUNTS, "value", "p90", "withheld", "kind"]))
    rows = release.rows(f"SELECT {columns} FROM checked")  # noqa: S608
    return {tuple(row[name].removeprefix(GUARD) for name in keys): row for row in rows}


def _rows(path: Path, dimensions: tuple[str, ...]) -> Iterator[tuple[Key, dict[str, str]]]:
    """Each row by its key."""
    with path.open(encoding="utf-8-sig", newline="") as content:
        for row in csv.DictReader(content):
            places = (row.get(name, ALL).removeprefix(GUARD) for name in dimensions)
            yield (row["metric"], row["period"], *places), row


def _named(key: Key) -> str:
    return " ".join(part for part in key if part != ALL)


def _wrong(cell: Cell, row: dict[str, str]) -> str:
    """What a row tells otherwise than its cell, or nothing."""
    for name in TEXTS:
        told = "" if cell[name] is None else str(cell[name])
        if row[name] != told:
            return f"{name} is {row[name] or 'empty'} instead of {told or 'nothing'}"
    for name, number in zip(RATES, _rates(cell), strict=True):
        same = row[name] == "" if number is None else _near(row[name], number)
        if not same:
            return f"{name} is {row[name] or 'empty'} where its counts give {number}"
    return ""


def _near(text: str, number: float) -> bool:
    try:
        return abs(float(text) - number) <= NEAR
    except ValueError:
        return False


def _rates(cell: Cell) -> tuple[float | None, ...]:
    """RATES as the cell's own numbers give them."""
    count, base = cell["numerator"], cell["denominator"]
    if cell["kind"] == "duration":
        return cell["value"], None, None, cell["p90"]
    if count is None or not base:
        return count, None, None, None
    low, high = wilson(count, base) if 0 <= count <= base else (None, None)
    return count / base, low, high, None
