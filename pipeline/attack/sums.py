"""Every sum that a reader knows to hold between the cells of one quantity in one release.

Tables are told apart by how fine they cut each tree. A cell of a coarser table is the sum of the
cells of any finer one that lie in it, so sums run over dimensions, calendar and nested dimensions
alike. Where two tables have no published table in common, the finest one that both add up to is
put between them, with unknown cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np

from pipeline.attack.bounds import (
    UNBOUNDED,
    Ints,
    System,
    impossible,
    propagate,
    system,
    without,
)
from pipeline.attack.files import LEAST
from pipeline.attack.trees import Tree, expected

Cut = tuple[int, ...]  # depth and detail in each tree, time first
Sums = tuple[Ints, Ints, Ints]  # total of each equation; equation and cell of each part


@dataclass(frozen=True)
class Grid:
    """Cells of one quantity in one release, and the sums among them.

    `nodes` (cells, trees) says where a cell lies, `keys` the same in one number. What is left
    over in a sum whose parts are not all listed is a cell too, of no place: -1. `low` and `high`
    are what is known of a cell by itself, `least` the smallest count it may give away. The first
    `listed` cells are in the file, in the order of their keys. `contradicted` sums hold for no
    numbers and are left out.
    """

    nodes: Ints
    keys: Ints
    low: Ints
    high: Ints
    least: Ints
    listed: int
    system: System
    contradicted: int


@dataclass(frozen=True)
class Cells:
    """What is known of some cells, before any sum; arrays as in Grid."""

    nodes: Ints
    low: Ints
    high: Ints
    least: Ints

    def and_unknown(self, nodes: Ints) -> "Cells":
        """These, and others of which nothing is known."""
        more = len(nodes)
        return Cells(
            np.concatenate([self.nodes, nodes]),
            np.concatenate([self.low, np.zeros(more, dtype=np.int64)]),
            np.concatenate([self.high, np.full(more, UNBOUNDED)]),
            np.concatenate([self.least, np.full(more, LEAST)]),
        )


def grid(told: Cells, trees: Sequence[Tree], as_of: date) -> Grid:
    """Find the sums among the cells that a release tells.

    A dimension is taken to be complete until a total exceeds what its parts can reach: then there
    are cases without a member, and sums of that kind leave something over.
    """
    cells = told.and_unknown(_meets(told.nodes, trees))
    cuts = _cuts(cells.nodes, trees)
    periods = expected(trees[0], told.nodes[:, 0], as_of)
    pairs = [
        _pair(cells.nodes, trees, (coarse, cuts[coarse]), (fine, cuts[fine]), periods)
        for coarse, fine in _covering(cuts)
    ]
    keys = keys_of(cells.nodes, trees)
    incomplete: set[int] = set()
    while True:
        found, leaking = _attempt(cells, pairs, incomplete, (keys, len(told.nodes)))
        if not leaking <= incomplete:
            incomplete |= leaking
            continue
        low, high = propagate(found.system, found.low, found.high)
        if (low <= high).all() or len(incomplete) == len(pairs):
            return found
        incomplete = {*range(len(pairs))}


def keys_of(nodes: Ints, trees: Sequence[Tree]) -> Ints:
    """One number for each place, the same for every grid over these trees."""
    key = np.zeros(len(nodes), dtype=np.int64)
    for column, tree in zip(nodes.T, trees, strict=True):
        key = key * len(tree.names) + column
    return key


def stack(size: int, some: Sequence[Sums]) -> System:
    """One system of several lists of sums over the same cells."""
    before = np.cumsum([0, *(len(totals) for totals, _, _ in some)])
    none = np.zeros(0, dtype=np.int64)
    return system(
        size,
        np.concatenate([none, *(totals for totals, _, _ in some)]),
        np.concatenate([none, *(own + n for (_, own, _), n in zip(some, before, strict=False))]),
        np.concatenate([none, *(parts for _, _, parts in some)]),
    )


def _attempt(
    cells: Cells, pairs: Sequence[tuple[Sums, Ints]], incomplete: set[int], place: tuple[Ints, int]
) -> tuple[Grid, set[int]]:
    """The grid if these pairs of tables leave something over, and the pairs that turn out to."""
    sums = []
    for number, ((totals, owners, parts), short) in enumerate(pairs):
        left = np.arange(totals.size) if number in incomplete else short
        rests = np.arange(left.size) + len(cells.low)
        cells = cells.and_unknown(np.full((left.size, cells.nodes.shape[1]), -1))
        sums.append((totals, np.concatenate([owners, left]), np.concatenate([parts, rests])))
    made = stack(len(cells.low), sums)
    few, many = impossible(made, cells.low, cells.high)
    of_pair = np.repeat(np.arange(len(sums)), [len(totals) for totals, _, _ in sums])
    wrong = np.union1d(few, many)
    keys = np.concatenate([place[0], np.full(len(cells.low) - len(place[0]), -1)])
    found = Grid(
        cells.nodes, keys, cells.low, cells.high, cells.least, place[1], without(made, wrong),
        wrong.size,
    )  # fmt: skip
    return found, {*of_pair[few].tolist()}


def _meets(nodes: Ints, trees: Sequence[Tree]) -> Ints:
    """The cells of the finest table that two tables add up to, where it is not published."""
    published = _cuts(nodes, trees)
    wanted = {*published}
    while True:
        meets = {tuple(map(min, zip(a, b, strict=True))) for a, b in combinations(wanted, 2)}
        if meets <= wanted:
            break
        wanted |= meets
    more = [nodes[:0]]
    for cut in sorted(wanted - {*published}):
        finer = [cells for fine, cells in published.items() if _within(cut, fine)]
        places = np.concatenate([_raised(nodes[cells], trees, cut) for cells in finer])
        _, first = np.unique(keys_of(places, trees), return_index=True)
        more.append(places[first])
    return np.concatenate(more)


def _cuts(nodes: Ints, trees: Sequence[Tree]) -> dict[Cut, Ints]:
    """The cells of each table."""
    levels = np.concatenate([tree.levels[nodes[:, t]] for t, tree in enumerate(trees)], axis=1)
    found, place = np.unique(levels, axis=0, return_inverse=True)
    order = np.argsort(place.ravel(), kind="stable")
    groups = np.split(order, np.cumsum(np.bincount(place.ravel(), minlength=len(found)))[:-1])
    return {tuple(map(int, cut)): group for cut, group in zip(found, groups, strict=True)}


def _within(coarse: Cut, fine: Cut) -> bool:
    return coarse != fine and all(a <= b for a, b in zip(coarse, fine, strict=True))


def _covering(cuts: dict[Cut, Ints]) -> list[tuple[Cut, Cut]]:
    """Each table with the next finer ones: sums over steps follow from sums over each step."""
    finer = {cut: [other for other in cuts if _within(cut, other)] for cut in cuts}
    return [
        (coarse, fine)
        for coarse, others in finer.items()
        for fine in others
        if not any(_within(between, fine) for between in others)
    ]


def _raised(nodes: Ints, trees: Sequence[Tree], cut: Cut) -> Ints:
    """The coarser cell that each of some cells lies in."""
    columns = [
        tree.ancestors[nodes[:, t], cut[2 * t], cut[2 * t + 1]] for t, tree in enumerate(trees)
    ]
    return np.stack(columns, axis=1)


def _pair(
    nodes: Ints,
    trees: Sequence[Tree],
    coarse: tuple[Cut, Ints],
    fine: tuple[Cut, Ints],
    periods: Ints,
) -> tuple[Sums, Ints]:
    """The sums of the cells of one table over those of a finer one.

    Also gives the equations whose parts are not all listed. They are if every member that the
    finer table ever names is there in every period of the total.
    """
    above = _raised(nodes[fine[1]], trees, coarse[0])
    keys = keys_of(nodes[coarse[1]], trees)
    order = np.argsort(keys)
    place = np.searchsorted(keys[order], keys_of(above, trees)).clip(max=keys.size - 1)
    inside = keys[order][place] == keys_of(above, trees)
    totals, owners = np.unique(order[place[inside]], return_inverse=True)
    own = keys_of(nodes[fine[1]][:, 1:], trees[1:])
    _, first = np.unique(own, return_index=True)  # a member lies in one coarser cell only
    named, counts = np.unique(keys_of(above[first][:, 1:], trees[1:]), return_counts=True)
    places = nodes[coarse[1][totals]]
    due = counts[np.searchsorted(named, keys_of(places[:, 1:], trees[1:]))]
    due = due * periods[places[:, 0], fine[0][0]]
    short = np.flatnonzero(np.bincount(owners, minlength=totals.size) < due)
    return (coarse[1][totals], owners, fine[1][inside]), short
