"""Keep what early warning tells of each new day, as alerts for supervisors.

Each day is judged once, by a model of what was known when its month began, as in the table
`warnings` of a release (pipeline/signals.py); so is what belongs to one signal.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import pandas as pd
from sqlalchemy import Engine

from cities import City
from data_access.supervision import alert_keeping
from data_access.supervision.alert_keeping import Signal
from metrics.stats import alerts, expected
from metrics.stats.alerts import Alert
from metrics.stats.expected import Model, TooLittleHistory
from pipeline import warning
from pipeline.signals import GAP, SPLIT

BACK = 28  # days before the as-of day that a first run looks back on
SHOWN = 42  # days of evidence beside an alert
DEMO_BACK = 460  # days: the demo city has its outbreak so long ago


@dataclass
class Kept:
    """How many days were judged, and how many alerts began in them."""

    days: int = 0
    begun: int = 0


@dataclass(frozen=True)
class _Watch:
    """Cases by day and (category path, area), what sets each day apart, and the model."""

    counts: pd.DataFrame
    kinds: "pd.Series[str]"
    model: Model


def keep(engine: Engine, city: City, as_of: date, back: int | None = None) -> Kept:
    """Judge every day before `as_of` that was not judged yet, and keep what stands out.

    A first run looks `back` so many days, by default BACK.
    """
    kept = Kept()
    with engine.connect() as connection:
        until = alert_keeping.judged_until(connection, city.id)
    back = BACK if back is None else back
    first = as_of - timedelta(days=back) if until is None else until + timedelta(days=1)
    if first >= as_of:
        return kept
    for day, cells, found in _judged(engine, city, first, as_of):
        with engine.begin() as connection:
            begun = alert_keeping.keep(connection, city.id, day, cells, found, GAP)
        kept.days += begun is not None
        kept.begun += begun or 0
    return kept


def _judged(
    engine: Engine, city: City, first: date, as_of: date
) -> Iterator[tuple[date, int, list[Signal]]]:
    """Each day with how many cells were judged (0: too little history) and what stands out."""
    try:
        counts = warning.by_path(engine, city, as_of, SPLIT)
    except TooLittleHistory:
        yield as_of - timedelta(days=1), 0, []
        return
    kinds = warning.kinds(pd.DatetimeIndex(counts.index), city)
    for month, some in groupby(pd.date_range(first, as_of, inclusive="left"), _month):
        try:
            watch = _Watch(counts, kinds, expected.fit(counts, kinds, month, alerts.WINDOWS))
        except TooLittleHistory:
            yield list(some)[-1].date(), 0, []
            continue
        for day in some:
            yield day.date(), len(watch.model.cells), _signals(watch, day)


def _month(day: pd.Timestamp) -> pd.Timestamp:
    """The day with which its month begins."""
    return day.replace(day=1)


def _signals(watch: _Watch, day: pd.Timestamp) -> list[Signal]:
    """What stands out on a day, the most certain first."""
    model = watch.model
    scores = alerts.scores(model, watch.counts, watch.kinds, day)
    return [_signal(watch, one, day) for one in alerts.alerts(model, scores, day)]


def _signal(watch: _Watch, one: Alert, day: pd.Timestamp) -> Signal:
    category, category2 = one.category.split(SPLIT)
    days = pd.date_range(day - pd.Timedelta(days=SHOWN - 1), day)
    band = alerts.band(watch.model, watch.counts, watch.kinds, (one.category, one.area), days)
    told = [
        [f"{at:%Y-%m-%d}", int(row.observed), round(float(row.expected), 2), int(row.limit)]
        for at, row in band.iterrows()
    ]
    return Signal(
        category, category2, one.area, one.window, one.observed, one.expected, one.p,
        one.adjusted, told,
    )  # fmt: skip
