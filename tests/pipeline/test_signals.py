"""Early-warning signals of a quarter: found where planted, told only where their cases are."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from sqlalchemy import create_engine

from cities import City
from data_access import warnings
from data_access.published import ALL, DIMENSIONS, NONE, Release
from metrics.measure import FEW
from pipeline import signals
from pipeline.signals import SPLIT, Watched, warnings_table
from pipeline.verify import verify
from tests.small_release import alter, resign

DAYS = pd.date_range("2024-01-01", "2025-12-31")
AS_OF, QUARTER = date(2026, 1, 1), "2025-Q4"
KINDS = {"c1": "d1", "c2": "d2"}
AREAS = ("a1", "a2")
NO_ENGINE = create_engine("sqlite://")
Tell = Callable[..., dict[tuple[str, str], int | None]]


def watched(planted: dict[tuple[str, str], tuple[str, int, int]]) -> Watched:
    """About four cases a day in each cell; (kind, area) → first day, days, cases a day more.

    By this seed chance alone raises no alert in the quarter; on one day in twenty it may.
    """
    chosen = np.random.default_rng(9)
    columns = [(f"{c}{SPLIT}{d}", area) for c, d in KINDS.items() for area in AREAS]
    counts = pd.DataFrame(
        chosen.poisson(4, (len(DAYS), len(columns))), DAYS, pd.MultiIndex.from_tuples(columns)
    )
    for (kind, area), (first, days, more) in planted.items():
        during = pd.date_range(first, periods=days)
        counts.loc[during, (f"{kind}{SPLIT}{KINDS[kind]}", area)] += more
    return Watched(counts, pd.Series("", DAYS, dtype=object))


OUTBREAK = watched({("c1", "a1"): ("2025-11-10", 6, 15), ("c2", "a2"): ("2025-10-28", 9, 15)})


def received(hidden: tuple[tuple[str, str, str], ...] = ()) -> pd.DataFrame:
    """Cells of the quarter by area, category, both, and second-level category."""
    keys = [(ALL, ALL, ALL)] + [(a, ALL, ALL) for a in (*AREAS, NONE)]
    keys += [(a, c, ALL) for a in (ALL, *AREAS) for c in KINDS]
    keys += [(ALL, c, d) for c, d in KINDS.items()]
    table = pd.DataFrame(keys, columns=["area", "category", "category2"])
    table = table.assign(
        **{name: ALL for name in DIMENSIONS if name not in table},
        metric="received", grain="quarter", period=QUARTER, numerator=700,
        withheld=pd.array([FEW if key in hidden else None for key in keys], "string"),
    )  # fmt: skip
    return table


@pytest.fixture
def tell(ankang: City, monkeypatch: pytest.MonkeyPatch) -> Tell:
    monkeypatch.setattr(signals, "QUARTERS", 1)

    def told(
        cells: pd.DataFrame, seen: Watched | None = OUTBREAK, city: City = ankang
    ) -> dict[tuple[str, str], int | None]:
        monkeypatch.setattr(signals, "_watched", lambda *_: seen)
        table = warnings_table(NO_ENGINE, city, AS_OF, cells)
        assert set(table["period"]) <= {QUARTER}
        rows = table.astype(object).where(table.notna(), None)
        return {(a, c): n for a, c, n in rows[["area", "category", "signals"]].to_numpy()}

    return told


def test_planted_outbreaks_are_one_signal_each_at_the_right_place() -> None:
    found = list(signals.signals(OUTBREAK, QUARTER))
    assert [(one.area, one.category, one.category2) for one in found] == [
        ("a2", "c2", "d2"), ("a1", "c1", "d1")
    ]  # fmt: skip
    first, second = (one.day for one in found)
    assert date(2025, 10, 28) <= first <= date(2025, 10, 31), "and not again in November"
    assert date(2025, 11, 10) <= second <= date(2025, 11, 13)
    assert all(one.excess >= 5 for one in found)


def test_without_an_outbreak_there_is_hardly_a_signal() -> None:
    assert len(list(signals.signals(watched({}), QUARTER))) <= 1


def test_numbers_by_area_and_by_category_add_up(tell: Tell) -> None:
    assert tell(received()) == {
        (ALL, ALL): 2, ("a1", ALL): 1, ("a2", ALL): 1, (ALL, "c1"): 1, (ALL, "c2"): 1
    }  # fmt: skip


@pytest.mark.parametrize(
    "hidden",
    [("a1", ALL, ALL), (ALL, "c1", ALL), ("a1", "c1", ALL), (ALL, "c1", "d1")],
)
def test_a_signal_of_cases_that_are_withheld_is_not_told(
    tell: Tell, hidden: tuple[str, str, str]
) -> None:
    told = tell(received((hidden,)))
    assert told[(ALL, ALL)] == 1, "the total does not give it away either"
    assert told[("a2", ALL)] == told[(ALL, "c2")] == 1
    own = hidden[:2]
    assert not told[("a1", ALL)]
    assert not told[(ALL, "c1")]
    if hidden[2] == ALL and ALL in own:
        assert told[own] is None


def test_sensitive_signals_need_ten_cases(tell: Tell, ankang: City) -> None:
    few = watched({("c1", "a1"): ("2025-11-10", 1, 14)})
    (only,) = signals.signals(few, QUARTER)
    assert only.excess >= 10
    guarded = replace(ankang, sensitive=frozenset({("c1", "d1")}))
    assert tell(received(), few, guarded)[(ALL, ALL)] == 1
    shown = signals._received(received(), QUARTER)
    for excess, own in ((9.9, False), (10.0, True)):
        assert signals._tellable(only._replace(excess=excess), shown, guarded) is own
        assert signals._tellable(only._replace(excess=excess), shown, ankang)
    assert not signals._tellable(only._replace(excess=4.9), shown, ankang)


def test_too_little_history_tells_nothing(tell: Tell) -> None:
    short = Watched(OUTBREAK.counts.iloc[-300:], OUTBREAK.kinds.iloc[-300:])
    assert tell(received(), short) == {}
    assert tell(received(), None) == {}


def test_what_was_told_of_a_quarter_stays(
    tell: Tell, ankang: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [warnings.Signals(QUARTER, ALL, ALL, 7, None)]
    monkeypatch.setattr(warnings, "read", lambda _: before)
    monkeypatch.setattr(signals, "_watched", lambda *_: OUTBREAK)
    release: Release = object.__new__(Release)
    kept = warnings_table(NO_ENGINE, ankang, AS_OF, received(), release)
    assert kept["signals"].tolist() == [7]
    corrected = warnings_table(NO_ENGINE, ankang, AS_OF, received(), release, anew=True)
    assert corrected["signals"].tolist()[0] == 2


@pytest.fixture
def copied(demo: Release, tmp_path: Path) -> Path:
    """The demo city's release as somebody downloaded it, with signals in it."""
    folder = Path(shutil.copytree(demo.folder, tmp_path / "downloaded"))
    alter(
        folder,
        "INSERT INTO warnings SELECT period, area, category, 0, NULL FROM cells "
        "WHERE metric = 'received' AND grain = 'quarter' AND withheld IS NULL "
        "AND unit = 'all' AND town = 'all' AND category2 = 'all' AND reason_code = 'all' "
        "AND (area = 'all' OR category = 'all') AND 'none' NOT IN (area, category) "
        "QUALIFY count(*) FILTER (area <> 'all') OVER (PARTITION BY period) > 0 "
        "AND count(*) FILTER (category <> 'all') OVER (PARTITION BY period) > 0 "
        "AND count(*) FILTER (area = category) OVER (PARTITION BY period) = 1",
    )
    alter(folder, "DELETE FROM warnings WHERE period <> (SELECT max(period) FROM warnings)")
    alter(
        folder,
        "UPDATE warnings SET signals = 1 WHERE (area, category) IN (('all', 'all'), "
        "((SELECT min(area) FROM warnings WHERE area <> 'all'), 'all'), "
        "('all', (SELECT min(category) FROM warnings WHERE category <> 'all')))",
    )
    return folder


def problems(folder: Path) -> list[str]:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    with duckdb.connect(folder / "published.duckdb") as database:
        rows = database.table("warnings").count("*").fetchall()[0][0]
    resign(folder, tables=manifest["tables"] | {"warnings": {"rows": rows}})
    return verify(folder)


def test_verify_knows_the_table(copied: Path) -> None:
    assert problems(copied) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("signals = 2 WHERE area = 'all' AND category = 'all'", "2 in all, 1 by area, 1 by"),
        ("signals = 5000", "more signals than 5 cases each allow"),
        ("period = '2026-Q4'", "not a quarter that has ended"),
        ("period = '2025'", "not a quarter that has ended"),
        ("area = 'nowhere' WHERE area <> 'all'", "its cases are not told"),
        ("signals = NULL", "neither a number nor a reason"),
        ("withheld = 'few'", "or both"),
        ("category = 'x' WHERE area <> 'all'", "by area and category together"),
    ],
)
def test_what_cannot_be_is_named(copied: Path, change: str, says: str) -> None:
    alter(copied, f"UPDATE warnings SET {change}")  # noqa: S608 - the tests' own
    assert any(says in text for text in problems(copied)), problems(copied)
