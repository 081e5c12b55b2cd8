"""A small city's release made by hand, without a case database, and ways to spoil one."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from unittest.mock import patch

import duckdb
import numpy as np
import pandas as pd

from data_access.published import ALL, DIMENSIONS, Correction, current
from data_access.settings import DATABASE, MANIFEST, SIGNED
from metrics import lattice
from metrics.measure import FEW
from metrics.periods import GRAINS, closed, label
from pipeline import chain, release
from pipeline.contents import Contents
from pipeline.verify import verify

CITY, AS_OF = "ankang", date(2026, 7, 1)
MONTHS = [(2025 + i // 12, i % 12 + 1) for i in range(18)]
FEW_CASES = 3  # a month, unit and category: many cells are withheld
UNITS, CATEGORIES = ("u1", "u2", "u3"), ("c1", "c2")
# A lattice of its own, so that the tests do not depend on what the city publishes today.
LATTICE = (
    lattice.Table(("received",), (), GRAINS, 5),
    lattice.Table(("on_time_rate",), (), GRAINS, 30),
    lattice.Table(("received",), ("unit",), ("quarter", "year"), 5),
    lattice.Table(("on_time_rate",), ("unit",), ("quarter", "year"), 30),
    lattice.Table(("received",), ("category",), ("month", "quarter", "year"), 5),
)


def cells(size: int = 60, seed: int = 1) -> pd.DataFrame:
    """The cells of LATTICE; the smaller the size, the more are withheld.

    Cases are counted month by month, unit by unit, category by category, with about `size` each.
    """
    return _cells(size, seed).copy()


@cache
def _cells(size: int, seed: int) -> pd.DataFrame:
    chosen = np.random.default_rng(seed)
    rows = pd.DataFrame(
        [(y, m, u, c) for (y, m), u, c in product(MONTHS, UNITS, CATEGORIES)],
        columns=["year", "month", "unit", "category"],
    )
    rows["received"] = chosen.poisson(size, len(rows))
    rows["due"] = chosen.binomial(rows["received"], 0.9)
    rows["on_time"] = chosen.binomial(rows["due"], 0.8)
    return pd.concat([part for table in LATTICE for part in _table(rows, table)], ignore_index=True)


def _table(rows: pd.DataFrame, table: lattice.Table) -> Iterator[pd.DataFrame]:
    (metric,), by, least = table.metrics, table.by, table.threshold
    ratio = metric == "on_time_rate"
    for grain in table.grains:
        names = [label(y, m, grain) for y, m in zip(rows["year"], rows["month"], strict=True)]
        keys = [pd.Series(names, name="period"), *(rows[name] for name in by)]
        found = rows.groupby(keys)[["received", "due", "on_time"]].sum().reset_index()
        found = found[[not by or closed(period, AS_OF) for period in found["period"]]]
        base = found["due" if ratio else "received"]
        told = pd.DataFrame(
            {
                "metric": metric, "grain": grain, "period": found["period"],
                **{name: found[name] if name in by else ALL for name in DIMENSIONS},
                "numerator": found["on_time" if ratio else "received"].astype("Int64"),
                "denominator": base.astype("Int64") if ratio else pd.array([pd.NA] * len(found)),
                "value": np.nan, "p90": np.nan, "withheld": None,
            }
        )  # fmt: skip
        told = told.astype({"denominator": "Int64", "withheld": object})
        told.loc[base < least, ["numerator", "denominator"]] = pd.NA
        told.loc[base < least, "withheld"] = FEW
        yield told


def contents(
    size: int = 60, seed: int = 1, corrects: Correction | None = None, as_of: date = AS_OF
) -> Contents:
    """What `release.publish` is given: cells, and a file in a folder."""
    made = cells(size, seed)
    files = {"about/note.txt": "模拟数据\n".encode()}
    return Contents(CITY, as_of, True, 7_000 + seed, {"cells": made}, files, corrects)


def publish(made: Contents | None = None, checks: Sequence[release.Check] = (verify,)) -> Path:
    """Publish as the pipeline does."""
    with patch.object(lattice, "tables", lambda: LATTICE):
        return release.publish(made or contents(), checks)


def in_force() -> Path:
    """The folder served now, which must be whole."""
    found = current(CITY)
    assert found is not None
    assert verify(found.folder) == []
    return found.folder


def writable(path: Path) -> Path:
    """A published file, made writable as its owner can."""
    path.chmod(0o644)
    return path


def alter(folder: Path, statement: str) -> None:
    """Change the tables of a release."""
    with duckdb.connect(writable(folder / DATABASE)) as database:
        database.execute(statement)


def change(folder: Path, assignment: str, where: str) -> None:
    """Change some cells of a release, and take out the CSV files, which would tell."""
    for path in (folder / "files" / "cells").glob("cells-*.csv"):
        path.unlink()
    alter(folder, f"UPDATE cells SET {assignment} WHERE {where}")  # noqa: S608 - the tests' own


def resign(folder: Path, **changes: object) -> None:
    """Make a release agree with itself again, as a dishonest publisher would.

    Files that were taken out of it are no longer named.
    """
    manifest = json.loads((folder / MANIFEST).read_text("utf-8")) | changes
    there = [name for name in manifest["files"] if (folder / name).is_file()]
    manifest["files"] = {name: chain.sha256(folder / name) for name in there}
    writable(folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    writable(folder / SIGNED).write_text(f"{chain.sha256(folder / MANIFEST)}  {MANIFEST}\n")
