"""Whether a case was put into another category, held against a naive reading of what was told."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, select

from cities import City, midnight
from data_access.cases import batches, case_facts, categories, kinds
from data_access.cases.frames import frame
from data_access.cases.kinds import EVENTS
from data_access.published import ALL, DIMENSIONS
from data_access.supervision import case_page
from metrics import registry
from pipeline import count
from pipeline.internal import update
from tests.conftest import store
from tests.data_access.test_case_page import CITY
from tests.pipeline.test_internal import ANKANG, read

FIRST = datetime(2026, 6, 1, tzinfo=UTC)
LATE = datetime(2100, 1, 1, tzinfo=UTC)
State = tuple[datetime | None, tuple[str, ...]]  # until when the file tells, and the three levels


def on(day: int) -> datetime:
    return FIRST + timedelta(days=day)


def told(numbers: list[str], levels: list[tuple[str, ...]]) -> dict[str, list[object]]:
    """Cases of which the unit is the number, to find them by."""
    named = zip(categories.LEVELS, zip(*levels, strict=True), strict=True)
    start: list[object] = [FIRST] * len(numbers)
    columns = {name: list(values) for name, values in named}
    return {"number": [*numbers], "unit": [*numbers], "received_at": start, "dispatched_at": start,
            **columns}  # fmt: skip


def flags(engine: Engine, as_of: datetime) -> dict[str, bool]:
    columns = ("unit", categories.KIND)
    found = case_facts.read(engine, "cases", "ankang", as_of, columns).to_pylist()
    return {row["unit"]: row[categories.KIND] for row in found}


class Naive:
    """What the database ought to know: the states of each case and its events."""

    def __init__(self) -> None:
        self.states: dict[str, list[State]] = {}
        self.events: dict[str, list[datetime]] = {}

    def take(self, number: str, until: datetime | None, levels: tuple[str, ...]) -> None:
        mine = self.states.setdefault(number, [])
        before = mine[-1] if mine else None
        further = before and before[0] and until and before[0] < until
        if before is None or before[1] != levels or further:
            mine.append((until, levels))

    def changed(self, number: str, as_of: datetime) -> bool:
        known = [levels for until, levels in self.states[number] if (until or LATE) <= as_of]
        pairs = [pair for one, other in combinations(known, 2)
                 for pair in zip(one, other, strict=True)]  # fmt: skip
        apart = any(one and other and one != other for one, other in pairs)
        return apart or any(at <= as_of for at in self.events.get(number, []))


def some_batch(engine: Engine, random: Random, naive: Naive) -> None:
    """Some cases told again, many with another word at some level, or with none."""
    numbers = [f"n{n}" for n in random.sample(range(12), random.randint(1, 10))]
    levels = [tuple(random.choice(["a", "b", ""]) for _ in categories.LEVELS) for _ in numbers]
    until = random.choice([None, *(on(day) for day in range(20))])
    noted = [(number, on(random.randrange(20))) for number in numbers if random.random() < 0.1]
    seq = [1 + len(naive.events.get(number, [])) for number, _ in noted]
    columns = {"number": [n for n, _ in noted], "seq": seq, "at": [at for _, at in noted],
               "kind": [categories.KIND] * len(noted)}  # fmt: skip
    store(engine, "ankang", frame(told(numbers, levels)), until,
          ((EVENTS, frame(columns, EVENTS)),) if noted else ())  # fmt: skip
    for number, words in zip(numbers, levels, strict=True):
        naive.take(number, until, words)
    for number, at in noted:
        naive.events.setdefault(number, []).append(at)


@pytest.mark.parametrize("seed", range(4))
def test_the_flag_is_that_of_a_naive_reading(engine: Engine, seed: int) -> None:
    """Files in any order, of any reach, and the last of them undone, seen from any moment."""
    random, naive, seen = Random(seed), Naive(), set[bool]()  # noqa: S311
    kept = [deepcopy(naive)]
    for step in range(9):
        some_batch(engine, random, naive)
        kept.append(deepcopy(naive))
        if step % 3 == 2:
            with engine.begin() as connection:
                batches.undo(connection, connection.execute(
                    select(batches.BATCHES.c.id).where(batches.BATCHES.c.undone_at.is_(None))
                    .order_by(batches.BATCHES.c.id.desc())).scalars().first() or 0)  # fmt: skip
            kept.pop()
            naive = deepcopy(kept[-1])
        for as_of in (*(on(day) for day in range(0, 20, 3)), LATE):
            expected = {number: naive.changed(number, as_of) for number in naive.states}
            assert flags(engine, as_of) == expected
            seen |= {*expected.values()}
    assert seen == {True, False}


def test_what_a_file_told_of_a_category_is_hidden_from_the_days_before(
    engine: Engine, ankang: City
) -> None:
    """Told as a until the 5th, as b until the 9th, as a again until the 12th."""
    for day, word in ((5, "a"), (9, "b"), (12, "a")):
        store(engine, "ankang", frame(told(["1", "2"], [(word, "", ""), ("a", "", "")])), on(day))
    metric = registry.get("recategorised")
    days = [date(2026, 6, day) for day in (8, 11, 20)]
    found = [count.measure(engine, metric, ankang, day, "unit")[0] for day in days]
    assert [(one.numerator, one.denominator) for one in found] == [(0, 2), (1, 2), (1, 2)]


def test_a_word_that_was_missing_or_goes_missing_changes_nothing(engine: Engine) -> None:
    for day, levels in enumerate([("a", "", ""), ("a", "x", ""), ("a", "", ""), ("a", "x", "y")]):
        store(engine, "ankang", frame(told(["1"], [levels])), on(day))
    assert flags(engine, LATE) == {"1": False}
    store(engine, "ankang", frame(told(["1"], [("a", "x", "z")])), on(9))
    assert flags(engine, LATE) == {"1": True}
    assert case_page.read(CITY, engine, "1").retold == (
        categories.Retold(on(9), ("a", "x", "y"), ("a", "x", "z")),
    )


def test_the_case_tells_every_change_and_none_twice(engine: Engine) -> None:
    words = ["a", "a", "", "b", "b", "a"]
    for day, word in enumerate(words):
        store(engine, "ankang", frame(told(["1"], [(word, "", "")])), on(day))
    found = case_page.read(CITY, engine, "1").retold
    assert [(one.at, one.before[0], one.after[0]) for one in found] == [
        (on(3), "a", "b"), (on(5), "b", "a"),
    ]  # fmt: skip


def test_the_earlier_versions_are_those_that_a_merge_keeps() -> None:
    """They are read under names of their own."""
    assert categories.VERSIONS.name == kinds.CASES.versions.name
    assert {column.name for column in categories.VERSIONS.c} <= {*kinds.CASES.versions.c.keys()}


def steps(engine: Engine) -> list[Callable[[], object]]:
    """What comes in between two counts: a change that only a later day knows, and its undoing."""

    def again(word: str, until: datetime | None) -> Callable[[], object]:
        return lambda: store(engine, "ankang", frame(told(["1"], [(word, "", "")])), until)

    def undo() -> None:
        with engine.begin() as connection:
            batches.undo(connection, max(connection.execute(
                select(batches.BATCHES.c.id).where(batches.BATCHES.c.undone_at.is_(None))
            ).scalars()))  # fmt: skip

    return [again("a", on(5)), again("b", on(9)), again("a", on(14)), undo]


def test_a_moving_day_brings_a_change_into_the_internal_cells(
    engine: Engine, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No record changes as the day moves on, and still the step by step count is the full one."""
    at = (categories.KIND, ALL, ALL, *[ALL] * len(DIMENSIONS))
    seen = []
    store(engine, "ankang", frame(told(["2"], [("a", "", "")])), on(5))
    for act in steps(engine):
        act()
        for day in (date(2026, 6, 7), date(2026, 6, 12), date(2026, 6, 7), date(2026, 6, 20)):
            made = update(engine, ANKANG, day).cells
            seen.append(read(made)["numerator"].to_dict()[at])
            monkeypatch.setenv("SUNLINE_DATA", str(tmp_path / "full"))
            assert made.digest == update(engine, ANKANG, day, full=True).cells.digest
            monkeypatch.setenv("SUNLINE_DATA", str(data))
            expected = flags(engine, midnight(day, ANKANG))
            assert seen[-1] == sum(expected.values())
    assert seen == [0, 0, 0, 0, *[0, 1, 0, 1] * 3]
