"""The ladder of generalisation: every row on the finest step on which it is one of k alike.

Two ways of telling rows apart after all are closed here:

- A row that is one of too few on a step would be alone on the next one too, if all its
  neighbours stayed behind, and whoever knows the count of the coarser class subtracts the finer
  ones. So the smallest finer class of that node is taken along: of every node with k rows or
  more, the rows told more coarsely than the node are none, or k and more.
- The steps depend on nothing but what the classes are made of. Replaying this code with a list of
  everybody therefore leads to the classes themselves, and to no smaller group.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
NOWHERE = -1  # not on this step; on none


def climb(nodes: Numbers, k: int, closing: Sequence[bool]) -> Numbers:
    """The step of each row, or NOWHERE.

    `nodes` (rows, steps) numbers from 0 the class that a row would have on each step, finest step
    first; a class lies whole in one class of every later step. `closing` says for each step
    whether too few rows may take a finer class along.
    """
    step = np.full(len(nodes), NOWHERE)
    for level, may_reopen in enumerate(closing):
        node = nodes[:, level]
        if may_reopen:
            _reopen(step, nodes, level, k)
        waiting = (step == NOWHERE) & (node != NOWHERE)
        step[waiting & (_sizes(node, waiting)[node] >= k)] = level
    return step


def _sizes(node: Numbers, rows: Mask) -> Numbers:
    """How many of some rows each node has; one more place, so that NOWHERE has one too."""
    return np.bincount(node[rows], minlength=int(node.max(initial=0)) + 2)


def _reopen(step: Numbers, nodes: Numbers, level: int, k: int) -> None:
    """Reopen the smallest class of every node whose rows without a class are too few.

    Each class has k rows or more, so one is enough. Equal ones go by number, so that the next
    release chooses the same.
    """
    node = nodes[:, level]
    here = node != NOWHERE
    waiting = _sizes(node, here & (step == NOWHERE))
    short = (waiting > 0) & (waiting < k)
    rows = np.flatnonzero(here & (step != NOWHERE) & short[node])
    name = step[rows] * (nodes.max(initial=0) + 1) + nodes[rows, step[rows]]
    names, place, size = np.unique(name, return_inverse=True, return_counts=True)
    home = np.zeros_like(names)
    home[place] = node[rows]
    by_size = np.lexsort((names, size, home))
    _, first = np.unique(home[by_size], return_index=True)
    step[rows[np.isin(place, by_size[first])]] = NOWHERE
