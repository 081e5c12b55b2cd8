"""The list of cases by deadline, against a plain reading of the same cases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, func, select

import cities
from cities.supervision import rules
from data_access.cases import case_facts
from data_access.cases.frames import frame
from data_access.cases.kinds import EVENTS
from data_access.supervision import history, lookalikes, moment, overdue
from data_access.supervision.levels import colour
from data_access.supervision.overdue import ALL, LISTS, OVERDUE, SORTS, Cursor, Question
from data_access.supervision.viewer import CASE, Role, Viewer
from tests.conftest import store

CITY = Viewer("city", "", "ankang", frozenset({Role.CITY}))
ZONE = cities.profile("ankang").zone
UNITS = [unit.code for unit in cities.profile("ankang").units]
VIEWERS = st.one_of(
    st.just(CITY),
    st.frozensets(st.sampled_from(UNITS), max_size=4).map(
        lambda units: Viewer("unit", "", "ankang", frozenset({Role.DEPARTMENT}), units)
    ),
)
NOBODIES = [
    Viewer("r", "", "ankang", frozenset({Role.REVIEWER, Role.EDITOR, Role.AUDITOR})),
    Viewer("n", "", "ankang"),
    Viewer("u", "", "ankang", frozenset({Role.EDITOR}), frozenset(UNITS)),
    Viewer("other", "", "nyc", frozenset({Role.CITY})),
    Viewer("elsewhere", "", "nyc", frozenset({Role.DEPARTMENT}), frozenset(UNITS)),
]
QUESTIONS = st.builds(
    Question,
    which=st.sampled_from(LISTS),
    colour=st.sampled_from(["", "blue", "yellow", "red"]),
    unit=st.sampled_from(["", "610902", "chengguan", "reli"]),
    area=st.sampled_from(["", "610902", "610924"]),
    category=st.sampled_from(["", "城市管理", "供水供电供气"]),
    days=st.sampled_from([0, 7, 90]),
    extensions=st.sampled_from([0, 1, 2]),
    sort=st.sampled_from(list(SORTS)),
)
SLOWLY = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def reading(demo_cases: Engine) -> Iterator[Connection]:
    with demo_cases.connect() as connection:
        yield connection


def everything(connection: Connection) -> list[dict[str, Any]]:
    """Every case with its extensions: the plain reading."""
    longer = select(EVENTS.table.c.case_id, func.count()).where(EVENTS.table.c.kind == "extension")
    counts = dict(tuple(row) for row in connection.execute(longer.group_by(EVENTS.table.c.case_id)))
    rows = connection.execute(select(case_facts.CASES)).mappings()
    return [dict(row) | {"extensions": counts.get(row["id"], 0)} for row in rows]


def wanted(row: dict[str, Any], viewer: Viewer, asked: Question, now: datetime) -> bool:
    deadline = row["extended_due_at"] or row["due_at"]
    is_open = row["closed_at"] is None and not row["on_the_spot"]
    told = rules("ankang")
    assert told is not None
    hue = colour(told, deadline, now, ZONE) if deadline and row["closed_at"] is None else ""
    lists = {
        "overdue": is_open and deadline is not None and deadline <= now,
        "soon": is_open and hue == "blue",
        "ahead": is_open and deadline is not None and deadline > now,
        "open": is_open and deadline is not None,
        "unseen": False,
        "none": is_open and deadline is None,
        "all": deadline is not None,
    }
    return (
        lists[asked.which]
        and (viewer.has(Role.CITY) or row["unit"] in viewer.units)
        and (not asked.colour or hue == asked.colour)
        and all(
            not getattr(asked, name) or row[name] == getattr(asked, name)
            for name in overdue.DIMENSIONS
        )
        and row["received_at"] <= now - timedelta(days=asked.days)
        and row["extensions"] >= asked.extensions
    )


def pages(connection: Connection, viewer: Viewer, asked: Question, size: int) -> list[Any]:
    """All rows of a list, page by page."""
    rows: list[Any] = []
    after = None
    while True:
        page = overdue.page(viewer, connection, asked, after, size)
        rows += page.rows
        assert len(page.rows) <= size
        if page.following is None:
            return rows
        after = overdue.cursor(str(page.following))


@pytest.fixture(scope="session")
def plain(demo_folder: Any) -> list[dict[str, Any]]:
    from data_access.cases.engine import connect

    opened = connect(f"sqlite:///{demo_folder / 'cases.sqlite'}")
    with opened.connect() as connection:
        found = everything(connection)
    opened.dispose()
    return found


@SLOWLY
@given(viewer=VIEWERS, asked=QUESTIONS)
def test_a_list_is_what_a_plain_reading_gives(
    reading: Connection, plain: list[dict[str, Any]], viewer: Viewer, asked: Question
) -> None:
    now = moment.as_of(reading, "ankang")
    expected = {row["number"] for row in plain if wanted(row, viewer, asked, now)}
    rows = pages(reading, viewer, asked, 400)
    assert len(rows) == len(expected)
    assert {row.number for row in rows} == expected
    assert overdue.count(viewer, reading, asked) == len(expected)
    for dimension in overdue.DIMENSIONS:
        assert sum(n for _, n in overdue.by(viewer, reading, asked, dimension)) == len(expected)


@pytest.mark.parametrize("sort", SORTS)
def test_pages_follow_one_another_without_gap_or_repeat(reading: Connection, sort: str) -> None:
    asked = Question(overdue.OPEN, sort=sort)
    rows = pages(reading, CITY, asked, 3)
    column, falling = SORTS[sort]
    keys = [(getattr(row, str(column.name)), row.id) for row in rows]
    assert len(keys) > 10
    assert all((one > other) if falling else (one < other) for one, other in pairwise(keys))
    assert len(rows) == overdue.count(CITY, reading, asked)


def test_the_list_is_what_the_metric_counts(reading: Connection) -> None:
    now = moment.as_of(reading, "ankang")
    facts = case_facts.read(
        reading.engine, "cases", "ankang", now, ["deadline_at", "closed_at", "as_of"]
    ).to_pandas()
    late = (facts["deadline_at"] <= facts["as_of"]) & facts["closed_at"].isna()
    assert overdue.count(CITY, reading, Question(OVERDUE)) == late.sum() > 0


@pytest.mark.parametrize("viewer", NOBODIES, ids=lambda viewer: viewer.name)
def test_others_get_nothing(reading: Connection, viewer: Viewer) -> None:
    now = moment.as_of(reading, "ankang")
    for which in LISTS:
        asked = Question(which)
        assert overdue.page(viewer, reading, asked).rows == ()
        assert overdue.count(viewer, reading, asked) == 0
        assert overdue.by(viewer, reading, asked, "unit") == []
    assert history.judged(viewer, reading, now).empty
    assert sum(overdue.colours(viewer, reading, Question()).values()) == 0


@SLOWLY
@given(viewer=VIEWERS, place=st.integers(0, 10**6))
def test_a_viewer_gets_alike_and_past_cases_of_their_own_only(
    reading: Connection, plain: list[dict[str, Any]], viewer: Viewer, place: int
) -> None:
    theirs = {
        row["number"] for row in plain if viewer.has(Role.CITY) or row["unit"] in viewer.units
    }
    case = plain[place % len(plain)]
    rows, total = lookalikes.read(viewer, reading, case["number"])
    if case["number"] not in theirs:
        assert (rows, total) == ([], 0)
    expected = {
        row["number"]
        for row in plain
        if row["number"] in theirs
        and case["number"] in theirs
        and row["number"] != case["number"]
        and (row["category2"], row["town"]) == (case["category2"], case["town"])
        and abs(row["received_at"] - case["received_at"]) <= lookalikes.WITHIN
    }
    assert total == len(expected)
    assert {row.number for row in rows} <= expected
    assert len(rows) == min(total, lookalikes.MOST)
    past = history.judged(viewer, reading, moment.as_of(reading, "ankang"))
    assert set(past["unit"]) <= (set(UNITS) if viewer.has(Role.CITY) else viewer.units)


def test_what_a_file_did_not_see_pass_is_not_overdue(engine: Engine) -> None:
    """Two files; the case of the older one fell due after that one's end."""
    day = datetime(2026, 3, 2, tzinfo=UTC)
    due = day + timedelta(days=5)
    old = frame({"number": ["1", "2"], "received_at": [day, day], "due_at": [day, due]})
    store(engine, "ankang", old, until=day + timedelta(days=2))
    new = frame({"number": ["3"], "received_at": [day], "due_at": [due]})
    store(engine, "ankang", new, until=day + timedelta(days=20))
    with engine.connect() as connection:
        assert moment.as_of(connection, "ankang") == day + timedelta(days=20)
        for which, numbers in (
            ("overdue", ["1", "3"]),
            ("unseen", ["2"]),
            ("open", ["1", "2", "3"]),
        ):
            rows = overdue.page(CITY, connection, Question(which)).rows
            assert [row.number for row in rows] == numbers


