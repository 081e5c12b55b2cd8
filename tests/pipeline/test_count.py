"""Counting, against the hand-checked figures of New York and against a naive reading in Python."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

import cities
from cities import City
from data_access.cases import frames
from data_access.cases.engine import connect
from data_access.cases.kinds import EVENTS
from data_access.cases.records import Case
from data_access.published import Release
from metrics import registry
from metrics.measure import TOO_EARLY
from pipeline import count
from pipeline.__main__ import main
from pipeline.ingest import ingest
from tests.conftest import BOSTON, NYC_2011, NYC_2013, export, store

ON_TIME = registry.get("on_time_rate")


@pytest.mark.real
@pytest.mark.parametrize(
    ("day", "unit", "numerator", "denominator"),
    [
        ("2011-03-10", "all", 905, 1007),
        ("2011-03-20", "all", 1355, 1629),
        ("2011-03-20", "DPR", 32, 49),
        ("2011-03-20", "DOF", 259, 330),
        ("2011-04-01", "DPR", 34, 55),
    ],
)
def test_new_york_as_it_stood(
    engine: Engine, nyc: City, day: str, unit: str, numerator: int, denominator: int
) -> None:
    ingest(engine, "nyc311", str(export(NYC_2011)), nyc)
    found = count.measure(engine, ON_TIME, nyc, date.fromisoformat(day), "unit")
    figure = next(figure for figure in found if figure.key == unit)
    assert (figure.numerator, figure.denominator) == (numerator, denominator)


@pytest.mark.real
@pytest.mark.parametrize(
    ("day", "unit", "closed_only", "closed_or_overdue", "cohort"),
    [  # the table of the reference study, in percent
        ("2011-03-10", "all", 96.3, 93.0, 89.9),
        ("2011-03-20", "all", 91.7, 84.5, 83.2),
        ("2011-03-20", "DPR", 89.2, 77.3, 65.3),
        ("2011-03-20", "DOF", 98.9, 79.1, 78.5),
        ("2011-04-01", "DPR", 88.9, 75.3, 61.8),
        # Read literally, one open case closed in 1900: then 50.7 and 50.7 (decision 3, and below).
        ("2011-05-01", "DOHMH", 97.4, 49.3, 49.3),
        # In the end. The study judges deadlines after the file's last day too (82.6, 64.9, 79.1,
        # 45.8); here nobody is late for what the file could not see (decision 2).
        ("2012-01-01", "all", None, None, 82.7),
        ("2012-01-01", "DPR", None, None, 66.7),
        ("2012-01-01", "DOF", None, None, 79.1),
        ("2012-01-01", "DOHMH", None, None, 44.6),
    ],
)
def test_the_reference_table_of_new_york(
    nyc_2011: Engine, nyc: City, day: str, unit: str, closed_only: float | None,
    closed_or_overdue: float | None, cohort: float,
) -> None:  # fmt: skip
    wanted = {
        "on_time_closed_only": closed_only,
        "on_time_closed_or_overdue": closed_or_overdue,
        "on_time_rate": cohort,
    }
    for name, percent in wanted.items():
        found = count.measure(nyc_2011, registry.get(name), nyc, date.fromisoformat(day), "unit")
        figure = next(figure for figure in found if figure.key == unit)
        assert figure.value is not None
        if percent is not None:
            assert round(100 * figure.value, 1) == percent, (name, figure)


@pytest.mark.real
@pytest.mark.parametrize(
    ("day", "unit", "closed_only", "closed_or_overdue", "cohort", "finally_"),
    [  # the whole table of the reference study, in percent; the last column as of 2014
        ("2011-03-10", "all", 96.3, 93.0, 89.9, 82.6),
        ("2011-03-20", "all", 91.7, 84.5, 83.2, 82.6),
        ("2011-03-20", "DPR", 89.2, 77.3, 65.3, 64.9),
        ("2011-03-20", "DOF", 98.9, 79.1, 78.5, 79.1),
        ("2011-04-01", "DPR", 88.9, 75.3, 61.8, 64.9),
        ("2011-05-01", "DOHMH", 97.4, 50.7, 50.7, 45.8),
    ],
)
def test_the_reference_table_comes_out_of_measure_where_the_file_is_read_as_the_study_read_it(
    nyc_literally: Path, day: str, unit: str, closed_only: float, closed_or_overdue: float,
    cohort: float, finally_: float, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("SUNLINE_DATA", str(nyc_literally))

    def percent(metric: str, as_of: str) -> float:
        asked = [metric, "--city", "nyc", "--as-of", as_of, "--by", "unit", "--json"]
        assert main(["measure", *asked]) == 0
        rows = json.loads(capsys.readouterr().out)
        value: float = next(row["value"] for row in rows if row["unit"] == unit)
        return round(100 * value, 1)

    assert percent("on_time_closed_only", day) == closed_only
    assert percent("on_time_closed_or_overdue", day) == closed_or_overdue
    assert percent("on_time_rate", day) == cohort
    assert percent("on_time_rate", "2014-01-01") == finally_


@pytest.mark.real
def test_what_was_read_literally_is_never_published(
    nyc_literally: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SUNLINE_DATA", str(nyc_literally))
    assert main(["publish", "--city", "nyc"]) == 2
    assert "read literally" in capsys.readouterr().err
    assert main(["ingest", "demo", "x.csv", "--city", "nyc", "--literally"]) == 2


@pytest.fixture(scope="module")
def nyc_literally(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with New York's export, read as the study read it."""
    folder = tmp_path_factory.mktemp("literally")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_DATA", str(folder))
        file = str(export(NYC_2011))
        assert main(["ingest", "nyc311", file, "--city", "nyc", "--literally"]) == 0
    return folder


