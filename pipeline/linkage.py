"""Which rows of the open data say too much beside the published cells.

Rows are lower bounds: of a cell that is withheld they would tell a part. And a shown count less
the rows inside it is how many cases were left out of it: a few, and their outcomes could be had by
subtraction. So a class that lies in a withheld cell stays out, and so does the smallest class of a
cell that would leave 1 to K - 1 cases. Where the count of what a unit, or a reason, could not
handle is withheld, its rows do not tell that either.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from data_access.published import ALL, DIMENSIONS
from metrics.periods import first_day, label
from pipeline.open_cases import CLASS, WITHHELD, K
from pipeline.open_rows import OTHER as OTHER_REASON

METRIC = "received"  # rows are dated by when their case came in
PLACE = ("unit", "area", "town", "category", "category2")
GRAINS = ("month", "quarter", "year")
NOWHERE = ""  # a place or period that the class is not wholly inside of


def linked(rows: pd.DataFrame, cells: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """The rows (of a book: CLASS and `area`) that must stay out, whole classes each.

    `cells` are protected, with a row a cell. To leave a class out only ever makes more cases that
    are left of a cell, so once around the tables is enough.
    """
    keys = [*CLASS, "area"]
    number = rows.groupby(keys, sort=True).ngroup().to_numpy()
    classes = _placed(rows.groupby(keys, sort=True).size().rename("size").reset_index())
    classes["out"] = False
    counts = cells[(cells["metric"] == METRIC) & cells["grain"].isin(GRAINS)]
    by = (counts[list(DIMENSIONS)] != ALL).apply(tuple, axis=1)
    for grain in GRAINS:
        for used in by.unique():
            names = [name for name, here in zip(DIMENSIONS, used, strict=True) if here]
            if {*names} <= {*PLACE}:
                table = counts[(counts["grain"] == grain) & (by == used)]
                _leave_out(classes, table, grain, names)
    out: npt.NDArray[np.bool_] = classes["out"].to_numpy(bool)[number]
    return out


def _placed(classes: pd.DataFrame) -> pd.DataFrame:
    """Where each class lies for certain, in the words of the cells."""
    when = classes["step"].str.split("/").str[0]
    for grain in GRAINS:
        inside = when.map(lambda own, grain=grain: GRAINS.index(own) <= GRAINS.index(grain))
        classes[grain] = NOWHERE
        first = classes.loc[inside, "when"].map(first_day)
        classes.loc[inside, grain] = [label(day.year, day.month, grain) for day in first]
    in_town = classes["step"].str.contains("/town/")
    classes["town"] = classes["where"].where(in_town, NOWHERE)
    return classes.replace({"unit": WITHHELD, "category2": WITHHELD}, NOWHERE)


def _leave_out(classes: pd.DataFrame, table: pd.DataFrame, grain: str, names: list[str]) -> None:
    """Mark in `classes` what must stay out because of one table."""
    keys = [grain, *names]
    cells = table.rename(columns={"period": grain})[[*keys, "numerator", "withheld"]]
    there = classes[~classes["out"] & (classes[keys] != NOWHERE).all(axis=1)].reset_index()
    found = there.merge(cells, on=keys)
    classes.loc[found.loc[found["withheld"].notna(), "index"], "out"] = True
    shown = found[found["withheld"].isna()]
    left = shown["numerator"].astype(int) - shown.groupby(keys)["size"].transform("sum")
    short = shown[(left > 0) & (left < K)].sort_values(["size", "index"])
    classes.loc[short.drop_duplicates(keys)["index"], "out"] = True


def quiet(table: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """The released table without what would tell a part of a withheld count of refusals.

    The outcome of a class goes if its unit's count of that year is withheld, and a reason becomes
    OTHER in the whole of a year in which its count is withheld once.
    """
    year = table["when"].str[:4]
    refusals = cells[cells["withheld"].notna() & (cells["area"] == ALL) & (cells["period"] != ALL)]

    def withheld(metric: str, name: str) -> "pd.Series[bool]":
        hidden = refusals[(refusals["metric"] == metric) & (refusals[name] != ALL)]
        known = pd.MultiIndex.from_arrays([hidden["period"].str[:4], hidden[name]])
        found = pd.MultiIndex.from_arrays([year, table[name]]).isin(known)
        return pd.Series(found, table.index)

    unit, reason = withheld("not_handled", "unit"), withheld("not_handled_cases", "reason_code")
    told = table.assign(reason_code=table["reason_code"].mask(reason, OTHER_REASON))
    told.loc[unit, ["outcome", "reason_code"]] = WITHHELD
    return told
