"""The bounds engine: what sums and known intervals say about the cells that are not known.

Cells are whole numbers of 0 or more, known within [low, high]; each equation says that one cell
is the sum of others. Interval propagation tightens the intervals until no single equation can
tighten them further. The result always holds the truth. It is exact where the equations that
share unknown cells form no circle, and a relaxation elsewhere (pipeline/attack/audit.py).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

UNBOUNDED = 2**31  # a high that says nothing; counts of cases stay below, sums of it fit int64
WIDTH = 2  # an interval narrower than this recovers a cell
ROUNDS = 200


@dataclass(frozen=True)
class System:
    """Equations between `size` cells: cell totals[e] = sum of cells parts[starts[e]:starts[e+1]].

    `by_cell[cell_starts[c]:cell_starts[c+1]]` are the equations in which cell c stands.
    Made once by `system` and propagated as often as wanted.
    """

    size: int
    totals: Ints
    starts: Ints
    parts: Ints
    cell_starts: Ints
    by_cell: Ints

    @property
    def owners(self) -> Ints:
        """The equation of each part."""
        return np.repeat(np.arange(self.totals.size), np.diff(self.starts))


def system(size: int, totals: Ints, owners: Ints, parts: Ints) -> System:
    """Make a system of equations: the part parts[i] belongs to the equation owners[i].

    An equation without any part is a ValueError: nothing can be said of its total.
    """
    counts = np.bincount(owners, minlength=totals.size)
    if not counts.all():
        raise ValueError("an equation has no parts")
    order = np.argsort(owners, kind="stable")
    cells = np.concatenate([totals, parts])
    equations = np.concatenate([np.arange(totals.size), owners])
    return System(
        size=size,
        totals=totals.astype(np.int64),
        starts=_starts(counts),
        parts=parts[order].astype(np.int64),
        cell_starts=_starts(np.bincount(cells, minlength=size)),
        by_cell=equations[np.argsort(cells, kind="stable")],
    )


def without(made: System, equations: Ints) -> System:
    """The system less some of its equations."""
    keep = np.ones(made.totals.size, dtype=bool)
    keep[equations] = False
    place, kept = np.cumsum(keep) - 1, keep[made.owners]
    return system(made.size, made.totals[keep], place[made.owners[kept]], made.parts[kept])


def propagate(system: System, low: Ints, high: Ints, rounds: int = ROUNDS) -> tuple[Ints, Ints]:
    """The tightest intervals that one equation at a time yields, as new arrays.

    Stops after so many rounds at most (the intervals are valid at any moment), or as soon as an
    interval is empty: then no numbers fit the equations, see `impossible`.
    """
    low, high = low.astype(np.int64), np.minimum(high, UNBOUNDED).astype(np.int64)
    active = np.flatnonzero(undecided(system, low, high))
    for _ in range(rounds):
        if not active.size:
            break
        changed = _tighten(system, active, low, high)
        if (low[changed] > high[changed]).any():
            break
        active = _equations_of(system, changed)
    return low, high


def exposed(low: Ints, high: Ints, hidden: Flags, width: int = WIDTH) -> Ints:
    """The hidden cells whose interval is narrower than `width`, most narrow first."""
    found: Ints = np.flatnonzero(hidden & (high - low < width))
    return found[np.argsort((high - low)[found], kind="stable")]


def impossible(system: System, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """The equations whose parts cannot reach their total, and those whose parts exceed it."""
    if not system.totals.size:
        return system.totals, system.totals
    least, most = (np.add.reduceat(side[system.parts], system.starts[:-1]) for side in (low, high))
    return (
        np.flatnonzero(most < low[system.totals]),
        np.flatnonzero(least > high[system.totals]),
    )


def select(system: System, equations: Ints) -> tuple[Ints, Ints]:
    """The parts of some equations, and for each the place of its equation among them."""
    counts = system.starts[equations + 1] - system.starts[equations]
    places = _spans(system.starts[equations], counts)
    return system.parts[places], np.repeat(np.arange(equations.size), counts)


def undecided(system: System, low: Ints, high: Ints) -> Flags:
    """Equations in which some cell is not known."""
    open_ = low < high
    if not system.totals.size:
        return np.zeros(0, dtype=bool)
    found: Flags = open_[system.totals]
    found |= np.logical_or.reduceat(open_[system.parts], system.starts[:-1])
    return found


def _tighten(system: System, active: Ints, low: Ints, high: Ints) -> Ints:
    """One round over the active equations, in place; returns the cells that got tighter."""
    parts, place = select(system, active)
    first = np.searchsorted(place, np.arange(active.size))
    totals, least, most = system.totals[active], low[parts], high[parts]
    sum_least, sum_most = np.add.reduceat(least, first), np.add.reduceat(most, first)
    total_most = high[totals]
    up = np.concatenate([sum_least, low[totals][place] - sum_most[place] + most])
    down = np.concatenate([sum_most, total_most[place] - sum_least[place] + least])
    nothing = np.concatenate([sum_most, total_most[place]]) >= UNBOUNDED
    down[nothing] = UNBOUNDED
    cells: Ints = np.concatenate([totals, parts])
    better = (up > low[cells]) | (down < high[cells])
    cells, up, down = cells[better], up[better], down[better]
    np.maximum.at(low, cells, up)
    np.minimum.at(high, cells, down)
    return cells


def _equations_of(system: System, cells: Ints) -> Ints:
    counts = system.cell_starts[cells + 1] - system.cell_starts[cells]
    touched = np.zeros(system.totals.size, dtype=bool)
    touched[system.by_cell[_spans(system.cell_starts[cells], counts)]] = True
    return np.flatnonzero(touched)


def _starts(counts: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _spans(starts: Ints, counts: Ints) -> Ints:
    """The numbers start, start + 1, ... of each span, one after another."""
    before = np.cumsum(counts) - counts
    found: Ints = np.repeat(starts - before, counts) + np.arange(int(counts.sum()))
    return found
