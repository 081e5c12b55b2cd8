"""Read the cells of a release's file as any reader can, and what is publicly known of them."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

import cities
from data_access.settings import CLOSED
from metrics import lattice, registry

FILE, MANIFEST = "published.duckdb", "manifest.json"
ALL, SENSITIVE = "all", "sensitive"  # not narrowed; all sensitive categories told as one
FEW, PROTECTED, TOO_EARLY = "few", "protected", "too early"
INSIDE = {"town": "area", "category2": "category"}  # a row that names the one names the other
CATEGORIES = ["category", "category2"]
LEAST, LEAST_SENSITIVE = 5, 10  # fewer cases than this may tell of single ones


@dataclass(frozen=True)
class Published:
    """The cells of one release.

    `cells` has the file's own columns and three more: `threshold`, the fewest cases that a cell
    may rest on; `least`, the smallest count that may be given away; `pooled`, whether the cell's
    table tells sensitive categories as one.
    """

    folder: Path
    name: str
    as_of: date
    definitions: dict[str, str]
    dimensions: tuple[str, ...]
    sensitive: frozenset[tuple[str, ...]]
    cells: pd.DataFrame

    @property
    def hidden(self) -> "pd.Series[bool]":
        """Withheld, or without a number for no reason given; zeros told on purpose are not."""
        cells = self.cells
        whole = (cells[["period", *self.dimensions]] == ALL).all(axis=1)
        told = (cells["withheld"] == TOO_EARLY) & whole
        return (cells["withheld"].notna() | cells["numerator"].isna()) & ~told

    @property
    def small(self) -> "pd.Series[bool]":
        """Shown, though it rests on fewer cases than its table may show."""
        cells = self.cells
        base = cells["denominator"].fillna(cells["numerator"])
        return (base < cells["threshold"]).fillna(False).astype(bool)


def read(folder: Path) -> Published:
    """Open a release's file; the columns between period and numerator are its dimensions."""
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    with duckdb.connect(folder / FILE, read_only=True, config=CLOSED) as database:
        cells = database.sql("SELECT * FROM cells").df()
        names = [row[0] for row in database.sql("DESCRIBE cells").fetchall()]
    dimensions = tuple(names[names.index("period") + 1 : names.index("numerator")])
    cells = cells.astype({"numerator": "Int64", "denominator": "Int64"})
    sensitive = cities.profile(manifest["city"]).sensitive
    return Published(
        folder=folder,
        name=manifest["id"],
        as_of=date.fromisoformat(manifest["as_of"]),
        definitions=manifest["definitions"],
        dimensions=dimensions,
        sensitive=sensitive,
        cells=cells.join(_rules(cells, dimensions, sensitive)),
    )


def _rules(
    cells: pd.DataFrame, dimensions: tuple[str, ...], sensitive: frozenset[tuple[str, ...]]
) -> pd.DataFrame:
    """Threshold, least count and pooling of each cell.

    A count's threshold is there for privacy alone. Others also keep figures reliable, so for what
    subtraction yields the usual least count is asked for.
    """
    cut = sum(((cells[n] != ALL) * 2**i for i, n in enumerate(dimensions)), cells.index * 0)
    keys = pd.DataFrame({"metric": cells["metric"], "grain": cells["grain"], "cut": cut})
    known = pd.DataFrame(_tables(dimensions), columns=[*keys, "threshold"])
    threshold = keys.merge(known, how="left", on=list(keys))["threshold"]
    metrics = keys["metric"].map(known.groupby("metric")["threshold"].min()).reset_index(drop=True)
    threshold = threshold.fillna(metrics).fillna(LEAST)  # tables that the lattice had once
    threshold = threshold.astype(int).set_axis(cells.index)
    counts = {name for name, metric in registry.everything().items() if metric.kind == "count"}
    least = threshold.where(cells["metric"].isin(counts), LEAST)
    marked = _sensitive(cells, sensitive)
    pooled = (cells[[*dimensions]] == SENSITIVE).any(axis=1).groupby([cells["metric"], cut])
    return pd.DataFrame(
        {
            "threshold": threshold.mask(marked, threshold.clip(lower=LEAST_SENSITIVE)),
            "least": least.mask(marked, least.clip(lower=LEAST_SENSITIVE)),
            "pooled": pooled.transform("any"),
        }
    )


def _sensitive(cells: pd.DataFrame, marked: frozenset[tuple[str, ...]]) -> "pd.Series[bool]":
    """Cells of sensitive categories; the city's list of these is public."""
    columns = [name for name in CATEGORIES if name in cells]
    if not columns:
        return pd.Series(False, cells.index)
    paths = cells[columns].drop_duplicates()
    rows = list(paths.itertuples(index=False, name=None))
    found = [SENSITIVE in path or path[:1] in marked or path in marked for path in rows]
    told = cells[columns].merge(paths.assign(found=found), how="left", on=columns)
    return told["found"].set_axis(cells.index)


def _tables(dimensions: tuple[str, ...]) -> list[tuple[str, str, int, int]]:
    found = {
        (metric, grain, sum(2 ** dimensions.index(name) for name in table.by)): table.threshold
        for table in lattice.tables()
        if {*table.by} <= {*dimensions}
        for metric in table.metrics
        for grain in table.grains
    }
    return [(*key, threshold) for key, threshold in found.items()]
