"""Releases made up for the attacker, written without anything of the pipeline."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from metrics import lattice, registry
from metrics.periods import closed, label

ALL = "all"
DIMENSIONS = ("unit", "area", "town", "category", "category2", "reason_code")
KEYS = ["metric", "grain", "period", *DIMENSIONS]
COUNTS = ["numerator", "denominator"]
COUNT, RATIO, SAME_BASE = "received", "satisfied", "not_dissatisfied"


def table(metrics: Iterable[str], by: Iterable[str], grains: Iterable[str]) -> str:
    told = [json.dumps(list(names)) for names in (metrics, by, grains)]
    return "[[table]]\nmetrics = {}\nby = {}\ngrains = {}\n".format(*told)


def lattice_of(folder: Path, *tables: str) -> Path:
    path = folder / "lattice.toml"
    path.write_text("\n".join(["[thresholds]\ncount = 5\nratio = 5\nduration = 10\n", *tables]))
    return path


@dataclass(frozen=True)
class Axes:
    """Months (yyyymm) and the members of each dimension; of nested ones, paths from the whole."""

    months: tuple[int, ...]
    members: dict[str, tuple[tuple[str, ...], ...]]


def count(axes: Axes, counts: np.ndarray, metric: str, as_of: date) -> pd.DataFrame:
    """Every cell of the lattice's tables of one metric, from the numbers of the finest ones.

    `counts` has the axes' shape, months first, and for a ratio one more for numerator and rest.
    """
    names = [column for chain in axes.members for column in chain.split("/")]
    paths = [
        [value for path in chosen for value in path]
        for chosen in product(*([(m,) for m in axes.months], *axes.members.values()))
    ]
    ratio = registry.get(metric).kind == "ratio"
    flat = counts.reshape(len(paths), -1)
    fine = pd.DataFrame(paths, columns=["month", *names])
    fine["numerator"] = flat[:, 0]
    fine["denominator"] = flat.sum(axis=1)
    parts = []
    for item in lattice.tables():
        for grain in item.grains if metric in item.metrics else ():
            part = fine.assign(
                grain=grain, period=[label(m // 100, m % 100, grain) for m in fine["month"]]
            )
            part = part.groupby(["grain", "period", *item.by], as_index=False)[COUNTS].sum()
            part = part[[not item.by or closed(name, as_of) for name in part["period"]]]
            held = {name: ALL for name in DIMENSIONS if name not in item.by}
            parts.append(part.assign(metric=metric, **held))
    cells = pd.concat(parts, ignore_index=True)
    return cells if ratio else cells.assign(denominator=None)


def base(cells: pd.DataFrame) -> "pd.Series[int]":
    return cells["denominator"].fillna(cells["numerator"]).astype(int)


def hide(cells: pd.DataFrame, few: "pd.Series[bool]", more: "pd.Series[bool]") -> pd.DataFrame:
    """Withhold some as few and some more as protected."""
    reason = pd.Series([None] * len(cells), cells.index, dtype=object)
    reason = reason.mask(more, "protected").mask(few, "few")
    shown = cells.astype(dict.fromkeys(COUNTS, "Int64")).assign(withheld=reason)
    shown.loc[few | more, COUNTS] = pd.NA
    return shown


def write(folder: Path, cells: pd.DataFrame, as_of: date, city: str = "nyc") -> Path:
    """A release's folder with these cells; further columns are written too."""
    folder.mkdir(parents=True)
    columns = [*KEYS, *COUNTS, *(name for name in cells if name not in [*KEYS, *COUNTS])]
    with duckdb.connect(folder / "published.duckdb") as database:
        database.register("source", cells[columns].astype({"withheld": object}))
        database.execute("CREATE TABLE cells AS SELECT * FROM source")
    definitions = {key: metric.sha256 for key, metric in registry.everything().items()}
    manifest = {"id": folder.name, "city": city, "as_of": str(as_of), "definitions": definitions}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def sparse(axes: Axes, cases: int, seed: int, parts: Sequence[int] = ()) -> np.ndarray:
    """So many cases dealt out unevenly: few members have most of them."""
    random = np.random.default_rng(seed)
    shape = [len(axes.months), *map(len, axes.members.values()), *parts]
    weight = np.ones(())
    for size in shape:
        weight = np.multiply.outer(weight, random.dirichlet(np.full(size, 0.7)))
    dealt: np.ndarray = random.poisson(weight * cases)
    return dealt
