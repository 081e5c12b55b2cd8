"""Internal cells: the published counts without protection, the same however they came about."""

import shutil
import stat
from datetime import date
from pathlib import Path
from typing import get_args
from uuid import uuid4

import duckdb
import pandas as pd
import pytest
from sqlalchemy import Engine, select

import cities
from data_access.cases import fact_rows, internal, workings
from data_access.cases.engine import connect
from data_access.published import ALL, DIMENSIONS
from data_access.published import cells as table
from metrics import lattice, registry
from metrics.periods import closed
from pipeline import cells, count
from pipeline.engines.statement import Grain
from pipeline.internal import counting, facts, standing, update
from pipeline.internal.standing import Standing
from tests import made_up_doubts

AS_OF = date(2026, 11, 1)
ANKANG = cities.profile("ankang")
KEYS = ["metric", "grain", "period", *DIMENSIONS]


def read(found: internal.Internal) -> pd.DataFrame:
    rows: pd.DataFrame = internal.fetch(found, select(table)).to_pandas()
    return rows.set_index(KEYS)


@pytest.fixture
def made(demo_cases: Engine) -> internal.Internal:
    return update(demo_cases, ANKANG, AS_OF).cells


def test_what_is_published_of_closed_periods_is_the_same_before_protection(
    demo_cases: Engine, made: internal.Internal
) -> None:
    """Beside units and towns sensitive categories are pooled for the public, so not compared."""
    public = cells.cells(demo_cases, ANKANG, AS_OF)
    pooled = (public["category"] != ALL) & (public[["unit", "town"]] != ALL).any(axis=1)
    public = public[(public["numerator"] + public["denominator"] > 0) & ~pooled].set_index(KEYS)
    inside = read(made)
    assert len(public) > 5_000
    ours = inside.reindex(public.index)
    pd.testing.assert_series_equal(ours["numerator"], public["numerator"], check_dtype=False)
    for name in ("value", "p90"):  # to the last digit
        pd.testing.assert_series_equal(ours[name], public[name], check_exact=True)
    rates = ours["denominator"].notna()
    pd.testing.assert_series_equal(
        ours["denominator"][rates], public["denominator"][rates], check_dtype=False
    )
    assert {registry.get(metric).kind for metric in ours[rates].index.unique(0)} == {"ratio"}
    assert inside["withheld"].isna().all()


def test_running_periods_and_days_are_there(demo_cases: Engine, data: Path) -> None:
    day = date(2026, 9, 17)
    found = update(demo_cases, ANKANG, day).cells
    inside = read(found)
    numerators, denominators = (inside[name].to_dict() for name in ("numerator", "denominator"))
    received = count.measure(demo_cases, registry.get("received"), ANKANG, day, "month")
    for figure in received:
        grain = ALL if figure.key == ALL else "month"
        at = ("received", grain, figure.key, *[ALL] * len(DIMENSIONS))
        assert numerators[at] == figure.numerator
    days = count.measure(demo_cases, registry.get("on_time_rate"), ANKANG, day, "day")
    assert len(days) > 100
    for figure in days[1:]:
        at = ("on_time_rate", "day", figure.key, *[ALL] * len(DIMENSIONS))
        assert (numerators[at], denominators[at]) == (figure.numerator, figure.denominator)
    running = {period for period in inside.index.unique("period") if period != ALL}
    assert {"2026-09", "2026-Q3", "2026", "2026-09-16"} <= running
    assert not closed("2026-09", day)
    by_unit = inside.xs("2026-Q3", level="period").reset_index()
    assert (by_unit["unit"] != ALL).any(), "slices of running periods are for supervisors"


@pytest.mark.parametrize("subject", ["cases", "callbacks", "calls"])
def test_facts_are_those_that_are_published_from(demo_cases: Engine, subject: str) -> None:
    same_facts(demo_cases, subject)


