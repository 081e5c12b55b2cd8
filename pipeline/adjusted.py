"""Case-mix adjustment for a release: how many of a unit's cases peers would have ended well.

Indirect standardisation by category and month within the peer group (metrics.stats.casemix). What
is published is one number a unit and period, rounded to whole cases, and only where the unit's own
figure is: neither how many cases of a category it had, nor its peers' rates by category. With n of
the unit's cell that gives a reader two equations, one of them rounded, in some dozens of unknowns.
`_room` makes sure of the worst case, a reader who knows every peer rate: a number is withheld if
with it fewer than ROOM values were left for any kind of case.

What the release in force tells of a closed period is repeated, so that late cases cannot be told
from the difference.
"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Engine

from cities import City
from data_access import adjusted as published
from data_access.published import ALL, DIMENSIONS, Release
from metrics import lattice, registry
from metrics.adjusted import ALONE, FEWEST, rarer
from metrics.measure import FEW, PROTECTED
from metrics.model import Metric
from metrics.periods import label
from metrics.stats.casemix import Cell, standardise
from pipeline import facts
from pipeline.engines.choice import Counting
from pipeline.engines.duckdb import Counter

KEYS = ["metric", "grain", "period", "unit"]
COLUMNS = [*KEYS, "expected", "withheld"]
KIND = ["category", "month"]
BY = ("unit", "category")
ROOM = 5  # values that must stay possible for the cases of one kind
MOST_ALONE = 0.5  # of a unit's cases may be of kinds that no peer handles

Floats = NDArray[np.float64]
Row = tuple[str, str, str, str, int | None, str | None]  # by COLUMNS


def table(
    engine: Engine,
    city: City,
    as_of: date,
    cells: pd.DataFrame,
    in_force: Release | None = None,
    counting: Counting = Counter,
    folder: Path | None = None,
) -> pd.DataFrame:
    """The release's table `adjusted` for protected cells: COLUMNS, sorted by KEYS.

    `in_force` is the release whose numbers of closed periods stay; give none for a correction.
    """
    told = _told(cells)
    rows: list[Row] = []
    for mine in _by_subject().values():
        with facts.held(engine, city, as_of, mine, folder) as held, counting(held) as counter:
            counted = [(metric, counter.count(metric, BY)) for metric in mine]
        for metric, monthly in counted:
            shown = told[told["metric"] == metric.id]
            rows += _metric(metric, monthly.to_pandas(), shown, city)
    found = pd.DataFrame(rows, columns=COLUMNS)
    found = found.astype({"expected": "Int64"} | dict.fromkeys((*KEYS, "withheld"), "string"))
    return _kept(found, in_force).sort_values(KEYS, ignore_index=True)


def _by_subject() -> dict[str, list[Metric]]:
    """What is adjusted: shares with a good direction that are told by unit, by what they count."""
    found: dict[str, list[Metric]] = {}
    for told in lattice.tables():
        for metric in map(registry.get, told.metrics):
            good = metric.kind == "ratio" and metric.direction != "neutral"
            if told.by == ("unit",) and good and set(BY) <= set(metric.slices):
                found.setdefault(metric.subject, []).append(metric)
    return found


def _told(cells: pd.DataFrame) -> pd.DataFrame:
    """The published cells by unit alone."""
    whole = (cells[[name for name in DIMENSIONS if name != "unit"]] == ALL).all(axis=1)
    return cells[whole & (cells["unit"] != ALL) & cells["withheld"].isna()]


def _metric(metric: Metric, monthly: pd.DataFrame, told: pd.DataFrame, city: City) -> Iterator[Row]:
    groups = {unit.code: unit.peer_group for unit in city.units}
    dated = monthly.dropna(subset=["month"])
    for key, cells in told.groupby(["grain", "period"]):
        grain, period = map(str, key)
        inside = [label(int(m) // 100, int(m) % 100, grain) == period for m in dated["month"]]
        mix = dated[np.array(inside, dtype=bool)]
        for _, peers in cells.groupby(cells["unit"].map(groups).fillna("")):
            mine = mix[mix["unit"].isin(peers["unit"])]
            for unit, expected, why in _peers(mine, peers):
                yield metric.id, grain, period, unit, expected, why


def _peers(mix: pd.DataFrame, cells: pd.DataFrame) -> Iterator[tuple[str, int | None, str | None]]:
    """Each unit of one peer group in one period: what was expected, or why it is not told."""
    counts = {
        row["unit"]: (int(row["numerator"]), int(row["denominator"]))
        for row in cells.to_dict("records")
    }
    target = sum(y for y, _ in counts.values()) / sum(n for _, n in counts.values())
    kinds = mix.groupby(KIND)[["numerator", "denominator"]].sum()
    kinds = kinds[kinds["denominator"] > 0]
    rates = (kinds["numerator"] / kinds["denominator"]).to_numpy(dtype=np.float64)
    for item in standardise(_cells(mix)):
        n = counts[item.unit][1]  # as booked: late cases are in the mix, but not in it
        expected = round(item.expected / item.cases * n)
        if item.alone > MOST_ALONE or len(counts) < 2:
            yield item.unit, None, ALONE
        elif rarer(expected, n, target) < FEWEST:
            yield item.unit, None, FEW
        elif _room(rates, n, expected) < ROOM:
            yield item.unit, None, PROTECTED
        else:
            yield item.unit, expected, None


def _cells(mix: pd.DataFrame) -> list[Cell]:
    """Good outcomes by unit and kind."""
    return [
        Cell(
            row["unit"],
            f"{row['category']} {row['month']}",
            int(row["numerator"]),
            int(row["denominator"]),
        )
        for row in mix.to_dict("records")
    ]


def _room(rates: Floats, n: int, expected: int) -> int:
    """The fewest values that the cases of one kind can have, all peer rates being known.

    The cases of each kind are 0 or more, they add up to n, and with the rates to a number that
    rounds to `expected`. With two such conditions, the most and the least of one kind are reached
    with one other kind beside it: that of the highest or of the lowest rate. Whole cases are no
    further condition: moving one from kind to kind moves the sum by one at most, and rounding
    leaves a window of one.
    """
    low, high = (expected - 0.5) / n, (expected + 0.5) / n
    return min(_values(rate, np.delete(rates, i), n, low, high) for i, rate in enumerate(rates))


def _values(rate: float, others: Floats, n: int, low: float, high: float) -> int:
    """How many values the cases of one kind can have, the mean rate lying in low to high."""
    if not len(others):
        return 1
    bottom, top = float(others.min()), float(others.max())
    least, most = 0.0, float(n)
    if top < low and rate > top:  # others alone are too low
        least = n * (low - top) / (rate - top)
    elif bottom > high and rate < bottom:
        least = n * (bottom - high) / (bottom - rate)
    if rate > high and bottom < rate:
        most = n * (high - bottom) / (rate - bottom)
    elif rate < low and top > rate:
        most = n * (top - low) / (top - rate)
    return int(np.floor(most + 1e-9) - np.ceil(least - 1e-9)) + 1


def _kept(found: pd.DataFrame, in_force: Release | None) -> pd.DataFrame:
    """What the release in force tells in the place of what was counted anew."""
    if in_force is None:
        return found
    before: dict[tuple[Any, ...], Any] = {
        tuple(row[name] for name in KEYS): row for row in published.everything(in_force)
    }
    told = [before.get(tuple(row[name] for name in KEYS), row) for row in found.to_dict("records")]
    return pd.DataFrame(told, columns=COLUMNS).astype(found.dtypes)
