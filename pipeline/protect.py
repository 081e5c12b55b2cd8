"""Disclosure control, one choke point: what the release may show of the counted cells.

Primary suppression hides cells that rest on too few cases. Complementary suppression then hides
more, driven by the attack itself: as long as the sums and bounds that every reader knows pin any
hidden cell to fewer than WIDTH + 1 values, a neighbour is hidden too. Both leave NULL and a reason
behind, never a 0. See docs/decisions.md for the numbers.
"""

from datetime import date

import numpy as np
import pandas as pd

from cities import City
from data_access.published import ALL, DIMENSIONS
from metrics.measure import FEW, PROTECTED, TOO_EARLY
from pipeline import sums
from pipeline.attack.audit import circles, solve
from pipeline.attack.bounds import (
    UNBOUNDED,
    WIDTH,
    Flags,
    Ints,
    System,
    exposed,
    propagate,
    select,
)
from pipeline.bases import SHOWN, Bases, is_ratio, still_running
from pipeline.sums import Sums

SOLVED = 150  # sums at most that hang together and are solved exactly


def protect(
    cells: pd.DataFrame, city: City, as_of: date, before: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Replace counts that may not be shown by NULL and a reason in `withheld`.

    Takes the columns of pipeline.cells.COLUMNS and gives those of the published table, without the
    periods that still run: from one release to the next these would date single cases. `before` are
    the cells of the release in force: what it tells of closed periods stays told and what it
    withholds stays withheld, or both together would tell more than either.
    """
    places = sums.quantities(cells)
    running = still_running(cells, as_of)
    table = Bases.of(cells, places, as_of, before)
    small = table.base < table.threshold
    small[places["cell"][running]] = False
    hidden = complement(sums.known(places, city, as_of), table, small)
    gone = hidden[places["cell"]]
    few = table.base[places["cell"]] < cells["threshold"].to_numpy()
    withheld = np.full(len(cells), None, dtype=object)
    withheld[gone] = PROTECTED
    withheld[few] = FEW
    # Only for the whole city and all time is "none" told from "few": nothing is due yet.
    whole = (cells[["period", *DIMENSIONS]] == ALL).all(axis=1).to_numpy()
    withheld[whole & few & (table.base[places["cell"]] == 0)] = TOO_EARLY
    shown = cells[SHOWN].astype({"numerator": "Int64", "denominator": "Int64"})
    shown.loc[gone] = pd.NA
    shown.loc[~is_ratio(cells), "denominator"] = pd.NA
    made = cells.assign(**shown, withheld=withheld).drop(columns="threshold")
    return made[~running].reset_index(drop=True)


def complement(known: Sums, table: Bases, small: Flags) -> Flags:
    """Hide further cells until nothing that is hidden can be narrowed down."""
    system, hidden = known.system, small | table.held
    while True:
        _together(table, hidden)
        room = _start(system, table, small, hidden)
        told = propagate(system, *room)
        thin = _few_left(system, table, *told, hidden)
        asking = _narrowed(system, table, *told, hidden)
        if not asking.size and not thin.size:
            asking = _solved(known, *told, hidden)
            if not asking.size:
                break
        wide = room[1] - room[0], told[1] - told[0]
        more = _neighbours(system, table, hidden, asking, wide)
        more = np.union1d(more, _smallest(system, table, hidden, thin))
        if not more.size:  # no neighbour is large enough: all that shares a sum with them goes
            more = _around(system, table, np.append(asking, system.totals[thin]), hidden)
        if not more.size:
            raise RuntimeError("cells can be narrowed down although all around them is withheld")
        hidden[more] = True
    return hidden


def _together(table: Bases, hidden: Flags) -> None:
    """Hide a cell with the other that tells the same count, until neither is told alone."""
    before = -1
    while before != (before := int(hidden.sum())):
        for one, other in (table.shared.T, table.shared.T[::-1]):
            hidden[other[hidden[one] & ~table.told[other]]] = True


def _start(system: System, table: Bases, small: Flags, hidden: Flags) -> tuple[Ints, Ints]:
    """What the rules alone tell of each cell: few are below their threshold, others are not."""
    low, high = np.zeros(system.size, np.int64), np.full(system.size, UNBOUNDED)
    size = hidden.size
    low[:size] = np.where(hidden, np.where(small, 0, table.threshold), table.base)
    high[:size] = np.where(hidden, np.where(small, table.threshold - 1, UNBOUNDED), table.base)
    low[:size][table.unknown], high[:size][table.unknown] = 0, UNBOUNDED
    return low, high


def _narrowed(system: System, table: Bases, low: Ints, high: Ints, hidden: Flags) -> Ints:
    """Hidden cells whose base, numerator or rest bounds narrow down."""
    found = [_told(low, high, _wider(hidden, system))]
    for other in table.others:
        if not (mine := hidden & (other >= 0)).any():
            continue
        least, most = np.zeros(system.size, np.int64), np.minimum(high, UNBOUNDED)
        shown = ~hidden & ~table.unknown & (other >= 0)
        least[: hidden.size][shown] = most[: hidden.size][shown] = other[shown]
        found.append(_told(*propagate(system, least, most), _wider(mine, system)))
    return np.unique(np.concatenate(found))


def _solved(known: Sums, low: Ints, high: Ints, hidden: Flags) -> Ints:
    """Hidden cells whose base linear programming narrows down: table by table, then all at once.

    As long as that takes no time: the attack can be asked to solve the large tables too.
    """
    low, high, everywhere = low.copy(), high.copy(), _wider(hidden, known.system)
    for sums_ in (*known.tables, np.arange(known.system.totals.size)):
        for circle in circles(known.system, sums_, low, high):
            if circle.size <= SOLVED:
                solve(known.system, circle, low, high, everywhere)
    return _told(low, high, everywhere)


def _wider(hidden: Flags, system: System) -> Flags:
    """The same for all that stands in the system: what no table shows is not withheld."""
    return np.concatenate([hidden, np.zeros(system.size - hidden.size, dtype=bool)])


def _few_left(system: System, table: Bases, low: Ints, high: Ints, hidden: Flags) -> Ints:
    """The sums that tell how many cases some hidden cells hold together, if these are few.

    Few are fewer than the smallest threshold of those cells, as between any two published totals.
    """
    least = np.full(system.size, UNBOUNDED)
    least[: hidden.size] = np.where(hidden, table.threshold, UNBOUNDED)
    open_, start = low < high, system.starts[:-1]
    shown = np.add.reduceat(np.where(open_, 0, low)[system.parts], start)
    enough = np.minimum.reduceat(np.where(open_, least, UNBOUNDED)[system.parts], start)
    left = low[system.totals] - shown
    free = np.zeros(system.size, dtype=bool)
    free[: hidden.size] = table.threshold == 0
    itself = free[system.totals] & (shown == 0)  # what is told however few it is
    return np.flatnonzero(
        ~open_[system.totals] & ~itself & (left > 0) & (left < enough % UNBOUNDED)
    )


def _smallest(system: System, table: Bases, hidden: Flags, sums_: Ints) -> Ints:
    """The smallest shown part of each sum; its total if it has none. The whole city comes last."""
    parts, place = select(system, sums_)
    members = np.concatenate([parts, system.totals[sums_]])
    total = np.arange(members.size) >= parts.size
    place = np.concatenate([place, np.arange(sums_.size)])
    own = members < hidden.size
    own[own] = ~hidden[members[own]] & ~table.told[members[own]]
    members, place, total = members[own], place[own], total[own]
    order = np.lexsort((members, table.base[members], total, table.whole[members], place))
    first = np.unique(place[order], return_index=True)[1]
    return np.unique(members[order][first])


def _told(low: Ints, high: Ints, which: Flags) -> Ints:
    """Those known to fewer than WIDTH + 1 values; knowing a cell empty tells of nobody."""
    found = exposed(low, high, which)
    return found[high[found] > 0]


def _neighbours(
    system: System, table: Bases, hidden: Flags, open_: Ints, wide: tuple[Ints, Ints]
) -> Ints:
    """For each cell that can be narrowed down, one more to hide in the sum that narrows it most.

    The smallest costs the reader least, if it is large enough to leave room; one that is not goes
    before the whole city does. `wide` are the widths of the intervals before and after propagation.
    """
    starts = system.cell_starts
    equations = [system.by_cell[starts[c] : starts[c + 1]] for c in open_.tolist()]
    asking = np.repeat(np.arange(open_.size), [len(some) for some in equations])
    sums_ = np.concatenate([*equations, np.zeros(0, np.int64)])
    parts, place = select(system, sums_)
    members = np.concatenate([parts, system.totals[sums_]])
    place = np.concatenate([place, np.arange(sums_.size)])
    before, after = (_freedom(width[members], place, sums_.size) for width in wide)
    own = members < hidden.size
    members, place = members[own], place[own]
    could = ~hidden[members] & ~table.told[members]
    members, place = members[could], place[could]
    tight = table.base[members] < table.threshold[members] + WIDTH
    rows = pd.DataFrame(
        {
            "asking": asking[place], "whole": table.whole[members], "tight": tight,
            "after": after[place], "before": before[place], "base": table.base[members],
            "member": members,
        }
    )  # fmt: skip
    best = rows.sort_values(rows.columns.to_list()).drop_duplicates("asking")
    return np.unique(best["member"].to_numpy(np.int64))


def _freedom(width: Ints, place: Ints, sums_: int) -> Ints:
    """How far the cells of each sum can move, in all."""
    found = np.zeros(sums_, np.int64)
    np.add.at(found, place, np.minimum(width, UNBOUNDED >> 10))
    return found


def _around(system: System, table: Bases, cells: Ints, hidden: Flags) -> Ints:
    """The shown cells that share a sum with some; if there are none, all of their quantities."""
    starts = system.cell_starts
    equations = np.unique(
        np.concatenate([system.by_cell[starts[c] : starts[c + 1]] for c in cells.tolist()])
    )
    parts, _ = select(system, equations)
    found: Ints = np.concatenate([parts, system.totals[equations]])
    found = found[found < hidden.size]
    found = found[~hidden[found] & ~table.told[found]]
    if found.size:
        within = found[~table.whole[found]]
        return within if within.size else found
    mine: Flags = np.isin(table.quantity, table.quantity[cells[cells < hidden.size]])
    return np.flatnonzero(~hidden & ~table.told & mine)
