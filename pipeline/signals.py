"""The table `warnings` of a release: how many early-warning signals each closed quarter had.

A signal is a run of alerts (pipeline.warning) of one second-level category in one area, with less
than GAP days between them, whose window holds at least FEWEST cases more than expected, in a
sensitive category LEAST_SENSITIVE. It belongs to the quarter of its first alert. Each day is judged
by a model that was fitted as of the first of its month, so by nothing that came later.

Why a number of signals tells of nobody, although alerts come from daily counts that nobody sees:

- It is a number of groups of five cases or more (ten), never of cases, and has no day, no size and
  no second-level category.
- A signal is told only if every published count of cases that holds it is shown: its area, its
  category, both together, and its second-level category, each in that quarter. Of those the reader
  knows far more than that they are five or more.
- Cells withheld as few hold fewer than five cases, so they have no signal, and by the rule above
  none is told of any other withheld cell. That there was no signal says that nothing rose beyond
  what season and chance explain; it bounds no count that is not shown.
- What was told of a quarter is repeated by every later release, so late cases cannot be told from
  the difference.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import pandas as pd
from sqlalchemy import Engine

from cities import City
from data_access import warnings as published
from data_access.published import ALL, NONE, SENSITIVE, Release
from metrics.measure import UNPUBLISHED
from metrics.periods import after, closed, first_day, label
from metrics.stats import alerts, expected
from metrics.stats.expected import TooLittleHistory
from pipeline import warning

QUARTERS = 5  # closed quarters that a first release looks back on: a year, and the one before
GAP = 7  # days: an alert that comes sooner after another of its cell belongs to it
FEWEST, LEAST_SENSITIVE = 5, 10  # cases in excess
COLUMNS = list(published.Signals._fields)
SPLIT = "\x1f"  # between the names of the levels of a category


class Signal(NamedTuple):
    """The first alert's day of a run, where and of what it was, and the most cases in excess."""

    day: date
    area: str
    category: str
    category2: str
    excess: float


class Run(NamedTuple):
    """Alerts of one cell that belong together: first and last day, most cases in excess."""

    began: pd.Timestamp
    last: pd.Timestamp
    excess: float


class Watched(NamedTuple):
    """Cases by day (rows) and (category path, area), and what sets each day apart."""

    counts: pd.DataFrame
    kinds: "pd.Series[str]"


def warnings_table(
    engine: Engine,
    city: City,
    as_of: date,
    cells: pd.DataFrame,
    in_force: Release | None = None,
    anew: bool = False,
) -> pd.DataFrame:
    """The release's table `warnings`; `cells` are the protected ones.

    What `in_force` tells of a quarter stays, unless all is counted `anew`, for a correction. A
    first release tells QUARTERS closed quarters, as far as there is history enough to judge them.
    """
    before = list(published.read(in_force)) if in_force else []
    told = {row.period for row in before}
    rows = [] if anew else before
    wanted = [period for period in _closed(cells, as_of) if anew or period > max(told, default="")]
    wanted = wanted[-most:] if (most := max(QUARTERS, len(told))) else []
    if wanted and (watched := _watched(engine, city, as_of)):
        for period in wanted:
            rows += _quarter(watched, city, cells, period)
    found = pd.DataFrame(rows, columns=COLUMNS)
    types = dict.fromkeys(("period", "area", "category", "withheld"), "string")
    return found.astype(types | {"signals": "Int64"})


def _watched(engine: Engine, city: City, as_of: date) -> Watched | None:
    """What alerts are made of; None where cases have no second-level category or no area."""
    try:
        counts = warning.by_path(engine, city, as_of, SPLIT)
    except TooLittleHistory:
        return None
    return Watched(counts, warning.kinds(pd.DatetimeIndex(counts.index), city))


