"""When cases come in and by which way is told in tens, against a count case by case."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Engine

import cities
from data_access import intake as told
from data_access.cases.frames import frame
from data_access.published import current
from data_access.settings import releases
from pipeline import intake
from pipeline.verify import verify
from tests import small_release
from tests.conftest import store

ANKANG = cities.profile("ankang")
ZONE = ZoneInfo("Asia/Shanghai")
AS_OF = date(2026, 5, 1)
WORDS = (
    "电话",
    "phone",
    "",
    "13800138000",
    "我叫王小明，请给我回电话，谢谢你们了，非常感谢",
    "窗口",
)


def cases(rows: int, seed: int = 1) -> pd.DataFrame:
    """Cases from 2024 to after the as-of day, some by a way that few take."""
    rng = np.random.default_rng(seed)
    start = datetime(2024, 1, 1, tzinfo=UTC)
    minutes = rng.integers(0, 60 * 24 * 900, rows)
    return frame(
        {
            "number": [f"N{n}" for n in range(rows)],
            "received_at": [start + timedelta(minutes=int(n)) for n in minutes],
            "channel": rng.choice(WORDS, rows, p=[0.6, 0.2, 0.1, 0.04, 0.04, 0.02]),
        }
    )


def local(found: pd.DataFrame) -> list[tuple[datetime, str]]:
    """What is known on the as-of day: when each case came in, by the city's clock, and how."""
    ended = datetime(AS_OF.year, AS_OF.month, AS_OF.day, tzinfo=ZONE)
    rows = zip(found["received_at"], found["channel"], strict=True)
    return [(at.astimezone(ZONE), way or "") for at, way in rows if at <= ended]


@pytest.mark.parametrize(("rows", "width"), [(900, 6), (6_000, 4), (40_000, 1)])
def test_the_week_is_the_count_rounded_down(engine: Engine, rows: int, width: int) -> None:
    made = cases(rows)
    store(engine, "ankang", made)
    found = intake.tables(engine, ANKANG, AS_OF)["rhythm"]
    counts = Counter(
        (str(at.year), at.isoweekday(), at.hour // width * width) for at, _ in local(made)
    )
    assert set(found["period"]) == {"2024", "2025"}  # 2026 is not over
    assert set(found["hours"]) == {width}
    assert len(found) == 2 * 7 * 24 // width
    for row in found.to_dict("records"):
        place = (row["period"], row["weekday"], row["hour"])
        assert row["at_least"] == counts[place] // 10 * 10


def test_the_ways_are_the_counts_rounded_down_and_rare_or_strange_ones_together(
    engine: Engine,
) -> None:
    made = cases(6_000)
    store(engine, "ankang", made)
    found = intake.tables(engine, ANKANG, AS_OF)["channels"]
    periods: dict[str, Counter[str]] = {}
    for at, way in local(made):
        for period in (str(at.year), f"{at.year}-Q{(at.month + 2) // 3}"):
            periods.setdefault(period, Counter())[way] += 1
    over = {period for period in periods if not period.startswith("2026") or period == "2026-Q1"}
    assert set(found["period"]) == over
    for period in over:
        counts = periods[period]
        named = {way: n for way, n in counts.items() if way in WORDS[:2] and n >= 100}
        rest = counts.total() - sum(named.values())
        expected = {way: n // 10 * 10 for way, n in (*named.items(), ("*", rest)) if n >= 10}
        mine = found[found["period"] == period]
        assert dict(zip(mine["channel"], mine["at_least"], strict=True)) == expected
    assert not any("1380" in way or "王" in way for way in found["channel"])


def test_before_the_first_year_is_over_nothing_is_told(engine: Engine) -> None:
    made = frame({"number": ["1"], "received_at": [datetime(2026, 3, 1, tzinfo=UTC)]})
    assert all(table.empty for table in intake.tables(engine, ANKANG, AS_OF).values())
    store(engine, "ankang", made)
    found = intake.tables(engine, ANKANG, AS_OF)
    assert found["rhythm"].empty
    assert found["channels"].empty  # one case is fewer than ten


@pytest.fixture
def published(data: Path, engine: Engine) -> dict[str, pd.DataFrame]:
    """Both tables, and a release that has them."""
    store(engine, "ankang", cases(6_000))
    found = intake.tables(engine, ANKANG, AS_OF)
    made = small_release.contents()
    small_release.publish(replace(made, tables={**made.tables, **found}))
    return found


def test_a_release_tells_what_was_counted(published: dict[str, pd.DataFrame]) -> None:
    here = current(small_release.CITY)
    assert here is not None
    hours, ways = told.hours(here), told.ways(here)
    assert [tuple(one) for one in hours] == [*published["rhythm"].itertuples(index=False)]
    assert {tuple(one) for one in ways} == {*published["channels"].itertuples(index=False)}
    for period in {one.period for one in ways}:
        mine = [one for one in ways if one.period == period]
        named = [one.at_least for one in mine if one.channel != told.OTHER]
        assert named == sorted(named, reverse=True)
        assert told.OTHER not in [one.channel for one in mine[:-1]]


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("rhythm", "SET at_least = 7 WHERE weekday = 1"),
        ("rhythm", "SET hour = 0"),
        ("rhythm", "SET weekday = 8 WHERE weekday = 7"),
        ("rhythm", "SET period = '2099' WHERE period = '2025'"),
        ("channels", "SET at_least = 101 WHERE channel = '电话'"),
        ("channels", "SET at_least = 40 WHERE channel = '电话'"),
        ("channels", "SET channel = '*'"),
        ("channels", "SET period = '2099-Q4' WHERE period = '2025-Q4'"),
    ],
)
def test_what_is_exact_double_or_of_too_few_is_found(
    published: dict[str, pd.DataFrame], table: str, change: str
) -> None:
    folder = next(releases(small_release.CITY).glob("2026*"))
    small_release.alter(folder, f"UPDATE {table} {change}")
    assert any(problem.startswith(table) for problem in verify(folder))
