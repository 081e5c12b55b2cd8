"""Facts outside memory: what is in them, when they are written, and within which limits counted."""

import re
import stat
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest
from sqlalchemy import Engine

from cities import City
from data_access.cases import private
from data_access.facts import SUBJECTS
from metrics.stats import durations
from pipeline import cells, count, facts
from pipeline.engines import Counter, choice, duckdb, folder
from pipeline.engines.folder import Facts
from pipeline.sources.demo import COMPLETE_UNTIL
from tests.at_random import SCHEMA, random_facts


def test_many_files_of_a_month(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of a month that come far apart: none is lost, written twice or in a wrong folder."""
    monkeypatch.setattr(folder, "GROUP", 7)
    parts = [random_facts(seed, 60) for seed in range(20)]
    folder.write(SCHEMA, parts, tmp_path)
    read = [row for batch in folder.batches(tmp_path) for row in batch.to_pylist()]
    told = pa.concat_tables(parts).to_pylist()
    assert sorted(map(str, read)) == sorted(str({n: row[n] for n in read[0]}) for row in told)


def test_the_bin_of_a_duration() -> None:
    """That of metrics.stats.durations; none where there is no duration, or it ran backwards."""
    known = [0, 59, 60, 3_600, 10**9]
    table = pa.table({"solving_seconds": pa.array([None, -1, *known], pa.int64())})
    bins = count.binned(table, ["solving_seconds"])["solving_seconds_bin"].to_pylist()
    assert bins == [None, None, *(str(durations.bin_of(seconds)) for seconds in known)]


def test_the_limits_of_duckdb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUNLINE_DUCKDB_THREADS", "1")
    monkeypatch.setenv("SUNLINE_DUCKDB_MEMORY", "123MiB")
    with duckdb.Counter(random_facts(1, 9)) as counter:
        query = "SELECT current_setting('threads'), current_setting('memory_limit')"
        assert counter._connection.execute(query).fetchall() == [(1, "123.0 MiB")]


def test_the_engine_is_chosen_by_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choice.configured() == "duckdb"
    monkeypatch.setenv("SPARK_MASTER", "spark://127.0.0.1:7077")
    assert choice.configured() == "spark"
    monkeypatch.setenv("SUNLINE_ENGINE", "postgres")
    assert choice.configured() == "postgres"
    monkeypatch.setenv("SUNLINE_ENGINE", "dukdb")
    with pytest.raises(ValueError, match="duckdb, postgres, spark"):
        choice.configured()


def test_facts_hold_neither_texts_nor_callers(facts_folder: Path) -> None:
    columns = {
        name for subject in facts.metrics() for name in folder.schema(facts_folder / subject).names
    }
    known = {name for subject in SUBJECTS.values() for name in subject.columns}
    of_private = {*private.TextContent.__annotations__, *private.CallerContent.__annotations__}
    assert len(of_private) == 8
    assert {re.sub("_(month|bin)$", "", name) for name in columns} <= known - of_private
    assert stat.S_IMODE(facts_folder.stat().st_mode) == 0o700


def test_facts_that_do_not_fit_in_memory_are_counted_from_files(
    demo_cases: Engine, ankang: City, demo_cells: pd.DataFrame, data: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(facts, "IN_MEMORY", 1_000)
    seen: list[Facts] = []

    def counting(rows: Facts) -> Counter:
        seen.append(rows)
        return duckdb.Counter(rows)

    found = cells.cells(demo_cases, ankang, COMPLETE_UNTIL, counting)
    pd.testing.assert_frame_equal(found, demo_cells, check_exact=True)
    in_memory = [rows for rows in seen if isinstance(rows, pa.Table)]
    assert len(seen) > len(in_memory)
    assert all(len(rows) == 0 for rows in in_memory), "doubts, of which this city has none"
    assert list((data / "facts").iterdir()) == [], "thrown away once they are counted"


def test_a_folder_of_another_day_or_of_no_facts_is_refused(
    facts_folder: Path, demo_cases: Engine, ankang: City, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="written for other as_of; write the facts anew"):
        cells.cells(demo_cases, ankang, COMPLETE_UNTIL.replace(day=2), folder=facts_folder)
    with pytest.raises(ValueError, match="python -m pipeline facts"):
        cells.cells(demo_cases, ankang, COMPLETE_UNTIL, folder=tmp_path)
    with pytest.raises(ValueError, match="not empty"):
        facts.write(demo_cases, ankang, None, facts_folder)
