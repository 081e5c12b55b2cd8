"""The exact audit: linear programmes over two-way tables, where bounds may be too wide.

Audited are every table of two dimensions in one period and every dimension over time, each as
finely nested as published, together with numerators and differences. A two-way table with its
margins is a network flow, so its linear programme has whole-numbered corners and its answer is
exact. Nesting in both ways and numerators may leave corners between whole numbers; what is found
narrow then is, but what is found wide might still be narrower.
"""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.attack.bounds import WIDTH, Flags, Ints, System, select, undecided
from pipeline.attack.programme import Programme
from pipeline.attack.reading import Reading


def audit(reading: Reading, low: Ints, high: Ints) -> tuple[Ints, Ints, int]:
    """Tighten what bounds propagation found; also gives how many connected tables were solved.

    Only as far as needed: an interval that two solutions show to be WIDTH wide is left as it is.
    """
    low, high, solved = low.copy(), high.copy(), 0
    in_doubt = np.zeros(low.size, dtype=bool)
    for part in ("base", "numerator", "difference"):
        cells = reading.withheld[f"cell_{part}"].to_numpy(np.int64)
        in_doubt[cells[cells >= 0]] = True
    for equations in two_way(reading):
        for some in circles(reading.alone, equations, low, high):
            solved += solve(reading.alone, some, low, high, in_doubt)
    return low, high, solved


def two_way(reading: Reading) -> Iterator[Ints]:
    """The equations of all tables of two dimensions in one period, and of one over time."""
    system, ways = reading.alone, len(reading.trees)
    narrowed, period = _places(reading)
    owners = system.owners
    same = np.ones(system.totals.size, dtype=bool)
    moved = (period[system.parts] != period[system.totals][owners]) & (period[system.parts] >= 0)
    same[owners[moved]] = False
    for trees in ({one, other} for one, other in combinations(range(ways), 2)):
        outside = sum(1 << tree for tree in range(1, ways) if tree not in trees)
        within = (narrowed & outside) == 0
        kept = within[system.totals]
        kept[owners[~within[system.parts]]] = False
        yield np.flatnonzero(kept & same if 0 not in trees else kept)


def solve(system: System, equations: Ints, low: Ints, high: Ints, in_doubt: Flags) -> bool:
    """Tighten, in place, the intervals of the cells in doubt that these equations leave narrow.

    False if they have no solution: then the intervals stay.
    """
    parts, place = select(system, equations)
    totals = system.totals[equations]
    cells, column = np.unique(np.concatenate([totals, parts]), return_inverse=True)
    rows = np.concatenate([np.arange(totals.size), place])
    signs = np.concatenate([-np.ones(totals.size), np.ones(parts.size)])
    free = low[cells] < high[cells]
    matrix = coo_array((signs, (rows, column))).tocsc()
    programme = Programme(matrix[:, free], -matrix[:, ~free] @ low[cells][~free],
                           low[cells[free]], high[cells[free]])  # fmt: skip
    doubt = in_doubt[cells[free]] & (high[cells[free]] - low[cells[free]] >= WIDTH)
    if not programme.widen(doubt):
        return False
    for cell in np.flatnonzero(doubt & programme.narrow):
        if programme.narrow[cell]:  # no other solution has shown it wide meanwhile
            own, ends = cells[free][cell], programme.extremes(int(cell))
            low[own], high[own] = max(low[own], ends[0]), min(high[own], ends[1])
    return True


def circles(system: System, equations: Ints, low: Ints, high: Ints) -> Iterator[Ints]:
    """The equations in groups that share unknown cells, where bounds need not be exact.

    Where a group has no circle, one cell can be chosen after another: bounds are exact.
    """
    equations = equations[undecided(system, low, high)[equations]]
    if not equations.size:
        return
    parts, place = select(system, equations)
    cells = np.concatenate([system.totals[equations], parts])
    rows = np.concatenate([np.arange(equations.size), place])
    free = low[cells] < high[cells]
    known, column = np.unique(cells[free], return_inverse=True)
    size = equations.size + known.size
    edges = coo_array((np.ones(free.sum()), (rows[free], column + equations.size)), (size, size))
    count, group = connected_components(edges, directed=False)
    vertices = np.bincount(group, minlength=count)
    links = np.bincount(group[rows[free]], minlength=count)
    mine = group[: equations.size]
    order = np.argsort(mine, kind="stable")
    for some in np.split(order, np.flatnonzero(np.diff(mine[order])) + 1):
        if links[mine[some[0]]] >= vertices[mine[some[0]]]:
            yield equations[some]


def _places(reading: Reading) -> tuple[Ints, Ints]:
    """Per cell, in one number which trees narrow it, and its period (-1: of no place)."""
    narrowed = np.full(reading.low.size, -1)  # changes between versions lie in no table
    period = np.full(reading.low.size, -1)
    for item in reading.grids:
        nodes = item.grid.nodes
        own = slice(item.offset, item.offset + len(nodes))
        bits = np.zeros(len(nodes), dtype=np.int64)
        for t, tree in enumerate(reading.trees[1:], start=1):
            bits += ((nodes[:, t] >= 0) & (tree.levels[nodes[:, t], 0] > 0)) * (1 << t)
        narrowed[own], period[own] = bits, nodes[:, 0]
    return narrowed, period
