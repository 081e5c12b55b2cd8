"""Doubts as facts: against a naive replay, on both databases, on the desk, and step by step."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import chinese_calendar
import pandas as pd
import pytest
from sqlalchemy import Engine, select

import cities
from cities import midnight
from data_access import published
from data_access.cases import case_facts, doubt_facts, internal
from data_access.cases.case_facts import CASE, CASES, Within
from data_access.cases.frames import frame
from data_access.published import ALL, DIMENSIONS, Scope, current
from data_access.supervision import raised
from data_access.supervision.approved import APPROVED, SUBMITTED
from data_access.supervision.doubt_tables import RAISED, TOLD
from data_access.supervision.reviews import WITHDRAWN
from data_access.supervision.viewer import Role, Viewer
from metrics import lattice, registry
from metrics.periods import GRAINS
from pipeline import cells, count
from pipeline.internal import update
from pipeline.publish import publish
from tests import made_up_doubts
from tests.conftest import store
from tests.made_up_doubts import Said
from tests.pipeline.test_internal import read
from tests.pipeline.test_internal_steps import in_full

ANKANG = cities.profile("ankang")
CITY = Viewer("city", "周", "ankang", frozenset({Role.CITY}))
DAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
COLUMNS = ("raised_at", "answer_due_at", "answered_at", "unit")
METRICS = ("doubts_raised", "doubts_unanswered", "doubts_open")


@dataclass
class Row:
    """A doubt by the naive replay."""

    raised_at: datetime
    answered_at: datetime | None = None


def replayed(said: list[Said], as_of: datetime) -> list[Row]:
    """One event after the other: what opens a doubt, and what first answered it."""
    seen = [one for one in said if one.at <= as_of]
    states = [one.kind for one in seen if one.kind not in (RAISED, TOLD)]
    stands = bool(states) and states[-1] == APPROVED
    rows: list[Row] = []
    waits = False
    for one in seen:
        if one.kind == RAISED and not waits:
            rows.append(Row(one.at))
        waits = one.kind == RAISED or (waits and one.kind not in (TOLD, APPROVED))
        if one.kind == TOLD or (one.kind == APPROVED and stands):
            for row in rows:
                row.answered_at = row.answered_at or one.at
    return rows


def due(raised_at: datetime) -> datetime:
    """The end of the tenth working day after the day of raising, walked day by day."""
    day, left = raised_at.astimezone(ANKANG.zone).date(), doubt_facts.WITHIN
    while left:
        day += timedelta(days=1)
        left -= chinese_calendar.is_workday(day)
    return datetime.combine(day, time.max, tzinfo=ANKANG.zone)


def naive(engine: Engine, as_of: datetime) -> list[tuple[Any, ...]]:
    """The rows (raised, due, answered) of all doubts."""
    return sorted(
        ((row.raised_at, due(row.raised_at), row.answered_at)
         for said in made_up_doubts.all_said(engine, "ankang").values()
         for row in replayed(said, as_of)),
        key=str,
    )  # fmt: skip


def facts(engine: Engine, as_of: datetime) -> list[tuple[Any, ...]]:
    table = case_facts.read(engine, "doubts", "ankang", as_of, COLUMNS)
    return sorted((tuple(row[name] for name in COLUMNS[:3]) for row in table.to_pylist()), key=str)


def closed_cases(numbers: int) -> pd.DataFrame:
    return frame({
        "number": [str(n) for n in range(numbers)], "received_at": [DAY] * numbers,
        "closed_at": [DAY + timedelta(hours=1)] * numbers,
        "unit": ["u1" if n % 2 else "u2" for n in range(numbers)],
    })  # fmt: skip


@pytest.fixture
def doubts(engine: Engine) -> Engine:
    """120 closed cases, each with a history of its doubt over 90 days."""
    store(engine, "ankang", closed_cases(120), until=DAY + timedelta(days=200))
    random = Random(5)  # noqa: S311 - made-up histories
    for number in range(120):
        made_up_doubts.add(engine, "ankang", str(number), made_up_doubts.history(random, DAY, 90))
    return engine


def test_facts_at_any_moment_are_those_of_a_naive_replay(doubts: Engine) -> None:
    sizes = []
    for days in (0, 10, 25, 45, 70, 100):
        as_of = DAY + timedelta(days=days)
        expected = naive(doubts, as_of)
        assert facts(doubts, as_of) == expected, days
        sizes.append(len(expected))
    assert sizes[0] < 3
    assert sizes[-1] > 120, "some were asked again after the answer"
    answered = [row[2] is not None for row in naive(doubts, DAY + timedelta(days=100))]
    assert 20 < sum(answered) < len(answered) - 20


def test_the_same_doubts_wait_on_the_desk(engine: Engine) -> None:
    """Whatever happened to it last: raised, told, handed in, approved, withdrawn."""
    ends = {
        "waits": [RAISED], "told": [RAISED, TOLD], "handed in": [RAISED, SUBMITTED],
        "approved": [RAISED, SUBMITTED, APPROVED], "again": [RAISED, TOLD, RAISED],
        "more words": [RAISED, RAISED, TOLD], "withdrawn": [RAISED, SUBMITTED, APPROVED, WITHDRAWN],
        "told then": [RAISED, SUBMITTED, APPROVED, WITHDRAWN, TOLD],
        "mended": [RAISED, SUBMITTED, APPROVED, SUBMITTED],
    }  # fmt: skip
    cases = closed_cases(len(ends)).assign(number=list(ends))
    store(engine, "ankang", cases, until=DAY)
    for number, kinds in ends.items():
        said = [Said(kind, DAY + timedelta(days=n)) for n, kind in enumerate(kinds)]
        made_up_doubts.add(engine, "ankang", number, said)
    now = datetime.now(UTC)
    with engine.connect() as connection:
        desk = {one.number for one in raised.listed(CITY, connection, now, False, 100)}
        query = select(CASES.c.id, CASES.c.number)
        numbers = {row.id: row.number for row in connection.execute(query)}
    everything = Within(CASES.c.city == "ankang", "raised_at")
    rows = case_facts.of_cases(engine, "doubts", "ankang", now, COLUMNS, everything).to_pylist()
    waiting = {numbers[row[CASE]] for row in rows if row["answered_at"] is None}
    assert waiting == desk == {"waits", "handed in", "again", "withdrawn", "mended"}
    assert len(rows) == len(ends) + 1, "asked again is another doubt, more words are not"


@pytest.mark.parametrize("by", ["unit", "month"])
def test_metrics_count_what_the_replay_counts(doubts: Engine, by: str) -> None:
    day = date(2026, 5, 4)
    as_of = midnight(day, ANKANG)
    rows = naive(doubts, as_of)
    ended = [row for row in rows if row[1] <= as_of]
    late = [row for row in ended if row[2] is None or row[2] > row[1]]
    waiting = [row for row in rows if row[2] is None]
    assert 10 < len(late) < len(ended) - 10
    expected = {"doubts_raised": (len(rows), None), "doubts_open": (len(waiting), None),
                "doubts_unanswered": (len(late), len(ended))}  # fmt: skip
    for name in METRICS:
        total, *parts = count.measure(doubts, registry.get(name), ANKANG, day, by)
        assert (total.numerator, total.denominator) == expected[name]
        assert len(parts) > 1
        assert sum(part.numerator or 0 for part in parts) == total.numerator


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few tables to count, those of doubts among them."""
    by_unit = lattice.Table(("doubts_raised", "doubts_open"), ("unit",), ("month", ALL), 5)
    share = lattice.Table(("doubts_unanswered",), ("unit",), ("month", ALL), 30)
    whole = tuple(replace(one, by=(), grains=GRAINS) for one in (by_unit, share))
    tables = (lattice.Table(("received",), (), GRAINS, 5), *whole, by_unit, share)
    monkeypatch.setattr(lattice, "tables", lambda path=None: tables)


