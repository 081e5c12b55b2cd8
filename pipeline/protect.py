"""Disclosure control, one choke point: what the release may show of the counted cells.

Primary suppression hides cells that rest on too few cases; complementary suppression then hides
more until no hidden cell can be worked out from the totals it adds up to. Both leave NULL and a
reason behind, never a 0. See docs/decisions.md for the numbers.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data_access.published import ALL, DIMENSIONS
from metrics import registry
from metrics.measure import FEW, PROTECTED, TOO_EARLY
from metrics.periods import GRAINS, after, first_day

Equation = tuple[int, list[int]]  # a cell, and the cells that add up to it
TOLERANCE = 1e-9


def protect(cells: pd.DataFrame) -> pd.DataFrame:
    """Replace counts that may not be shown by NULL and a reason in `withheld`.

    Takes the columns of pipeline.count.COLUMNS and gives those of the published table.
    """
    kept = []
    for metric, part in cells.groupby("metric", sort=True):
        definition, part = registry.get(str(metric)), part.reset_index(drop=True)
        base = part["denominator"]  # a count's own rows
        small = (base < part["threshold"]).to_numpy()
        hidden = complement(small, base.to_numpy(), list(equations(part)))
        withheld = np.full(len(part), None, dtype=object)
        withheld[hidden] = PROTECTED
        withheld[small] = FEW
        # Only for the whole city and all time is "none" told from "few": nothing is due yet.
        whole = (part[["period", *DIMENSIONS]] == ALL).all(axis=1)
        withheld[whole & (base == 0)] = TOO_EARLY
        counts = part[["numerator", "denominator"]].astype("Int64")
        counts.loc[hidden] = pd.NA
        if definition.kind == "count":
            counts["denominator"] = pd.NA
        kept.append(part.assign(withheld=withheld, **counts).drop(columns="threshold"))
    return pd.concat(kept, ignore_index=True)


def equations(cells: pd.DataFrame) -> Iterator[Equation]:
    """Every sum that a reader knows to hold between the cells of one metric."""
    for name in DIMENSIONS:
        others = ["period", *(other for other in DIMENSIONS if other != name)]
        for _, group in cells.groupby(others):
            total = group.index[group[name] == ALL]
            if len(total) and len(group) > 1:
                yield int(total[0]), group.index[group[name] != ALL].tolist()
    for _, group in cells.groupby(list(DIMENSIONS)):
        yield from _calendar(dict(zip(group["period"], group.index, strict=True)), group["grain"])


def _calendar(place: dict[str, int], grain: "pd.Series[str]") -> Iterator[Equation]:
    """Each period of one slice, and the periods of the next finer grain within it."""
    finest_first = [name for name in GRAINS if (grain == name).any()]
    for whole, total in place.items():
        for finer in reversed(finest_first[: finest_first.index(grain[total])]):
            parts = [i for part, i in place.items() if grain[i] == finer and _inside(part, whole)]
            if parts:
                yield total, parts
                break


def _inside(part: str, whole: str) -> bool:
    return whole == ALL or (first_day(whole) <= first_day(part) and after(part) <= after(whole))


def complement(
    small: np.ndarray[tuple[int], np.dtype[np.bool_]],
    counts: np.ndarray[tuple[int], np.dtype[np.int64]],
    sums: list[Equation],
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Hide further cells until the sums determine none of the hidden ones."""
    hidden = small.copy()
    while (exposed := determined(hidden, sums)).size:
        for cell in exposed:
            near = {i for total, parts in sums if cell in (total, *parts) for i in (total, *parts)}
            visible = sorted((counts[i], i) for i in near if not hidden[i])
            if visible:  # the smallest neighbour costs the reader least
                hidden[visible[0][1]] = True
                break
        else:
            hidden[:] = True  # no sum left to break: rather nothing than a cell too much
            return hidden
    return hidden


def determined(
    hidden: np.ndarray[tuple[int], np.dtype[np.bool_]], sums: list[Equation]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The hidden cells that the sums and the shown cells pin to one value.

    A cell is free exactly if some solution of the homogeneous system moves it.
    """
    unknown = np.flatnonzero(hidden)
    column = {cell: i for i, cell in enumerate(unknown.tolist())}
    matrix = np.zeros((len(sums), unknown.size))
    for row, (total, parts) in enumerate(sums):
        for cell, sign in ((total, 1.0), *((part, -1.0) for part in parts)):
            if cell in column:
                matrix[row, column[cell]] = sign
    if not matrix.size or not matrix.any():
        return unknown[:0]
    _, sizes, directions = np.linalg.svd(matrix)
    free = directions[int((sizes > TOLERANCE).sum()) :]
    moves = np.abs(free).max(axis=0) if free.size else np.zeros(unknown.size)
    return unknown[moves < TOLERANCE]
