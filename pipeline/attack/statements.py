"""What the tables `quality` and `warnings` of a release give away beside its cells.

Statements about the data are held to the same least count as cells: none of them, nor what it
leaves of its total, may be 1 to 4. Those of topic `cells` and `cases` are made of the published
cells alone, so they tell nothing new; deliveries are files, not cases.

A signal says that in some county some kind of case had LEAST cases or more. So it must lie where
this is known anyway: in areas and categories whose cases of the quarter are shown, and, where the
numbers leave but one way to pair these, in shown cells of both together.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
import pandas as pd

from data_access.settings import CLOSED
from pipeline.attack.files import ALL, FILE, LEAST, Published

ABOUT_CELLS = ("deliveries", "cells", "cases")
WHOLE = ("rows", "quarantined", "repaired")  # topics whose parts make up their total
COUNTS = ("number", "total", "signals")
COLUMNS = ["topic", "key", "period", "area", "category", *COUNTS]


class Told(NamedTuple):
    """Where, how and what; `low` and `high` bound the cases that were recovered."""

    where: str
    how: str
    what: str
    low: int
    high: int | None


def told(release: Published) -> list[Told]:
    """Everything that the two tables give away; nothing where a release has neither."""
    quality, warnings = (_table(release.folder, name) for name in ("quality", "warnings"))
    return [*_counts(quality), *_rests(quality), *_signals(release, warnings)]


def _table(folder: Path, name: str) -> pd.DataFrame:
    """A table with its counts as floats, NaN where there is none; empty where it is not there."""
    with duckdb.connect(folder / FILE, read_only=True, config=CLOSED) as database:
        there = database.execute(
            "SELECT 1 FROM duckdb_tables() WHERE table_name = ? AND NOT internal", [name]
        ).fetchall()
        found: pd.DataFrame = database.table(name).df() if there else pd.DataFrame(columns=COLUMNS)
    counts = [column for column in COUNTS if column in found]
    return found.astype(dict.fromkeys(counts, "Float64")).astype(dict.fromkeys(counts, float))


def _small(number: float) -> bool:
    return 0 < number < LEAST


def _counts(quality: pd.DataFrame) -> Iterator[Told]:
    """Counts shown that are too small, and what they leave of a total."""
    for row in quality[~quality["topic"].isin(ABOUT_CELLS)].to_dict("records"):
        where = f"quality {row['topic']} {row['key']}"
        if pd.notna(row["number"]) and _small(row["number"]):
            yield Told(where, "shown", "number", int(row["number"]), int(row["number"]))
        left = row["total"] - row["number"]
        if row["topic"] not in WHOLE and pd.notna(left) and _small(left):
            yield Told(where, "remainder", "cases", int(left), int(left))


def _rests(quality: pd.DataFrame) -> Iterator[Told]:
    """Parts withheld of a total that the other parts leave alone, or together too small."""
    for topic, parts in quality[quality["topic"].isin(WHOLE)].groupby("topic"):
        rest, hidden = parts["total"].max() - parts["number"].sum(), parts["number"].isna().sum()
        if pd.notna(rest) and hidden and (hidden == 1 or _small(rest)):
            yield Told(f"quality {topic}", "remainder", "number", int(rest), int(rest))


def _signals(release: Published, warnings: pd.DataFrame) -> Iterator[Told]:
    """Signals where the cases that they are made of are withheld."""
    shown = _shown(release)
    for period, rows in warnings[warnings["signals"] > 0].groupby("period"):
        areas = sorted({*rows["area"]} - {ALL})
        kinds = sorted({*rows["category"]} - {ALL})
        places = [(area, ALL) for area in areas] + [(ALL, kind) for kind in kinds]
        if min(len(areas), len(kinds)) == 1:  # one way to pair them
            places += [(area, kind) for area in areas for kind in kinds]
        for area, kind in places:
            if (period, area, kind) not in shown:
                where = f"warnings {period} {area} {kind}"
                yield Told(where, "signal", "cases", LEAST, None)


def _shown(release: Published) -> set[tuple[str, str, str]]:
    """Quarter, area and category of every count of what came in that is shown."""
    cells = release.cells
    rest = [name for name in release.dimensions if name not in ("area", "category")]
    mine = (cells["metric"] == "received") & cells["numerator"].notna()
    told = cells[mine & (cells[rest] == ALL).all(axis=1)]
    return set(told[["period", "area", "category"]].itertuples(index=False, name=None))
