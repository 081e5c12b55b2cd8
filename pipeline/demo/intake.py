"""What comes in: when, about what, from where, by which line and channel, from whom."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.demo import FIRST, LAST
from pipeline.demo.quota import Moments, Numbers, Reals, pick
from pipeline.demo.world import GAOXIN, HANBIN, HENGKOU, HENGKOU_TOWNS, Texts, World

RUN = 40_000  # cases made at a time
LONGEST, SAMPLE = 50, 120_000  # days that a deadline takes at most; cases that show how many do
CHANNELS = {"phone": 0.907, "mailbox": 0.03, "website": 0.03, "wechat": 0.023, "province": 0.01}
NATURES = {
    "consult": 0.43, "help": 0.28, "complaint": 0.17, "report": 0.06, "suggestion": 0.05,
    "praise": 0.01,
}  # fmt: skip
ON_THE_SPOT = {
    "consult": 0.93, "help": 0.66, "complaint": 0.42, "report": 0.30, "suggestion": 0.60,
    "praise": 1.0,
}  # fmt: skip
REPEATS = 0.06
TO_COUNTY = 0.85  # of what is a department's: three of four work orders go to counties
URGENCIES = {"normal": 0.93, "urgent": 0.06, "emergency": 0.01}
BY_HOUR = np.array(
    [1, 1, 1, 1, 1, 1, 2, 4, 9, 11, 11, 9, 5, 6, 9, 10, 9, 8, 6, 5, 5, 4, 3, 2], dtype=float
)
SEASONS = {  # months in which such cases are so many times as frequent as in the others
    "heating": ((11, 12, 1, 2, 3), 6.0), "backpay": ((12, 1, 2), 5.0),
    "flood": ((7, 8, 9, 10), 3.0), "school": ((8, 9), 6.0), "harvest": ((5, 6, 9, 10), 3.0),
    "summer": ((6, 7, 8), 4.0), "festival": ((1, 2), 4.0),
}  # fmt: skip
FLOODS = ((np.datetime64("2024-07-09"), 10), (np.datetime64("2025-09-15"), 14))  # first day, days
OUTBREAK = (np.datetime64("2025-08-11"), 14)
OUTBREAK_SUBJECT, OUTBREAK_COUNTY, OUTBREAK_SHARE = "饮水异味与腹泻", "610921", 0.08


def runs(rng: np.random.Generator, cases: int) -> Iterator[tuple[Moments, int]]:
    """Days of receipt, one a case and sorted, some thousand at a time, and how many came before."""
    days: Moments = np.arange(FIRST, LAST + 1)
    per_day = rng.multinomial(cases, _busy(rng, days))
    done = np.concatenate([[0], np.cumsum(per_day)])
    start = 0
    while start < days.size:
        end = int(np.searchsorted(done, done[start] + RUN, side="left"))
        end = min(max(end, start + 1), days.size)
        yield np.repeat(days[start:end], per_day[start:end]), int(done[start])
        start = end


def last_days(rng: np.random.Generator) -> tuple[Moments, float]:
    """A sample of days of receipt from the end, and which share of all cases falls into it."""
    days: Moments = np.arange(FIRST, LAST + 1)
    share = _busy(rng, days)[-LONGEST:]
    return np.repeat(days[-LONGEST:], SAMPLE // LONGEST), float(share.sum())


def _busy(rng: np.random.Generator, days: Moments) -> Reals:
    """The share of each day: growing, quiet at weekends, busy in summer and in floods."""
    number = np.arange(days.size)
    weekday = (days.astype(int) + 3) % 7
    season = 1 + 0.12 * np.cos((number - 250) / 365.25 * 2 * np.pi)
    season += 0.10 * np.cos((number - 60) / 365.25 * 4 * np.pi)
    weight = (1 + 0.0002 * number) * season * np.where(weekday < 5, 1.0, 0.62)
    weight *= rng.lognormal(0, 0.08, days.size)
    for first, length in FLOODS:
        weight[(days >= first) & (days < first + length)] *= 1.5
    shares: Reals = weight / weight.sum()
    return shares


def cases(rng: np.random.Generator, world: World, days: Moments, before: int) -> pd.DataFrame:
    """The cases of some days as they came in, in the order of their receipt; times are local."""
    size = days.size
    received = np.sort(_moments(rng, days))
    place = pick(rng, world.places.weight, size)
    subject = _subjects(rng, world, received)
    caller = _repeats(rng, size, subject, place)
    _outbreak(rng, world, received, subject, place)
    nature = pick(rng, np.array(list(NATURES.values())), size)
    day = received.astype("datetime64[D]").astype(str)
    number = [f"GD{d.replace('-', '')}{i:07d}" for i, d in enumerate(day.tolist(), start=before)]
    area, unit = _responsible(rng, world, subject, place)
    found = pd.DataFrame({"number": pd.Series(number, dtype=object), "received_at": received})
    found["place"], found["subject"], found["unit_number"] = place, subject, unit
    found["area"], found["caller"] = area, caller
    found["nature"] = np.array(list(NATURES), dtype=object)[nature]
    found["on_the_spot"] = rng.random(size) < np.array(list(ON_THE_SPOT.values()))[nature]
    found["channel"] = _word(rng, CHANNELS, size)
    found["urgency"] = _word(rng, URGENCIES, size)
    found["entry_line"] = _lines(rng, world, size)
    return found


def _repeats(rng: np.random.Generator, size: int, subject: Numbers, place: Numbers) -> Numbers:
    """Who calls: a row of this run, an earlier one where a caller comes back with the same."""
    row = np.arange(size)
    back = np.maximum(row - rng.integers(1, RUN // 8, size), 0)
    again = (rng.random(size) < REPEATS) & (back > 0)
    again &= ~again[back]  # a second call, not a third
    caller = np.where(again, back, row)
    subject[:], place[:] = subject[caller], place[caller]
    return caller


def _word(rng: np.random.Generator, shares: dict[str, float], size: int) -> Texts:
    words: Texts = np.array(list(shares), dtype=object)
    return words[pick(rng, np.array(list(shares.values())), size)]


def _moments(rng: np.random.Generator, days: Moments) -> Moments:
    seconds = pick(rng, BY_HOUR, days.size) * 3600 + rng.integers(0, 3600, days.size)
    found: Moments = days.astype("datetime64[s]") + seconds
    return found


def _subjects(rng: np.random.Generator, world: World, received: Moments) -> Numbers:
    """Rows of the city's categories, by their season; floods bring their own."""
    season = world.categories["season"].to_numpy(object)
    plain = world.categories["weight"].to_numpy(float)
    months = received.astype("datetime64[M]")
    found = np.zeros(received.size, dtype=np.int64)
    for month in np.unique(months):
        weight = plain.copy()
        for name, (busy, times) in SEASONS.items():
            if month.astype(int) % 12 + 1 in busy:
                weight[season == name] *= times
        here = months == month
        found[here] = pick(rng, weight, int(here.sum()))
    wet = plain * (season == "flood")
    for first, length in FLOODS:
        here = (
            (received >= first) & (received < first + length) & (rng.random(received.size) < 0.35)
        )
        found[here] = pick(rng, wet, int(here.sum()))
    return found


