"""What the benchmark measures is what it says: like facts, and the same counts by hand."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from cities import City
from pipeline import cells, facts
from pipeline.engines import duckdb, folder
from pipeline.sources.demo import COMPLETE_UNTIL
from tools import bench_by_hand, bench_facts


def test_a_city_grows_and_hand_written_sql_counts_the_same(
    demo_cases: Engine, ankang: City, tmp_path: Path
) -> None:
    """Where a metric or its cuts have changed, tools/bench_by_hand.sql has to follow."""
    facts.write(demo_cases, ankang, COMPLETE_UNTIL, tmp_path / "base")
    bench_facts.grow(tmp_path / "base", tmp_path / "grown", 30_000, ankang)
    assert folder.rows(tmp_path / "grown" / "cases") == 30_000
    calls = {
        name: cells.by_month(tmp_path / name / "calls", facts.metrics()["calls"], duckdb.Counter)
        for name in ("base", "grown")
    }
    for key, rows in calls["base"].items():
        more = sum(calls["grown"][key]["denominator"].to_pylist())
        assert more == pytest.approx(2.5 * sum(rows["denominator"].to_pylist()), rel=0.001)
        assert calls["grown"][key].sort_by("month") != rows.sort_by("month")
    assert bench_by_hand.same(tmp_path / "grown")


def test_a_count_that_differs_is_noticed(
    demo_cases: Engine, ankang: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts.write(demo_cases, ankang, COMPLETE_UNTIL, tmp_path / "base")
    told = bench_by_hand.SQL.read_text("utf-8")
    wrong = told.replace("signing_seconds <= 86400", "signing_seconds < 80000")
    assert wrong != told
    (tmp_path / "wrong.sql").write_text(wrong, "utf-8")
    monkeypatch.setattr(bench_by_hand, "SQL", tmp_path / "wrong.sql")
    assert not bench_by_hand.same(tmp_path / "base")