@pytest.fixture(scope="module")
def nyc_2011(tmp_path_factory: pytest.TempPathFactory, nyc: City) -> Iterator[Engine]:
    """New York's export, read once."""
    folder = tmp_path_factory.mktemp("nyc")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_DATA", str(folder))
        opened = connect(f"sqlite:///{folder / 'cases.sqlite'}")
        ingest(opened, "nyc311", str(export(NYC_2011)), nyc)
        yield opened
        opened.dispose()


@pytest.mark.real
@pytest.mark.parametrize(
    ("metric", "day", "numerator", "denominator"),
    [
        ("on_time_closed_or_overdue", "2022-05-01", 72, 88),  # 81.8 %
        ("on_time_closed_only", "2022-05-01", 72, 77),  # 93.5 %
        ("on_time_rate", "2022-05-01", 70, 86),  # two of the 72 closed before they fell due
        ("on_time_rate", "2022-06-01", 72, 89),  # the twelfth overdue case fell due on 20 May
    ],
)
def test_boston(engine: Engine, metric: str, day: str, numerator: int, denominator: int) -> None:
    boston = cities.profile("boston")
    ingest(engine, "boston311", str(export(BOSTON)), boston)
    found = count.measure(engine, registry.get(metric), boston, date.fromisoformat(day), "unit")
    assert (found[0].numerator, found[0].denominator) == (numerator, denominator)


@pytest.mark.real
def test_closed_only_flatters(engine: Engine, nyc: City) -> None:
    ingest(engine, "nyc311", str(export(NYC_2011)), nyc)
    found = count.measure(
        engine, registry.get("on_time_closed_only"), nyc, date(2011, 3, 20), "unit"
    )
    shares = {figure.key: figure.value for figure in found}
    assert shares["DPR"] == pytest.approx(0.892, abs=5e-4)
    assert shares["all"] == pytest.approx(0.917, abs=5e-4)


@pytest.mark.real
@pytest.mark.parametrize("day", ["2013-10-31", "2013-11-01", "2014-06-01"])
def test_a_file_taken_within_hours_is_too_early_for_ever(
    engine: Engine, nyc: City, day: str
) -> None:
    ingest(engine, "nyc311", str(export(NYC_2013)), nyc)
    found = count.measure(engine, ON_TIME, nyc, date.fromisoformat(day), "unit")
    assert {figure.note for figure in found} == {TOO_EARLY}
    assert {figure.value for figure in found} == {None}


@pytest.mark.real
def test_the_command_prints_the_figures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest", "nyc311", str(export(NYC_2011)), "--city", "nyc", "--json"]) == 0
    accounting = json.loads(capsys.readouterr().out)
    assert accounting.items() >= {"rows_in": 2000, "stored": 2000, "unchanged": 0}.items()
    question = ["measure", "on_time_rate", "--city", "nyc", "--as-of", "2011-03-20", "--by", "unit"]
    assert main([*question, "--json"]) == 0
    units = {row["unit"]: row for row in json.loads(capsys.readouterr().out)}
    assert units["DPR"]["value"] == pytest.approx(32 / 49)
    assert units["DPR"]["low"] < units["DPR"]["value"] < units["DPR"]["high"]
    assert main(question) == 0
    assert "65.3%" in capsys.readouterr().out