def test_so_are_doubts(demo_folder: Path, tmp_path: Path) -> None:
    """The demo city raises none itself; those of a copy are made up."""
    shutil.copy(demo_folder / "cases.sqlite", tmp_path / "cases.sqlite")
    engine = connect(f"sqlite:///{tmp_path}/cases.sqlite")
    made_up_doubts.raise_some(engine, "ankang", cities.midnight(AS_OF, ANKANG), most=200)
    assert same_facts(engine, "doubts") > 200
    engine.dispose()


def same_facts(demo_cases: Engine, subject: str) -> int:
    """Those that are counted step by step and those that are published from; how many."""
    metrics = [m for m in counting.metrics().values() if m.subject == subject]
    names, now = facts.used(metrics), Standing.now(demo_cases, ANKANG, AS_OF).reading(ANKANG)
    columns = facts.stored(subject, names)
    rows = fact_rows.read(demo_cases, subject, "ankang", now.as_of, columns)
    ours = facts.dressed(rows, subject, names, now)
    for grain in get_args(Grain):
        theirs = count.facts(demo_cases, ANKANG, AS_OF, metrics, grain)
        wanted = sorted(theirs.column_names)
        mine, other = (t.select(wanted).to_pandas() for t in (ours, theirs))
        pd.testing.assert_frame_equal(
            mine.sort_values(wanted, ignore_index=True),
            other.sort_values(wanted, ignore_index=True), check_dtype=False,
        )  # fmt: skip
    return len(rows)


def test_only_this_user_may_enter(made: internal.Internal) -> None:
    assert stat.S_IMODE(made.path.parent.stat().st_mode) == 0o700


def test_a_reader_that_holds_an_old_file_and_one_that_comes_later(
    demo_cases: Engine, made: internal.Internal
) -> None:
    before = read(made)
    later = update(demo_cases, ANKANG, date(2026, 10, 1)).cells
    assert later.id != made.id
    assert internal.current("ankang") == later
    pd.testing.assert_frame_equal(read(made), before)
    assert len(read(later)) < len(before)


def test_the_same_cells_again_are_not_written_again(
    demo_cases: Engine, made: internal.Internal
) -> None:
    written = made.path.stat().st_mtime_ns
    assert update(demo_cases, ANKANG, AS_OF).cells == made
    assert made.path.stat().st_mtime_ns == written


def test_another_lattice_or_another_definition_counts_everything_anew(
    demo_cases: Engine, made: internal.Internal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert update(demo_cases, ANKANG, AS_OF).anew == ""
    other = tmp_path / "lattice.toml"
    other.write_text(lattice.FILE.read_text("utf-8") + "\n# changed\n")
    monkeypatch.setattr(lattice, "FILE", other)
    assert update(demo_cases, ANKANG, AS_OF).anew == standing.OTHER_RULES


def test_workings_that_do_not_fit_are_thrown_away(
    demo_cases: Engine, made: internal.Internal
) -> None:
    """More was taken away than there had been."""
    with duckdb.connect(internal.workings("ankang")) as database:
        database.execute("UPDATE folded SET numerator = -numerator WHERE metric = 'received'")
    done = update(demo_cases, ANKANG, AS_OF)
    assert "do not fit" in done.anew
    assert done.cells == made


def test_workings_that_are_no_database_are_begun_anew(
    demo_cases: Engine, made: internal.Internal
) -> None:
    internal.workings("ankang").write_bytes(uuid4().bytes * 1000)
    done = update(demo_cases, ANKANG, AS_OF)
    assert (done.anew, done.cells) == (standing.FIRST, made)


def test_a_count_that_fails_leaves_the_one_before(
    demo_cases: Engine, made: internal.Internal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with workings.opened(internal.workings("ankang")) as kept:
        before = kept.about()
    with monkeypatch.context() as patch:
        patch.setattr("pipeline.internal.Workings.remember", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            update(demo_cases, ANKANG, date(2026, 10, 1))
    assert internal.current("ankang") == made
    with workings.opened(internal.workings("ankang")) as kept:
        assert kept.about() == before
    done = update(demo_cases, ANKANG, AS_OF)
    assert (done.anew, done.cells) == ("", made)


def test_no_case_is_said() -> None:
    with pytest.raises(ValueError, match="ingest some first"):
        update(connect(), ANKANG, AS_OF)