def test_step_by_step_is_what_a_full_build_is(doubts: Engine, narrow: None, tmp_path: Path) -> None:
    """A doubt changes without a batch; so does its case, its unit and the day of the count."""
    day = date(2026, 4, 10)

    def counted(name: str, **held: str) -> int:
        inside, keys = read(step()), {"grain": ALL, "period": ALL} | held
        where = [keys.get(key, ALL) for key in ("grain", "period", *DIMENSIONS)]
        return int(inside["numerator"].to_dict().get((name, *where), 0))

    def step() -> internal.Internal:
        made = update(doubts, ANKANG, day)
        assert made.cells.digest == in_full(doubts, ANKANG, day, tmp_path / "full").digest
        return made.cells

    waited, by_unit = counted("doubts_open"), counted("doubts_open", unit="u1")
    assert waited > by_unit > 0
    assert update(doubts, ANKANG, day).months == (), "nothing has changed"
    at = midnight(day, ANKANG) - timedelta(days=1)
    made_up_doubts.add(doubts, "ankang", "late", [Said(RAISED, at)])  # of no case that is known
    assert counted("doubts_open") == waited
    late = frame({"number": ["late"], "received_at": [DAY], "closed_at": [DAY], "unit": ["u1"]})
    store(doubts, "ankang", late, until=DAY)
    assert counted("doubts_open", unit="u1") == by_unit + 1
    store(doubts, "ankang", late.assign(unit="u2"), until=DAY)
    assert counted("doubts_open", unit="u1") == by_unit
    assert counted("doubts_open") == waited + 1
    made_up_doubts.add(doubts, "ankang", "late", [Said(TOLD, at + timedelta(hours=1))])
    assert counted("doubts_open") == waited
    made_up_doubts.add(doubts, "ankang", "late", [Said(RAISED, at + timedelta(hours=2))])
    assert counted("doubts_open") == waited + 1
    short = counted("doubts_unanswered")
    for moved in (1, 13, 30, -40):
        day += timedelta(days=moved)
        now = naive_late(doubts, midnight(day, ANKANG))
        assert counted("doubts_unanswered") == now != short
        short = now


