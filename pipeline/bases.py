"""What protection knows of each counted cell: how many cases it rests on, and what is fixed."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from data_access.published import ALL, DIMENSIONS
from metrics import registry
from metrics.measure import FEW, PROTECTED
from metrics.periods import closed, first_day
from pipeline import sums
from pipeline.attack.bounds import WIDTH, Flags, Ints
from pipeline.cells import COUNTS, KEYS

LAST = ["last_numerator", "last_denominator"]  # of all time, where it was told before
SHOWN = ["numerator", "denominator", "value", "p90"]


@dataclass(frozen=True)
class Bases:
    """Counts by the number of the cell: its base, and of ratios what else adds up.

    `others` are the numerators and the rest of the base, for each ratio; where a cell has none of
    that ratio it is -1. `told` cannot be hidden any more and `held` cannot be shown, because of the
    release in force; `unknown` is what still runs, which no table shows.
    Of `shared`, pairs of cells, one tells as its numerator what the other tells as its base.
    """

    quantity: Ints
    whole: Flags  # told of the whole city: the last to be hidden for the sake of another
    base: Ints
    threshold: Ints
    others: tuple[Ints, ...]
    told: Flags
    held: Flags
    unknown: Flags
    shared: Ints

    @classmethod
    def of(
        cls, cells: pd.DataFrame, places: pd.DataFrame, as_of: date, before: pd.DataFrame | None
    ) -> "Bases":
        """Of cells, and the numbers that pipeline.sums gave them."""
        cell, size = places["cell"].to_numpy(), int(places["cell"].max()) + 1
        ratio = is_ratio(cells)
        numerator, denominator = (cells[name].to_numpy(np.int64) for name in SHOWN[:2])
        base, threshold, quantity = (np.zeros(size, np.int64) for _ in range(3))
        base[cell] = np.where(ratio, denominator, numerator)
        np.maximum.at(threshold, cell, cells["threshold"].to_numpy(np.int64))
        quantity[cell] = pd.factorize(places["quantity"])[0]

        def flags(mine: Flags) -> Flags:
            found = np.zeros(size, dtype=bool)
            found[cell[mine]] = True
            return found

        def parts(metric: str, counts: Ints) -> Ints:
            mine, found = (cells["metric"] == metric).to_numpy(), np.full(size, -1)
            found[cell[mine]] = counts[mine]
            return found

        ratios = cells["metric"][ratio].unique()
        others = [parts(m, x) for m in ratios for x in (numerator, denominator - numerator)]
        whole = flags((cells[list(DIMENSIONS)] == ALL).all(axis=1).to_numpy())
        running = still_running(cells, as_of)
        # Of a period that begins today readers know that it is empty.
        begun = running & (
            _begun(cells["period"], as_of) | (np.maximum(numerator, denominator) > 0)
        )
        shown, withheld = (flags(mine) for mine in _before(cells, before, as_of))
        told = shown | flags(running)
        held, shared = withheld & ~told, sums.shared(cells, places)
        ratio_of, count = shared.T
        public = told[ratio_of] & (threshold[count] == 0)  # told before, as a numerator
        held[count[public]] = False
        return cls(
            quantity, whole, base, threshold, tuple(others), told, held, flags(begun), shared
        )


def is_ratio(cells: pd.DataFrame) -> Flags:
    """The cells of metrics that are shares."""
    kinds = {metric: registry.get(metric).kind == "ratio" for metric in cells["metric"].unique()}
    return cells["metric"].map(kinds).to_numpy(bool)


def still_running(cells: pd.DataFrame, as_of: date) -> Flags:
    """The cells of periods that have not ended; all time is none."""
    return ~_over(cells["period"], as_of) & (cells["period"] != ALL).to_numpy()


def _before(cells: pd.DataFrame, before: pd.DataFrame | None, as_of: date) -> tuple[Flags, Flags]:
    """The cells of closed periods that the release in force shows as they are, or withholds."""
    if before is None:
        return np.zeros(len(cells), dtype=bool), np.zeros(len(cells), dtype=bool)
    found = cells[[*KEYS, *COUNTS]].merge(before, how="left", on=KEYS, suffixes=("", "_before"))
    over = _over(cells["period"], as_of)
    same = (found["numerator"] == found["numerator_before"]).fillna(False).to_numpy(bool)
    withheld = found["withheld"].isin([FEW, PROTECTED]).to_numpy()
    always = (cells["period"] == ALL).to_numpy() & ~_grown(found)
    return over & same, withheld & (over | always)


def _grown(found: pd.DataFrame) -> Flags:
    """Whether what each part of a count was between the time it was last told and now stays open.

    Counts of all time only grow, so it lies between the two.
    """
    if LAST[0] not in found:
        return np.ones(len(found), dtype=bool)
    numerator, denominator = (
        (found[now].astype("Int64") - found[last].astype("Int64")).fillna(WIDTH).to_numpy(np.int64)
        for now, last in zip(COUNTS, LAST, strict=True)
    )
    rest = np.where(is_ratio(found), denominator - numerator, WIDTH)
    return (numerator >= WIDTH) & (rest >= WIDTH)


def _begun(periods: "pd.Series[str]", as_of: date) -> Flags:
    begun = {name: name != ALL and first_day(name) < as_of for name in periods.unique()}
    return periods.map(begun).to_numpy(bool)


def _over(periods: "pd.Series[str]", as_of: date) -> Flags:
    over = {name: closed(name, as_of) for name in periods.unique()}
    return periods.map(over).to_numpy(bool)
