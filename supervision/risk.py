"""Which open cases may miss their deadline: an explainable baseline, and how often it was right.

Of past cases of the same unit and category that were still open when the same share of their time
was used up, how many missed their deadline? Few such cases say little, so their share is shrunk
towards that of all cases at the same point (beta-binomial, `metrics.stats.shrinkage`). Known
limit: the past is read with the deadline in force in the end, so an extension that was granted
later has already moved the case back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from metrics.intervals import wilson
from metrics.stats.shrinkage import UNITS_NEEDED, Prior, fit

EDGES = (0.0, 0.25, 0.5, 0.75, 0.9)  # shares of the time used
JUDGED_AT = 0.75  # held-back cases are judged when so much of their time was used
FLAGGED = 0.1  # of them: so many are taken for the likeliest
MONTHS = 12  # held back, one after the other
Pair = tuple[str, str]  # unit, category


@dataclass(frozen=True)
class Estimate:
    """How likely a case is to miss its deadline: `late` of `cases` like it did, shrunk `share`."""

    share: float
    late: int
    cases: int


@dataclass(frozen=True)
class Point:
    """What is known of cases still open at one edge: counts by unit and category, and a prior."""

    counts: dict[Pair, tuple[int, int]]
    prior: Prior

    def of(self, unit: str, category: str) -> Estimate:
        """The estimate for a case at this point."""
        late, cases = self.counts.get((unit, category), (0, 0))
        a, b = self.prior
        return Estimate((late + a) / (cases + a + b), late, cases)


@dataclass(frozen=True)
class Baseline:
    """The past by share of the time used; `cases` is how many it rests on."""

    points: tuple[Point, ...]
    cases: int

    def of(self, unit: str, category: str, used: float) -> Estimate:
        """The estimate for an open case with so much of its time used, from 0 to 1."""
        place = int(np.searchsorted(EDGES, used, side="right")) - 1
        return self.points[max(place, 0)].of(unit, category)


@dataclass(frozen=True)
class HeldBack:
    """One month that the baseline had not seen: of so many flagged cases so many were late."""

    month: str
    flagged: int
    hits: int
    cases: int
    late: int


def baseline(history: pd.DataFrame) -> Baseline | None:
    """Learn from judged cases (`data_access.supervision.history`); None where there are none."""
    if history.empty:
        return None
    points = tuple(_point(history, edge) for edge in EDGES)
    return Baseline(points, len(history))


def held_back(history: pd.DataFrame, zone: ZoneInfo, months: int = MONTHS) -> list[HeldBack]:
    """Judge the last months by what was known before each, newest last.

    A month's cases are those whose deadline fell into it and that were still open when three
    quarters of their time was used. The tenth of them with the highest estimates is flagged.
    """
    if history.empty:
        return []
    due = history["deadline_at"].dt.tz_convert(zone).dt.tz_localize(None).dt.to_period("M")
    found = []
    for month in sorted(due.unique())[-months:]:
        learnt, test = history[due < month], _still_open(history[due == month], JUDGED_AT)
        if learnt.empty or test.empty:
            continue
        point = _point(learnt, JUDGED_AT)
        rows = zip(test["unit"], test["category"], strict=True)
        shares = np.array([point.of(unit, category).share for unit, category in rows])
        late = _late(test).to_numpy()
        chosen = np.argsort(-shares, kind="stable")[: max(1, round(FLAGGED * len(test)))]
        found.append(
            HeldBack(str(month), len(chosen), int(late[chosen].sum()), len(test), int(late.sum()))
        )
    return found


def total(months: Iterable[HeldBack]) -> HeldBack:
    """Several held-back months as one."""
    known = list(months)
    names = [month.month for month in known]
    sums = {
        name: sum(getattr(month, name) for month in known)
        for name in ("flagged", "hits", "cases", "late")
    }
    return HeldBack("–".join(dict.fromkeys([names[0], names[-1]])) if names else "", **sums)


def hit_rate(months: HeldBack) -> tuple[float, float, float]:
    """Share of flagged cases that were late, with its 95 % interval (Wilson)."""
    low, high = wilson(months.hits, months.flagged)
    return months.hits / months.flagged, low, high


def used(received: datetime, deadline: datetime, as_of: datetime) -> float:
    """The share of a case's time that is used up, by the calendar."""
    span = (deadline - received).total_seconds()
    return min(1.0, (as_of - received).total_seconds() / span) if span > 0 else 1.0


def _point(history: pd.DataFrame, edge: float) -> Point:
    there = _still_open(history, edge)
    late = _late(there).groupby([there["unit"], there["category"]])
    table = late.agg(["sum", "size"])
    counts = {
        (str(unit), str(category)): (int(row[0]), int(row[1]))
        for (unit, category), row in zip(table.index, table.to_numpy(), strict=True)
    }
    return Point(counts, _prior(counts))


def _prior(counts: dict[Pair, tuple[int, int]]) -> Prior:
    """What cells are like; with too few to tell, as the 50 cases of their mean."""
    if len(counts) >= UNITS_NEEDED:
        return fit({"|".join(pair): value for pair, value in counts.items()})
    late = sum(value[0] for value in counts.values())
    cases = sum(value[1] for value in counts.values())
    share = (late + 0.5) / (cases + 1)
    return Prior(50 * share, 50 * (1 - share))


def _still_open(history: pd.DataFrame, edge: float) -> pd.DataFrame:
    span = history["deadline_at"] - history["received_at"]
    reached = history["received_at"] + span * edge
    return history[history["closed_at"].isna() | (history["closed_at"] > reached)]


def _late(history: pd.DataFrame) -> "pd.Series[bool]":
    return history["closed_at"].isna() | (history["closed_at"] > history["deadline_at"])