def naive_late(engine: Engine, as_of: datetime) -> int:
    """How many of those that are due had no answer in time; `late` is one of no closed case."""
    rows = (row for row in naive(engine, as_of) if row[1] <= as_of)
    return sum(row[2] is None or row[2] > row[1] for row in rows)


def test_a_release_tells_them_as_any_count(
    doubts: Engine, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Protected, checked and attacked before it is in force; of few it tells nothing."""
    counts = lattice.Table(("received", "doubts_raised"), (), GRAINS, 5)
    share = lattice.Table(("doubts_unanswered",), (), GRAINS, 30)
    monkeypatch.setattr(lattice, "tables", lambda path=None: (counts, share))
    publish(doubts, ANKANG, date(2026, 6, 1), [])
    release = current("ankang")
    assert release is not None
    rows = naive(doubts, midnight(date(2026, 6, 1), ANKANG))
    for place, name in enumerate(("doubts_raised", "doubts_unanswered")):
        months = Counter(f"{row[place].astimezone(ANKANG.zone):%Y-%m}" for row in rows)
        least = {0: 5, 1: 30}[place]
        cells_ = published.read(release, name, Scope(grain="month"))
        told = {cell.key: cell.denominator or cell.numerator for cell in cells_}
        assert set(told) == {month for month in months if month < "2026-06"}
        for month, n in told.items():
            assert n in (months[month], None)
            assert n is None or n >= least
        hidden = list(told.values()).count(None)
        assert hidden == place * 2, "one of few, and one beside it that would tell it"


def test_a_city_without_doubts_has_cells_that_say_so(demo_cases: Engine, narrow: None) -> None:
    found = cells.cells(demo_cases, ANKANG, date(2026, 11, 1))
    mine = found[found["metric"].isin(METRICS) & (found[list(DIMENSIONS)] == ALL).all(axis=1)]
    assert set(mine["metric"]) == set(METRICS)
    assert (mine["numerator"] == 0).all()