def _closed(cells: pd.DataFrame, as_of: date) -> list[str]:
    """Closed quarters of which it is told how many cases came in."""
    whole = (cells[["unit", "area", "category"]] == ALL).all(axis=1) & cells["withheld"].isna()
    told = cells[whole & (cells["metric"] == "received") & (cells["grain"] == "quarter")]
    return sorted(period for period in told["period"].unique() if closed(period, as_of))


def _quarter(
    watched: Watched, city: City, cells: pd.DataFrame, period: str
) -> list[published.Signals]:
    """A row for the city, every area and every category of a quarter; none if it is too early."""
    try:
        found = list(signals(watched, period))
    except TooLittleHistory:
        return []
    shown = _received(cells, period)
    told = [one for one in found if _tellable(one, shown, city)]
    counts = [published.Signals(period, ALL, ALL, len(told), None)]
    for (area, category, category2), why in sorted(shown.items()):
        if category2 == ALL and (area == ALL) != (category == ALL):
            mine = [one for one in told if area in (ALL, one.area)]
            number = sum(category in (ALL, one.category) for one in mine)
            row = published.Signals(period, area, category, number, None)
            counts.append(row if why is None else row._replace(signals=None, withheld=why))
    return counts


def _received(cells: pd.DataFrame, period: str) -> dict[tuple[str, str, str], str | None]:
    """By area, category and category2: why what came in in a quarter is not shown, or None."""
    names = ["area", "category", "category2"]
    rest = [name for name in ("unit", "town", "reason_code") if name in cells]
    mine = cells[(cells["metric"] == "received") & (cells["period"] == period)]
    mine = mine[(mine[rest] == ALL).all(axis=1) & ~mine[names].isin([NONE, SENSITIVE]).any(axis=1)]
    why = [None if pd.isna(reason) else str(reason) for reason in mine["withheld"]]
    return dict(zip(mine[names].itertuples(index=False, name=None), why, strict=True))


def _tellable(signal: Signal, shown: dict[tuple[str, str, str], str | None], city: City) -> bool:
    paths = {(signal.category,), (signal.category, signal.category2)}
    least = LEAST_SENSITIVE if paths & city.sensitive else FEWEST
    holding = (
        (signal.area, ALL, ALL), (ALL, signal.category, ALL), (signal.area, signal.category, ALL),
        (ALL, signal.category, signal.category2),
    )  # fmt: skip
    return signal.excess >= least and all(shown.get(cell, UNPUBLISHED) is None for cell in holding)


def signals(watched: Watched, quarter: str) -> Iterator[Signal]:
    """Every signal of a closed quarter, whether it may be told or not.

    TooLittleHistory if its first month is not judged yet.
    """
    start, end = first_day(quarter), after(quarter)
    while start < end:
        month = label(start.year, start.month, "month")
        yield from _month(watched, month)
        start = after(month)


def _month(watched: Watched, month: str) -> Iterator[Signal]:
    """Signals that begin in a month, by a model of what was known when it began.

    The days before it are judged too: what began there is not counted again.
    """
    first, end = pd.Timestamp(first_day(month)), pd.Timestamp(after(month))
    model = expected.fit(*watched, first, alerts.WINDOWS)
    runs: dict[tuple[str, str], Run] = {}
    for day in pd.date_range(first - pd.Timedelta(days=GAP), end, inclusive="left"):
        for one in alerts.alerts(model, alerts.scores(model, *watched, day), day):
            cell, excess = (one.category, one.area), one.observed - one.expected
            run = runs.get(cell)
            if run is not None and (day - run.last).days < GAP:
                runs[cell] = Run(run.began, day, max(run.excess, excess))
                continue
            if run is not None and run.began >= first:
                yield _signal(cell, run)
            runs[cell] = Run(day, day, excess)
    yield from (_signal(cell, run) for cell, run in runs.items() if run.began >= first)


def _signal(cell: tuple[str, str], run: Run) -> Signal:
    category, category2 = cell[0].split(SPLIT)
    return Signal(run.began.date(), cell[1], category, category2, run.excess)
