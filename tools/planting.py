"""Outbreaks planted into daily counts, and how a rule of alarm does on them."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from metrics.stats.expected import Cell, cells_of

DAY = pd.Timedelta(days=1)
# Cases added, in standard deviations of the cell's cases in seven days: sqrt(mean), at least 1.
SIZES = {"small": (2.0, 4.0), "medium": (4.0, 8.0), "large": (8.0, 16.0)}
LENGTHS = (5, 21)  # days
APART = 28  # days between two events of one cell
LOOKBACK = 7  # days: so far back looks the longest window, so long an event can still alarm


@dataclass(frozen=True)
class Event:
    """Too many cases of one cell from `first` to `last`; `cases` is how many were added."""

    cell: Cell
    first: pd.Timestamp
    last: pd.Timestamp
    size: str
    cases: int

    def near(self, cell: Cell, first: pd.Timestamp, last: pd.Timestamp, days: int) -> bool:
        """Whether these days of a cell lie less than so many days from the event."""
        margin = days * DAY
        return cell == self.cell and first < self.last + margin and last > self.first - margin


@dataclass(frozen=True)
class Outcome:
    """How a rule did: per event the delay in days or None, and its false alarms.

    A delay counts from the day of the first case added; 0 is an alarm about that same day, given
    at the midnight that ends it. An event that first alarms after its last case is not found.
    """

    delays: dict[Event, int | None]
    false: tuple[tuple[Cell, pd.Timestamp, pd.Timestamp], ...]


def plant(
    counts: pd.DataFrame,
    span: pd.DatetimeIndex,
    each: int,
    taken: Iterable[Event],
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, list[Event]]:
    """Counts with `each` outbreaks of every size in random cells on random days of the span.

    They stay clear of the events `taken`. An outbreak rises fast and fades slowly (a beta density
    of 2 and 3), its days are drawn from Poisson, and it has at least one case.
    """
    table, events = counts.copy(), list(taken)
    kept, cells = len(events), cells_of(counts)
    while len(events) < kept + each * len(SIZES):
        size = list(SIZES)[(len(events) - kept) % len(SIZES)]
        cell = cells[rng.integers(len(cells))]
        length = int(rng.integers(LENGTHS[0], LENGTHS[1] + 1))
        days = span[int(rng.integers(len(span) - length)) :][:length]
        weekly = max(1.0, 7 * counts.loc[span, cell].to_numpy().mean())
        middle = (np.arange(length) + 0.5) / length
        shape = middle * (1 - middle) ** 2
        added = rng.poisson(rng.uniform(*SIZES[size]) * np.sqrt(weekly) * shape / shape.sum())
        if not added.any() or any(one.near(cell, days[0], days[-1], APART) for one in events):
            continue
        table.loc[days, cell] += added
        ill = days[added > 0]
        events.append(Event(cell, ill[0], ill[-1], size, int(added.sum())))
    return table, events[kept:]


def weekly_threshold(counts: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """By how many standard deviations the last 7 days pass the mean of the 8 weeks before them.

    The plain rule: alarm where this is above 2 or 3. -inf where the week has fewer cases than
    that, inf where it passes eight weeks that do not vary. Days x cells.
    """
    sums = counts.rolling(7).sum()
    before = np.array([sums.shift(7 * weeks).to_numpy() for weeks in range(1, 9)])
    mean, spread, now = before.mean(axis=0), before.std(axis=0, ddof=1), sums.to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (now - mean) / spread
    found[~(now >= fewest) | np.isnan(found)] = -np.inf
    return pd.DataFrame(found, counts.index, counts.columns)


def judge(alarms: pd.DataFrame, events: list[Event], ignored: list[Event]) -> Outcome:
    """Hold alarms (true or false, days x cells) against the events planted.

    Days of alarm of one cell with less than LOOKBACK days between them are one episode. It is
    false if it touches no event, ignored ones included, nor the LOOKBACK - 1 days after it.
    """
    delays: dict[Event, int | None] = {}
    for event in events:
        days = alarms.loc[event.first : event.last, event.cell]
        delays[event] = int(days.to_numpy().argmax()) if days.any() else None
    by_cell: dict[Cell, list[Event]] = {}
    for event in (*events, *ignored):
        by_cell.setdefault(event.cell, []).append(event)
    dated = pd.DatetimeIndex(alarms.index)
    false = [
        (cell, first, last)
        for cell in cells_of(alarms.loc[:, alarms.any()])
        for first, last in episodes(dated[alarms[cell].to_numpy()])
        if not any(_touches(event, first, last) for event in by_cell.get(cell, ()))
    ]
    return Outcome(delays, tuple(false))


def episodes(days: pd.DatetimeIndex) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    """The first and last day of each run of days with less than LOOKBACK days between them."""
    new: NDArray[np.bool_] = np.append(True, np.diff(days) >= LOOKBACK * DAY)
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(days)) - 1
    return list(zip(days[starts], days[ends], strict=True))


def _touches(event: Event, first: pd.Timestamp, last: pd.Timestamp) -> bool:
    return first < event.last + LOOKBACK * DAY and last >= event.first