def test_figures_of_the_demo_city_carry_their_label(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--cases", "300", "--seed", "1"]) == 0
    question = ["measure", "received", "--city", "ankang", "--as-of", "2026-11-01", "--by", "area"]
    assert main([*question, "--json"]) == 0
    printed = capsys.readouterr()
    assert "模拟数据" in printed.err
    rows = json.loads(printed.out[printed.out.index("[\n") :])
    assert rows[0] == {"area": "all", "numerator": 300, "denominator": None, "value": 300} | {
        "low": None, "high": None, "note": "",
    }  # fmt: skip


def test_a_metric_is_cut_only_as_it_declares(engine: Engine, nyc: City) -> None:
    with pytest.raises(LookupError, match="unit, area, town, category, category2, day, month"):
        count.measure(engine, ON_TIME, nyc, date(2011, 3, 20), "channel")


@pytest.mark.parametrize("by", ["day", "month", "quarter", "year"])
def test_the_whole_city_by_period(demo: Release, ankang: City, by: str) -> None:
    """Local days: what came in at 00:30 in Ankang came in the day before in UTC."""
    form = {"day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}.get(by)
    expected: Counter[str] = Counter()
    opened = connect()
    with opened.connect() as connection:
        for moment in connection.execute(select(Case.received_at)).scalars():
            local = moment.astimezone(ankang.zone)
            name = local.strftime(form) if form else f"{local.year}-Q{(local.month + 2) // 3}"
            expected[name] += 1
    received = registry.get("received")
    whole, *found = count.measure(opened, received, ankang, demo.as_of, by)
    assert whole.numerator == sum(expected.values())
    assert {figure.key: figure.numerator for figure in found} == {
        figure.key: expected[figure.key] for figure in found
    }
    assert set(expected) <= {figure.key for figure in found}
    share = count.measure(opened, ON_TIME, ankang, demo.as_of, by)[1:]
    assert all(figure.denominator for figure in share), "a period without cases has no rate"
    if by == "day":
        table = count.daily(opened, received, ankang, demo.as_of, ("category2", "area"))
        assert list(table.columns) == ["day", "category2", "area", "numerator"]
        by_day = table.groupby(table["day"].dt.strftime("%Y-%m-%d"))["numerator"].sum()
        assert by_day.to_dict() == expected
    opened.dispose()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("postgres", marks=pytest.mark.postgres),
        pytest.param("spark", marks=pytest.mark.spark),
    ],
)
def test_the_command_counts_alike_on_every_engine(
    name: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    if name == "postgres":
        request.getfixturevalue("on_postgres")
    assert main(["demo", "--cases", "300"]) == 0
    question = ["measure", "time_solving", "--city", "ankang", "--as-of", "2026-11-01"]
    told = []
    for engine in ("duckdb", name):
        capsys.readouterr()
        assert main([*question, "--by", "unit", "--json", "--engine", engine]) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert told[0] == told[1]
    assert told[0][0]["numerator"] > 0


def test_counting_on_postgresql_needs_cases_on_postgresql(
    capsys: pytest.CaptureFixture[str],
) -> None:
    question = ["measure", "received", "--city", "nyc", "--as-of", "2011-03-20", "--by", "unit"]
    assert main([*question, "--engine", "postgres"]) == 2
    assert "CASE_DATABASE_URL" in capsys.readouterr().err


START = datetime(2024, 1, 15, tzinfo=UTC)
HOURS = st.integers(0, 24 * 120)
CASES = st.lists(
    st.tuples(HOURS, st.none() | HOURS, st.none() | HOURS, st.sampled_from("AB")),
    max_size=25,
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cases=CASES, day=st.integers(0, 130))
def test_counting_agrees_with_a_naive_reading(
    engine: Engine, nyc: City, cases: list[tuple[int, int | None, int | None, str]], day: int
) -> None:
    as_of = (START + timedelta(days=day)).date()
    moment = datetime.combine(as_of, datetime.min.time(), tzinfo=nyc.zone)
    expected: Counter[tuple[str, str]] = Counter()
    rows = []
    for number, (received, due, closed, unit) in enumerate(cases):
        at = START + timedelta(hours=received)
        due_at = None if due is None else at + timedelta(hours=due)
        closed_at = None if closed is None else at + timedelta(hours=closed)
        rows.append((str(number), at, due_at, closed_at, unit))
        if at > moment or due_at is None or due_at > moment:
            continue
        expected[unit, "due"] += 1
        if closed_at is not None and closed_at <= moment and closed_at <= due_at:
            expected[unit, "kept"] += 1
    city = replace(nyc, id=uuid4().hex)  # examples share a database, not a city
    names = ("number", "received_at", "due_at", "closed_at", "unit")
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    store(engine, city.id, frames.frame(columns), START + timedelta(days=999))
    found = {
        figure.key: (figure.numerator, figure.denominator)
        for figure in count.measure(engine, ON_TIME, city, as_of, "unit")
    }
    assert found.pop("all") == (
        sum(n for (_, what), n in expected.items() if what == "kept"),
        sum(n for (_, what), n in expected.items() if what == "due"),
    )
    for unit, pair in found.items():
        assert pair == (expected[unit, "kept"], expected[unit, "due"])


@pytest.mark.parametrize("name", ["time_accepting", "time_solving", "time_replying"])
def test_a_median_is_that_of_a_naive_reading(demo: Release, ankang: City, name: str) -> None:
    """Up to the width of a bin, an eighth of its length."""
    metric = registry.get(name)
    assert metric.span is not None
    start, end = metric.facts.spans[metric.span]
    engine = connect()
    with engine.connect() as connection:
        rows = pd.read_sql(select(Case.__table__), connection)
    (figure, *units) = count.measure(engine, metric, ankang, demo.as_of, "unit")
    engine.dispose()
    work = rows if name == "time_accepting" else rows[~rows["on_the_spot"].astype(bool)]
    took = (work[end] - work[start]).dt.total_seconds().dropna()
    assert figure.numerator == len(took)
    for share, found in ((0.5, figure.value), (0.9, figure.p90)):
        assert found == pytest.approx(took.quantile(share), rel=0.13)
    mine = took[work["unit"] == units[0].key]
    assert units[0].numerator == len(mine)
    assert units[0].value is None or units[0].value == pytest.approx(mine.median(), rel=0.2)


def test_the_official_figures_of_the_demo_city_come_out(demo: Release, ankang: City) -> None:
    engine = connect()
    found = {
        name: 100
        * (count.measure(engine, registry.get(name), ankang, demo.as_of, "unit")[0].value or 0)
        for name in ("on_time_official", "not_dissatisfied", "on_time_rate", "satisfied")
    }
    engine.dispose()
    assert found["on_time_official"] == pytest.approx(99.18, abs=0.05)
    assert found["not_dissatisfied"] == pytest.approx(90.46, abs=0.05)
    assert found["on_time_rate"] < 96
    assert found["satisfied"] < 84


def test_the_past_can_be_rebuilt_from_events(engine: Engine, nyc: City) -> None:
    """Extended on the 10th, closed on the 20th, taken up again on the 25th."""
    start = datetime(2026, 3, 1, 12, tzinfo=UTC)
    on = {day: start + timedelta(days=day - 1) for day in (1, 8, 10, 15, 20, 25)}
    case = {"number": ["1"], "received_at": [start], "due_at": [on[8]], "unit": ["A"],
            "extended_due_at": [on[15]], "closed_at": [on[20]]}  # fmt: skip
    events = {"number": ["1", "1"], "seq": [1, 2], "kind": ["extension", "reopen"],
              "at": [on[1] + timedelta(days=4), on[25]], "until": [on[15], None]}  # fmt: skip
    store(engine, "nyc", frames.frame(case), others=((EVENTS, frames.frame(events, EVENTS)),))

    def counted(name: str, day: int) -> tuple[int | None, int | None]:
        as_of = date(2026, 3, day)
        figure = count.measure(engine, registry.get(name), nyc, as_of, "unit")[0]
        return figure.numerator, figure.denominator

    assert [counted("open_overdue", day)[0] for day in (7, 10, 16, 22)] == [0, 0, 1, 0]
    assert [counted("on_time_rate", day) for day in (7, 10, 22)] == [(0, 0), (0, 1), (0, 1)]
    assert [counted("on_time_extended", day) for day in (10, 16, 22)] == [(0, 0), (0, 1), (0, 1)]
    assert [counted("extended", day) for day in (4, 10)] == [(0, 1), (1, 1)]
    assert [counted("reopened", day) for day in (19, 22, 27)] == [(0, 0), (0, 1), (1, 1)]