def test_a_cursor_that_nobody_made_is_none() -> None:
    made = Cursor(datetime(2026, 3, 2, 1, 2, 3, 4, tzinfo=UTC), 7)
    assert overdue.cursor(str(made)) == made
    for text in ("", "7", "x-7", "20260302T010203000004Z-", "' OR 1=1 --"):
        assert overdue.cursor(text) is None


def test_a_question_that_nobody_may_ask_is_refused() -> None:
    for wrong in ({"which": "mine"}, {"sort": "id; DROP"}, {"days": -1}):
        with pytest.raises(ValueError, match="no such list"):
            Question(**wrong)


def test_pages_of_all_cases_are_read_by_index(demo_cases: Engine) -> None:
    """No sort of the whole table, whatever the order: what makes a first page quick."""
    with demo_cases.connect() as connection:
        for sort in SORTS:
            query = select(CASE.id).where(
                overdue._asked(CITY, Question(ALL), moment.as_of(connection, "ankang"))
            )
            column, falling = SORTS[sort]
            order = (column.desc(), CASE.id.desc()) if falling else (column, CASE.id)
            text = (
                query.order_by(*order)
                .limit(50)
                .compile(demo_cases, compile_kwargs={"literal_binds": True})
            )
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
            assert not any("TEMP B-TREE" in str(row) for row in plan), plan


def test_a_unit_s_open_cases_are_found_by_their_own_index(demo_cases: Engine) -> None:
    """SQLite knows after an ingest that they are few."""
    query = select(CASE.id).order_by(CASE.deadline_at, CASE.id).where(
        CASE.city == "ankang", CASE.unit == "610902",
        CASE.closed_at.is_(None), CASE.deadline_at.is_not(None),
    )  # fmt: skip
    text = query.compile(demo_cases, compile_kwargs={"literal_binds": True})
    with demo_cases.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").fetchall()
    assert "ix_cases_open" in str(plan)