def _outbreak(
    rng: np.random.Generator, world: World, received: Moments, subject: Numbers, place: Numbers
) -> None:
    """Hidden: two weeks of sickness along one water pipe, in two towns of one county."""
    first, length = OUTBREAK
    here = (received >= first) & (received < first + length)
    here &= rng.random(received.size) < OUTBREAK_SHARE
    mine = np.flatnonzero(world.places.county == OUTBREAK_COUNTY)
    towns = np.unique(world.places.town[mine])[:2]
    mine = mine[np.isin(world.places.town[mine], towns)]
    subject[here] = np.flatnonzero(world.categories["level3"] == OUTBREAK_SUBJECT)[0]
    place[here] = rng.choice(mine, int(here.sum()))


def _responsible(
    rng: np.random.Generator, world: World, subject: Numbers, place: Numbers
) -> tuple[Texts, Numbers]:
    """The county of each case and the unit that has to handle it, as a place in the profile."""
    area = world.places.county[place]
    government = area.copy()
    hanbin = area == HANBIN
    government[hanbin & (rng.random(area.size) < 0.12)] = GAOXIN
    towns = [code for code in set(world.places.town) if world.places.names[code] in HENGKOU_TOWNS]
    government[hanbin & np.isin(world.places.town[place], towns)] = HENGKOU
    unit = world.categories["unit"].to_numpy(object)[subject]
    groups = {item.code: item.peer_group for item in world.city.units}
    municipal = np.array([groups.get(code) == "department" for code in unit])
    local = (unit == "county") | municipal & (rng.random(area.size) < TO_COUNTY)
    return area, world.unit_numbers(np.where(local, government, unit))


def _lines(rng: np.random.Generator, world: World, size: int) -> Texts:
    """The number that was called: the hotline itself, or a line merged into it."""
    shares = world.lines["share"].to_numpy(float)
    codes: Texts = np.array([world.city.hotline, *world.lines["code"]], dtype=object)
    return codes[pick(rng, np.array([1 - shares.sum(), *shares]), size)]
