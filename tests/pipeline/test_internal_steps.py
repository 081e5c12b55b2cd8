"""Internal cells brought up to date step by step are those of a full build, whatever happened."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from cities import City, midnight
from data_access.cases import batches, frames, internal
from data_access.cases.engine import connect
from data_access.cases.kinds import CALLBACKS, CALLS, EVENTS, Kind
from data_access.published import ALL, DIMENSIONS
from metrics import lattice, registry
from pipeline.internal import standing, update
from tests.conftest import store
from tests.pipeline.test_internal import ANKANG, read

SOME = ("received", "on_time_rate", "open_overdue", "age_open", "time_closed", "reopened",
        "satisfied", "signed_in_time", "quality_fresh", "extended", "answered_calls",
        "recategorised")  # fmt: skip

FIRST_DAY = datetime(2026, 5, 20, tzinfo=UTC)
LASTING = 60  # days within which all happens


def moment(random: Random, missing: float = 0.0) -> datetime | None:
    if random.random() < missing:
        return None
    return FIRST_DAY + timedelta(hours=random.randrange(LASTING * 24))


def batch(random: Random) -> tuple[pd.DataFrame, tuple[tuple[Kind, pd.DataFrame], ...]]:
    """Cases out of a pool, so that many come in again, changed; with events and callbacks."""
    numbers = random.sample(range(40), random.randint(1, 12))

    def column(make: Callable[[], object]) -> list[object]:
        return [make() for _ in numbers]

    cases = frames.frame({
        "number": [f"n{number}" for number in numbers],
        "received_at": column(lambda: moment(random)),
        **{name: column(lambda: moment(random, 0.3)) for name in
           ("closed_at", "due_at", "dispatched_at", "signed_at", "extended_due_at")},
        "unit": column(lambda: random.choice(["u1", "u2", ""])),
        "area": column(lambda: random.choice(["a1", "a2"])),
        "category": column(lambda: random.choice(["c1", "c2"])),
        "category2": column(lambda: random.choice(["d1", ""])),
        "outcome": column(lambda: random.choice(["solved", "not_handled", ""])),
    })  # fmt: skip
    owners = [f"n{random.choice(numbers)}" for _ in range(random.randrange(6))]
    own = {"number": owners, "seq": list(range(100, 100 + len(owners)))}
    made = [moment(random) for _ in owners]
    kinds = [random.choice(["extension", "reopen", "return", "recategorised"]) for _ in owners]
    until = [moment(random) for _ in owners]
    events = frames.frame({**own, "kind": kinds, "at": made, "until": until}, EVENTS)
    said = [random.choice(["satisfied", "dissatisfied"]) for _ in owners]
    told = {**own, "asked_at": until, "answered": [True] * len(owners), "satisfaction": said}
    calls = {"number": [f"t{n}" for n in numbers], "called_at": column(lambda: moment(random)),
             "answered": [True] * len(numbers)}  # fmt: skip
    return cases, (
        (EVENTS, events), (CALLBACKS, frames.frame(told, CALLBACKS)),
        (CALLS, frames.frame(calls, CALLS)),
    )  # fmt: skip


def act(engine: Engine, random: Random, city: str, live: list[int], day: date) -> date:
    """One thing that may happen between two refreshes; the as-of day after it."""
    what = random.choice(["batch", "batch", "batch", "undo", "day", "far", "back"])
    if what == "undo" and live:
        with engine.begin() as connection:
            batches.undo(connection, live.pop())
    elif what == "batch" or not live:
        cases, others = batch(random)
        store(engine, city, cases, moment(random, 0.2), others)
        with engine.connect() as connection:
            live.append(max(connection.execute(select(batches.BATCHES.c.id)).scalars()))
    days = {"day": 1, "far": random.randrange(40), "back": -random.randrange(20)}
    return day + timedelta(days=days.get(what, 0))


def in_full(engine: Engine, city: City, day: date, folder: Path) -> internal.Internal:
    """A full build in a data folder of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_DATA", str(folder))
        return update(engine, city, day, full=True).cells


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few tables, of metrics that are dated by every time and depend on the day in every way."""
    whole = lattice.Table(SOME, (), ("month", "quarter", "year", ALL), 5)
    by_unit = tuple(name for name in SOME if "unit" in registry.get(name).slices)
    tables = (whole, lattice.Table(by_unit, ("unit",), ("quarter", ALL), 5))
    monkeypatch.setattr(lattice, "tables", lambda path=None: tables)


@settings(max_examples=2,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(seed=st.integers(0, 2**32))
def test_step_by_step_is_what_a_full_build_is(
    narrow: None, tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """Batches, late changes, undoing, and a day that moves on or back, in any order."""
    folder, random = tmp_path_factory.mktemp("steps"), Random(seed)  # noqa: S311
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_DATA", str(folder))
        live: list[int] = []
        engine, day = connect(), date(2026, 6, 10)
        cases, others = batch(random)
        store(engine, "ankang", cases, moment(random), others)
        update(engine, ANKANG, day)
        for _ in range(4):
            day = act(engine, random, "ankang", live, day)
            made = update(engine, ANKANG, day)
            full = in_full(engine, ANKANG, day, folder / "full")
            assert made.cells.digest == full.digest, read(made.cells).compare(read(full))
        engine.dispose()


def test_what_depends_on_the_day_moves_with_it_though_nothing_came_in(
    engine: Engine, narrow: None, tmp_path: Path
) -> None:
    """Of two open cases one falls overdue, and a wait passes 24 hours, as the days go by."""
    received = [datetime(2026, 6, 1, 8, tzinfo=UTC)] * 2
    due = [datetime(2026, 6, 12, tzinfo=UTC), datetime(2026, 7, 3, tzinfo=UTC)]
    cases = frames.frame({"number": ["1", "2"], "received_at": received, "due_at": due,
                          "dispatched_at": received})  # fmt: skip
    store(engine, "ankang", cases, datetime(2026, 8, 1, tzinfo=UTC))
    overdue = []
    for day in (date(2026, 6, 2), date(2026, 6, 13), date(2026, 7, 5)):
        made = update(engine, ANKANG, day)
        inside = read(made.cells)
        whole = [ALL] * len(DIMENSIONS)
        at = ("open_overdue", ALL, ALL, *whole)
        overdue.append(inside.at[at, "numerator"] if at in inside.index else 0)
        assert made.cells.digest == in_full(engine, ANKANG, day, tmp_path / "full").digest
    assert overdue == [0, 1, 2]


def test_data_that_were_fresh_are_not_a_day_later(
    engine: Engine, narrow: None, tmp_path: Path
) -> None:
    """The file saw up to the first day exactly: of its rows nothing but the day itself differs."""
    first = date(2026, 6, 10)
    received = [datetime(2026, 6, 1, 8, tzinfo=UTC)] * 3
    cases = frames.frame({"number": ["1", "2", "3"], "received_at": received})
    store(engine, "ankang", cases, midnight(first, ANKANG))
    at, fresh = ("quality_fresh", ALL, ALL, *[ALL] * len(DIMENSIONS)), []
    for day in (first, first + timedelta(days=1), first):
        made = update(engine, ANKANG, day)
        fresh.append(read(made.cells)["numerator"].to_dict()[at])
        assert made.cells.digest == in_full(engine, ANKANG, day, tmp_path / "full").digest
    assert fresh == [3, 0, 3]


def test_only_what_changed_is_read_again(engine: Engine, narrow: None) -> None:
    random = Random(1)  # noqa: S311
    days = [FIRST_DAY + timedelta(hours=random.randrange(1, 200)) for _ in range(300)]
    cases = frames.frame({"number": [f"{n}" for n in range(300)], "received_at": days})
    store(engine, "ankang", cases, datetime(2026, 6, 10, tzinfo=UTC))
    first = update(engine, ANKANG, date(2026, 6, 10))
    assert (first.read, first.anew) == (300, standing.FIRST)
    again = update(engine, ANKANG, date(2026, 6, 10))
    assert (again.read, again.anew, again.months) == (0, "", ())
    store(engine, "ankang", cases.head(3).assign(unit="u9"), datetime(2026, 6, 10, tzinfo=UTC))
    changed = update(engine, ANKANG, date(2026, 6, 10))
    assert (changed.read, changed.anew) == (3, "")
    touched = {int(f"{day.astimezone(ANKANG.zone):%Y%m}") for day in days[:3]}
    assert set(changed.months) == touched
