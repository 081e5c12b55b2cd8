"""A made-up Ankang: seeded, deterministic, every case of it 模拟数据 (simulated data).

Not one person, call or event is real. Volumes follow the published orders of magnitude
(about 72 % answered on the spot, 28 % passed on as work orders with a deadline), so that
pages, limits and speed can be judged before a real hotline is connected.
"""

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cities import ROOT, City, deadlines
from data_access.cases import frames
from pipeline.clock import due_days
from pipeline.sources import Rows, SourceError

SYNTHETIC = True
COMPLETE_UNTIL = date(2026, 11, 1)
FIRST, LAST = np.datetime64("2022-11-01"), np.datetime64("2026-10-31")  # days of receipt
CASES, SEED = 400_000, 12345
CHUNK = 50_000
DAY = 86_400  # seconds
CHANNELS = {"phone": 0.91, "mailbox": 0.03, "website": 0.03, "wechat": 0.02, "province": 0.01}
NATURES = {
    "consult": 0.44, "help": 0.28, "complaint": 0.17, "report": 0.06, "suggestion": 0.05
}  # fmt: skip
ON_THE_SPOT = {
    "consult": 0.93, "help": 0.66, "complaint": 0.42, "report": 0.30, "suggestion": 0.60
}  # fmt: skip
CATEGORIES = (
    "城市管理", "住房物业", "劳动社保", "交通出行", "供水供电供气", "市场消费", "医疗卫生",
    "教育培训", "农业农村", "生态环境", "公共安全", "民政救助",
)  # fmt: skip
BY_HOUR = np.array(
    [1, 1, 1, 1, 1, 1, 2, 4, 9, 11, 11, 9, 5, 6, 9, 10, 9, 8, 6, 5, 5, 4, 3, 2], dtype=float
)

Numbers = NDArray[np.int64]
Moments = NDArray[np.datetime64]


def read(origin: str | None, city: City, **options: int) -> Iterator[Rows]:
    """Yield `cases` cases made from `seed`, in the order of their receipt."""
    if origin is not None:
        raise SourceError(f"the demo city reads no file, but was given {origin}")
    if not city.units:
        raise SourceError(f"cities/{city.id}/units.csv lists no unit to handle the cases")
    rng = np.random.default_rng(options["seed"])
    table = pd.DataFrame(_table(rng, city, options["cases"]))
    for name in ("received_at", "due_at", "closed_at"):
        table[name] = table[name].dt.tz_localize(city.zone).dt.tz_convert("UTC")
    table = frames.frame({str(name): table[name] for name in table})
    for start in range(0, len(table), CHUNK):
        part = table.iloc[start : start + CHUNK]
        yield Rows(len(part), part)


def _table(rng: np.random.Generator, city: City, cases: int) -> dict[str, Any]:
    received = _received(rng, cases)
    nature = _pick(rng, NATURES, cases)
    on_the_spot = rng.random(cases) < np.array([ON_THE_SPOT[name] for name in NATURES])[nature]
    unit = _units(rng, city, cases)
    due, provisional = _due(city, received, nature)
    closed = _closed(rng, received, due, unit, len(city.units))
    closed = np.where(on_the_spot, received + rng.integers(60, 900, cases), closed)
    closed = np.where(closed >= np.datetime64(COMPLETE_UNTIL), np.datetime64("NaT"), closed)
    codes = np.array([item.code for item in city.units] + [""], dtype=object)
    places, weights = _areas(city)
    day = received.astype("datetime64[D]").astype(str)
    return {
        "number": [f"GD{date.replace('-', '')}{i:07d}" for i, date in enumerate(day.tolist())],
        "received_at": received,
        "due_at": np.where(on_the_spot, np.datetime64("NaT"), due),
        "due_provisional": provisional & ~on_the_spot,
        "closed_at": closed,
        "channel": np.array(list(CHANNELS), dtype=object)[_pick(rng, CHANNELS, cases)],
        "nature": np.array(list(NATURES), dtype=object)[nature],
        "category": rng.choice(np.array(CATEGORIES, dtype=object), cases),
        "unit": codes[np.where(on_the_spot, -1, unit)],
        "area": rng.choice(places, cases, p=weights),
        "status": np.where(np.isnat(closed), "open", "closed"),
    }


def _pick(rng: np.random.Generator, shares: dict[str, float], size: int) -> Numbers:
    return rng.choice(len(shares), size, p=np.array(list(shares.values())))


def _received(rng: np.random.Generator, cases: int) -> Moments:
    """Moments of receipt, sorted: growing, quiet at weekends, busy in summer and at year's end."""
    days = np.arange(FIRST, LAST + 1)
    number = np.arange(days.size)
    weekday = (days.astype(int) + 3) % 7
    season = 1 + 0.12 * np.cos((number - 250) / 365.25 * 2 * np.pi)
    season += 0.10 * np.cos((number - 60) / 365.25 * 4 * np.pi)
    weight = (1 + 0.0002 * number) * season * np.where(weekday < 5, 1.0, 0.62)
    weight *= rng.lognormal(0, 0.08, days.size)
    day = rng.choice(days, cases, p=weight / weight.sum())
    hour = rng.choice(24, cases, p=BY_HOUR / BY_HOUR.sum())
    seconds = hour * 3600 + rng.integers(0, 3600, cases)
    return np.sort(day.astype("datetime64[s]") + seconds)


def _units(rng: np.random.Generator, city: City, cases: int) -> Numbers:
    weight = rng.lognormal(0, 1.0, len(city.units))
    weight *= np.array([6.0 if unit.peer_group == "area" else 1.0 for unit in city.units])
    return rng.choice(len(city.units), cases, p=weight / weight.sum())


def _areas(city: City) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """County codes and their shares of the residents."""
    with (ROOT / city.id / "population.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    people = np.array([float(row["population_2020"]) for row in rows])
    return np.array([row["code"] for row in rows], dtype=object), people / people.sum()


def _due(city: City, received: Moments, nature: Numbers) -> tuple[Moments, NDArray[np.bool_]]:
    """Deadlines by nature of the case, at the end of a working day, and which are provisional."""
    limits = deadlines(city.id).limits
    days = np.array([limits[name].working_days for name in NATURES])[nature]
    last, provisional = due_days(received.astype("datetime64[D]"), days)
    ends: Moments = last.astype("datetime64[us]")
    ends += np.timedelta64(DAY * 10**6 - 1, "us")
    return ends, provisional


def _closed(
    rng: np.random.Generator, received: Moments, due: Moments, unit: Numbers, units: int
) -> Moments:
    """Closings: each unit has its own share of late ones, drifting a little from month to month."""
    allowed = (due - received).astype("timedelta64[s]").astype(int)
    typical = rng.beta(1.1, 42, units)
    month = (received.astype("datetime64[M]") - FIRST.astype("datetime64[M]")).astype(int)
    drift = rng.lognormal(0, 0.35, (units, month.max(initial=0) + 1))
    late = rng.random(received.size) < np.minimum(0.6, typical[unit] * drift[unit, month])
    within = (allowed * rng.beta(1.6, 2.0, received.size)).astype(int)
    beyond = allowed + (rng.lognormal(1.6, 1.1, received.size) * DAY).astype(int)
    never = late & (rng.random(received.size) < 0.06)
    closed = received + np.where(late, beyond, np.maximum(within, 300))
    return np.where(never, np.datetime64("NaT"), closed)
