"""What two releases tell of each other.

Nothing says that a closed period is counted alike in both: late cases come in, corrections are
made. So the change of a cell from one release to the next is a quantity of its own. It adds up as
the cells do, and it is not negative where later data only add. Where a shown total has not
changed, neither has any of its parts, and equality need not be assumed. That data only add is
believed of a period until a shown cell of it has become smaller.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pipeline.attack.bounds import (
    UNBOUNDED,
    Flags,
    Ints,
    select,
    undecided,
)
from pipeline.attack.sums import Grid, Sums
from pipeline.attack.trees import Tree

Pair = tuple[tuple[int, Grid], tuple[int, Grid]]  # each grid with the place of its first cell


@dataclass(frozen=True)
class Changes:
    """The cells that stand for changes, from `first` on, and the sums in which they stand."""

    low: Ints
    high: Ints
    sums: tuple[Sums, ...]


def shared(old: Grid, new: Grid) -> tuple[Ints, Ints]:
    """The cells of two grids that have the same place."""
    found = [np.flatnonzero(grid.keys >= 0) for grid in (old, new)]
    _, a, b = np.intersect1d(
        old.keys[found[0]], new.keys[found[1]], assume_unique=True, return_indices=True
    )
    return found[0][a], found[1][b]


def linked(pairs: Iterable[Pair], first: int, time: Tree) -> Changes:
    """The changes between grids of one quantity, each given with the place of its first cell."""
    low, high = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    sums: list[Sums] = []
    for (old_offset, old), (new_offset, new) in pairs:
        a, b = shared(old, new)
        keep = ~_disproved(old, new, a, b, time)[new.nodes[b, 0]]
        keep &= _needed(old)[a] | _needed(new)[b]
        a, b = a[keep], b[keep]
        change = np.full(len(new.low), -1)
        change[b] = np.arange(b.size) + first
        own = np.arange(b.size)
        parts = np.concatenate([a + old_offset, change[b]])
        sums.append((b + new_offset, np.concatenate([own, own]), parts))
        sums.append(_added(old, new, change))
        low.append(np.maximum(new.low[b] - old.high[a], 0))
        most = np.where(new.high[b] >= UNBOUNDED, UNBOUNDED, new.high[b] - old.low[a])
        high.append(np.maximum(most, 0))
        first += b.size
    return Changes(np.concatenate(low), np.concatenate(high), tuple(sums))


def _needed(grid: Grid) -> Flags:
    """Cells in whose sums something is not known."""
    equations = np.flatnonzero(undecided(grid.system, grid.low, grid.high))
    found = np.zeros(len(grid.low), dtype=bool)
    found[grid.system.totals[equations]] = True
    found[select(grid.system, equations)[0]] = True
    return found


def _disproved(old: Grid, new: Grid, a: Ints, b: Ints, time: Tree) -> Flags:
    """Per node of time: a shown cell of it became smaller, or one of a period that overlaps it.

    Where a period of finer grain became smaller too, that one says it of the others within.
    """
    less = np.unique(new.nodes[b[new.high[b] < old.low[a]], 0])
    found = np.zeros(len(time.names), dtype=bool)
    above = time.ancestors[less].reshape(-1)
    found[above[above >= 0]] = True
    for node in less:
        inside = (time.ancestors == node).any(axis=(1, 2))
        if inside[less].sum() == 1:
            found |= inside
    return found


def _added(old: Grid, new: Grid, change: Ints) -> Sums:
    """The sums of the new grid of which every cell has a change, and that the old one has too."""
    made = new.system
    gone = np.flatnonzero((old.keys >= 0) & ~np.isin(old.keys, new.keys))
    lost = old.system.totals[np.unique(old.system.owners[np.isin(old.system.parts, gone)])]
    whole = np.ones(made.totals.size, dtype=bool)
    whole[made.owners[change[made.parts] < 0]] = False
    whole &= (change[made.totals] >= 0) & ~np.isin(new.keys[made.totals], old.keys[lost])
    equations = np.flatnonzero(whole)
    parts, own = select(made, equations)
    return change[made.totals[equations]], own, change[parts]
