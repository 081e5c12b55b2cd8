"""All pairs A that holds B: what is left of A must be nothing, or enough cases to hide in.

A is a shown total, B whatever of its parts is shown: other slices, periods, nested members, or
the same cell in an earlier release. The sums already are all such pairs of neighbours, so this
takes as long as reading them.
"""

from dataclasses import dataclass

import numpy as np

from pipeline.attack.bounds import UNBOUNDED, Ints, System, select, undecided
from pipeline.attack.reading import Placed, Reading
from pipeline.attack.versions import shared


@dataclass(frozen=True)
class Remainder:
    """So many cases are left of a cell; they are of several hidden cells, or came with a version.

    `cell` is its place among all cells of the reading.
    """

    cell: int
    cases: int
    versions: bool


def remainders(system: System, low: Ints, high: Ints, least: Ints) -> tuple[Ints, Ints]:
    """The equations of which a known, small number of cases is left, and that number.

    Small is from 1 to below the `least` of each cell among those left: together they may be told
    as their total may. If nothing was taken away, what is left is the total itself, which is
    published; if only one is left, its interval says the same, and it is for bounds to tell.
    """
    known = low == high
    equations = np.flatnonzero(undecided(system, low, high) & known[system.totals])
    open_ = ~known[system.parts]
    shown = np.where(open_, 0, low[system.parts])
    starts = system.starts[:-1]
    if not starts.size:
        return equations, equations
    left = low[system.totals] - np.add.reduceat(shown, starts)
    several = np.add.reduceat(open_.astype(np.int64), starts) > 1
    enough = np.minimum.reduceat(np.where(open_, least[system.parts], UNBOUNDED), starts)
    less = left < low[system.totals]
    found = equations[(several & less & (left > 0) & (left < enough))[equations]]
    return found, left[found]


def small(reading: Reading, low: Ints, high: Ints) -> list[Remainder]:
    """Every small remainder of what a metric's threshold is about, in all releases."""
    found = []
    for item in reading.grids:
        if item.base:
            own = slice(item.offset, item.offset + len(item.grid.low))
            system = item.grid.system
            equations, left = remainders(system, low[own], high[own], item.grid.least)
            cells = (system.totals[equations] + item.offset).tolist()
            found += [Remainder(*one, False) for one in zip(cells, left.tolist(), strict=True)]
            found += [Remainder(*one, False) for one in _unlisted(item, low[own], high[own])]
    return found + [one for old, new in reading.pairs() for one in _changes(old, new)]


def _unlisted(item: Placed, low: Ints, high: Ints) -> list[tuple[int, int]]:
    """Small numbers of cases in what is no cell of the file, though its sums tell them.

    But for what all time has beyond the periods that are over: so far this year, city-wide.
    """
    grid = item.grid
    ours = np.arange(low.size) >= grid.listed
    ever = np.flatnonzero((grid.nodes == 0).all(axis=1))
    parts = select(grid.system, np.flatnonzero(np.isin(grid.system.totals, ever)))[0]
    ours[parts[(grid.nodes[parts] < 0).all(axis=1)]] = False
    told = ours & (low == high) & (low > 0) & (low < item.grid.least)
    return [(cell + item.offset, int(low[cell])) for cell in np.flatnonzero(told).tolist()]


def _changes(old: Placed, new: Placed) -> list[Remainder]:
    """Shown in both releases, below the whole city, and changed by only a few cases."""
    if not new.base:
        return []
    a, b = shared(old.grid, new.grid)
    both = (old.grid.low[a] == old.grid.high[a]) & (new.grid.low[b] == new.grid.high[b])
    both &= (new.grid.nodes[b, 1:] != 0).any(axis=1)
    change = np.abs(new.grid.low[b] - old.grid.low[a])
    told = both & (change > 0) & (change < new.grid.least[b])
    return [
        Remainder(int(cell) + new.offset, int(cases), True)
        for cell, cases in zip(b[told], change[told], strict=True)
    ]
