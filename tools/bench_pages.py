"""A page's read of published cells: one question of one release, as the site asks it."""

import json
import statistics
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
from sqlalchemy import create_engine

from cities import City
from data_access.published import MANIFEST, Release, Scope, read
from data_access.settings import DATABASE
from pipeline import cells, disk, release
from tools.bench_cost import Stopwatch

READS = 200
PAGE = Scope(grain="quarter", period="2026-Q3")


def make(grown: Path, folder: Path, city: City, as_of: date) -> Stopwatch:
    """Count facts, make cells of the counts, and write them as a release has them.

    They are not protected: withheld cells are as many rows, without a number. Only counting and
    making cells is timed.
    """
    nowhere = create_engine("sqlite://")  # all is counted from the folder
    with Stopwatch() as watch:
        found = cells.cells(nowhere, city, as_of, folder=grown)
    told = found.drop(columns="threshold").assign(withheld=pd.Series(dtype="str"))
    folder.mkdir()
    schema = release.SCHEMAS["cells"]
    disk.write(folder / DATABASE, {"cells": pa.Table.from_pandas(told[schema.names], schema)})
    (folder / MANIFEST).write_text(json.dumps({"cells": len(told)}), "utf-8")
    return watch


def read_in_turn(as_of: date, folders: Mapping[int, Path]) -> Iterator[str]:
    """A line a size: what the same read costs there, and how much more than at the first one."""
    opened = {
        cases: Release("ankang", str(cases), 1, folder, as_of, datetime.now(UTC), True, cases, None)
        for cases, folder in folders.items()
    }
    times: dict[int, list[float]] = {cases: [] for cases in folders}
    for turn in range(READS + 20):
        for cases, found in opened.items():
            with Stopwatch() as watch:
                read(found, "on_time_rate", PAGE, by="unit")
            if turn >= 20:  # the first ones open the file
                times[cases].append(watch.seconds)
    middle = {cases: statistics.median(some) for cases, some in times.items()}
    first = next(iter(middle.values()))
    for cases, seconds in middle.items():
        rows = json.loads((folders[cases] / MANIFEST).read_text("utf-8"))["cells"]
        yield (
            f"a page's read at {cases:,} cases ({rows:,} cells){'':<6}{seconds * 1000:7.2f} ms, "
            f"{seconds / first:.2f} x of the first\n"
        )
