"""How early warning does on the demo city: python -m tools.detection writes docs/early-warning.md.

Takes about two minutes on one core.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

import cities
from cities import ROOT, City
from data_access.cases.engine import opened
from data_access.settings import PROJECT
from metrics.stats import alerts, expected
from metrics.stats.discovery import discoveries
from metrics.stats.expected import Cell, cells_of
from pipeline.demo.intake import FLOODS, OUTBREAK, OUTBREAK_COUNTY, OUTBREAK_SUBJECT
from pipeline.sources.demo import COMPLETE_UNTIL
from pipeline.warning import daily, kinds
from tools.detection_report import Comparison, write
from tools.planting import DAY, Event, Outcome, judge, plant, weekly_threshold

CITY = cities.profile("ankang")
REPLAYED = 730  # days, the last ones of the demo
EACH = 40  # outbreaks planted of every size
SEED = 20130130
REFIT = 7  # days from one fit of the replay to the next; in use it is fitted anew each day
RATES = (0.01, 0.05, 0.1, 0.2)  # of false discoveries
PLAIN = (2.0, 3.0)  # standard deviations


@dataclass(frozen=True)
class Replay:
    """Days x cells: at which false-discovery rate each is told. `normal`: city-wide, a day."""

    adjusted: pd.DataFrame
    normal: "pd.Series[float]"


def known(counts: pd.DataFrame) -> tuple[Event, list[Event]]:
    """The demo's hidden outbreak, and what its floods bring: each cell of a category of floods."""
    rows = pd.read_csv(ROOT / CITY.id / "categories.csv", dtype=str, keep_default_na=False)
    (subject,) = rows.loc[rows["level3"] == OUTBREAK_SUBJECT, "level2"]
    wet = set(rows.loc[rows["season"] == "flood", "level2"])
    hidden = _event((subject, OUTBREAK_COUNTY), OUTBREAK, "hidden")
    cells = [cell for cell in cells_of(counts) if cell[0] in wet]
    return hidden, [_event(cell, flood, "flood") for flood in FLOODS for cell in cells]


def _event(cell: Cell, when: tuple[np.datetime64, int], size: str) -> Event:
    first, days = pd.Timestamp(when[0]), when[1]
    return Event(cell, first, first + (days - 1) * DAY, size, 0)


def replay(counts: pd.DataFrame, kind: "pd.Series[str]", span: pd.DatetimeIndex) -> Replay:
    """Judge every day of the span, from what was known before it."""
    rows, normal = [], []
    for place, day in enumerate(span):
        if place % REFIT == 0:
            model = expected.fit(counts, kind, day, alerts.WINDOWS)
        found = alerts.scores(model, counts, kind, day)
        told = discoveries({str(cell): float(p) for cell, p in enumerate(found.p)})
        rows.append([one.adjusted for one in told])
        normal.append(model.means(kind.loc[day:day]).sum())
    cells = pd.MultiIndex.from_tuples(model.cells)
    return Replay(pd.DataFrame(rows, span, cells), pd.Series(normal, span))


def tuned(scores: pd.DataFrame, events: list[Event], ignored: list[Event], wanted: int) -> float:
    """The multiplier of the plain rule that comes nearest to so many false alarms, by halving."""
    low, high = PLAIN[0], 64.0
    tried: dict[float, int] = {}
    for _ in range(14):
        middle = (low + high) / 2
        tried[middle] = len(judge(scores > middle, events, ignored).false)
        low, high = (middle, high) if tried[middle] > wanted else (low, middle)
    return min(tried, key=lambda multiplier: (abs(tried[multiplier] - wanted), multiplier))


def compare(counts: pd.DataFrame, kind: "pd.Series[str]", span: pd.DatetimeIndex) -> Comparison:
    """Plant, replay, and hold our rule and the plain one against the same events."""
    hidden, floods = known(counts)
    planted, events = plant(counts, span, EACH, [hidden, *floods], np.random.default_rng(SEED))
    events = [hidden, *events]
    ran = replay(planted, kind, span)
    rates = {rate: judge(ran.adjusted <= rate, events, floods) for rate in RATES}
    scores = weekly_threshold(planted, alerts.FEWEST).loc[span]
    ours = rates[alerts.RATE]
    levels = (*PLAIN, tuned(scores, events, floods, len(ours.false)))
    plain = {level: judge(scores > level, events, floods) for level in levels}
    unplanted = weekly_threshold(counts, alerts.FEWEST).loc[span]
    chance = {level: judge(unplanted > level, events[1:], floods) for level in levels}
    first = _first(ours, hidden)
    (alert,) = [
        one for one in alerts.warn(planted, kind, first) if (one.category, one.area) == hidden.cell
    ]
    days = _by_kind(counts.loc[span].sum(axis=1), ran.normal, kind.loc[span], ours)
    sizes = int(counts.to_numpy().sum()), counts.shape[1]
    return Comparison(*sizes, span, REFIT, hidden, tuple(floods), alert, rates, plain, chance, days)


def _first(outcome: Outcome, event: Event) -> pd.Timestamp:
    delay = outcome.delays[event]
    if delay is None:
        raise RuntimeError("the hidden outbreak was not found: there is nothing to report")
    return event.first + delay * DAY


def _by_kind(
    seen: "pd.Series[int]", normal: "pd.Series[float]", kind: "pd.Series[str]", ours: Outcome
) -> pd.DataFrame:
    """Per kind of day: days, cases a day as seen and as expected, false alarms begun."""
    days = pd.DatetimeIndex(kind.index)
    names = np.where(kind == "", np.where(days.day_of_week < 5, "working day", "weekend"), kind)
    begun = pd.Series([first for _, first, _ in ours.false]).value_counts()
    table = pd.DataFrame({"kind": names, "seen": seen, "normal": normal}, days)
    table["false"] = begun.reindex(days, fill_value=0)
    parts = table.groupby("kind")
    return parts[["seen", "normal"]].mean().assign(days=parts.size(), false=parts["false"].sum())


def demo(city: City) -> tuple[pd.DataFrame, "pd.Series[str]"]:
    """The demo's daily counts and kinds of day."""
    with opened() as engine:
        counts = daily(engine, city, COMPLETE_UNTIL)
    return counts, kinds(pd.DatetimeIndex(counts.index), city)


if __name__ == "__main__":
    table, kind = demo(CITY)
    found = compare(table, kind, pd.DatetimeIndex(table.index[-REPLAYED:]))
    (PROJECT / "docs" / "early-warning.md").write_text(write(found), "utf-8")
