"""The published cells as tables for everyone: long and wide, one table a cut of the lattice.

Metrics are named in both languages by their definitions, units and places by the city's profile.
What is withheld is an empty number beside the reason.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from cities import City
from data_access.published import ALL, DIMENSIONS
from metrics import registry
from metrics.intervals import wilson
from metrics.measure import SHARE
from pipeline.open_files import names

CITY = "city"  # the table that is cut by nothing
# Columns beside the value, by kind of metric; the reason why there is no number is beside each.
BESIDE = {
    "count": (),
    "ratio": ("numerator", "denominator", "low", "high"),
    "duration": ("numerator", "p90"),
}


def long(cells: pd.DataFrame, city: City, label: str) -> dict[str, pd.DataFrame]:
    """A row a cell, by the dimensions of the table: `unit`, `area-category`, or `city`.

    `label` marks simulated data.
    """
    return {
        name: _told(part, dimensions, city).assign(label=label)
        for name, dimensions, part in _cuts(cells)
    }


def wide(cells: pd.DataFrame, city: City, label: str) -> dict[str, pd.DataFrame]:
    """A row a period and place, some columns a metric: its value, what it rests on, and the reason.

    Columns are named by the metric, and `<metric>_numerator` and so on.
    """
    return {
        name: _spread(_told(part, dimensions, city), dimensions).assign(label=label)
        for name, dimensions, part in _cuts(cells)
    }


def key(dimensions: str) -> tuple[str, ...]:
    """The columns that tell the rows of a wide table apart; those of a long one have the metric."""
    return ("grain", "period", *(() if dimensions == CITY else dimensions.split("-")))


def _cuts(cells: pd.DataFrame) -> Iterator[tuple[str, list[str], pd.DataFrame]]:
    by = (cells[list(DIMENSIONS)] != ALL).apply(tuple, axis=1)
    for narrowed in sorted(by.unique()):
        used = [name for name, used in zip(DIMENSIONS, narrowed, strict=True) if used]
        yield "-".join(used) or CITY, used, cells[by == narrowed]


def _told(cells: pd.DataFrame, dimensions: list[str], city: City) -> pd.DataFrame:
    metrics = {name: registry.get(name) for name in cells["metric"].unique()}
    told = {
        "metric": cells["metric"],
        "name_zh": cells["metric"].map({m: metrics[m].wording["zh"].name for m in metrics}),
        "name_en": cells["metric"].map({m: metrics[m].wording["en"].name for m in metrics}),
        "unit_of_value": cells["metric"].map({m: metrics[m].unit for m in metrics}),
        "grain": cells["grain"],
        "period": cells["period"],
    }
    for name in dimensions:
        told |= {name: cells[name]} | names.columns(city, name, cells[name])
    told |= {"numerator": cells["numerator"], "denominator": cells["denominator"]}
    return pd.DataFrame(told | _values(cells) | {"withheld": cells["withheld"]})


def _values(cells: pd.DataFrame) -> dict[str, "pd.Series[float]"]:
    """Value, ends of its 95 % interval, and 90th percentile; shares as fractions."""
    metrics = cells["metric"].unique()
    parts = cells[["numerator", "denominator"]].astype("Float64").to_numpy(float, na_value=np.nan)
    ratio = parts[:, 1] > 0
    bounds = [wilson(x, n) if n > 0 else (np.nan, np.nan) for x, n in parts]
    low, high = np.array(bounds).reshape(-1, 2).T.round(SHARE)
    share = np.divide(parts[:, 0], parts[:, 1], out=np.full(len(cells), np.nan), where=ratio)
    lasting = cells["metric"].map({m: registry.get(m).kind == "duration" for m in metrics})
    median = cells["value"].to_numpy(float, na_value=np.nan)
    value = np.where(ratio, share.round(SHARE), np.where(lasting, median, parts[:, 0]))
    found = {"value": value, "low": low, "high": high, "p90": cells["p90"].to_numpy(float)}
    return {name: pd.Series(column, cells.index) for name, column in found.items()}


def _spread(told: pd.DataFrame, dimensions: list[str]) -> pd.DataFrame:
    """Long to wide; metrics in the order of their ids, rows in that of their keys."""
    places = [
        name for name in told.columns if name.removesuffix("_zh").removesuffix("_en") in dimensions
    ]
    keys = ["grain", "period", *places]
    parts = []
    for metric, rows in told.groupby("metric", sort=True):
        beside = BESIDE[registry.get(str(metric)).kind]
        columns = {"value": metric} | {part: f"{metric}_{part}" for part in (*beside, "withheld")}
        parts.append(rows.set_index(keys)[list(columns)].rename(columns=columns))
    return pd.concat(parts, axis=1).sort_index().reset_index()
