"""Whoever has a release's folder alone finds what was altered in it, and learns what cannot be."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_access.published import ALL, DIMENSIONS
from data_access.settings import (
    CHAIN,
    DATABASE,
    DEFINITIONS,
    LATTICE,
    MANIFEST,
    PROJECT,
    SIGNED,
)
from pipeline import chain
from pipeline.verify import examine, verify
from pipeline.verify.__main__ import main
from pipeline.verify.opened import is_period
from tests import small_release
from tests.small_release import alter, change, contents, publish, resign, writable

SMALL = 3  # cases a month, unit and category: many cells are withheld
ALONE = ["-c", """
import sys
from dataclasses import replace
class Refuse:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        allowed = {"duckdb", "_duckdb", "pipeline", "metrics", "data_access"}
        if top not in allowed and top not in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"{name} is not on the short list", name=name)
sys.meta_path.insert(0, Refuse())
from pipeline.verify.__main__ import main
sys.exit(main(sys.argv[1:]))
"""]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two releases of a small city, made once; copy them before altering anything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_DATA", str(tmp_path_factory.mktemp("made")))
        publish(contents(SMALL, seed=2))
        return publish().parent


@pytest.fixture
def downloaded(made: Path, tmp_path: Path) -> Path:
    """The later release, as somebody downloaded it: alone, under a name of his own."""
    return Path(shutil.copytree(made / "2026-07-01-002", tmp_path / "downloads" / "hotline"))


@pytest.fixture
def both(made: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Both releases, one beside the other."""
    home = shutil.copytree(made, tmp_path / "both")
    return home / "2026-07-01-001", home / "2026-07-01-002"


def test_a_downloaded_release_holds_and_says_what_it_cannot_show(downloaded: Path) -> None:
    report = examine(downloaded)
    text = "\n".join(report.lines())
    assert report.holds
    assert "release 2026-07-01-002 of ankang, as of 2026-07-01 模拟数据 simulated data" in text
    assert "146 of 146 shown cells recomputed exactly" in text
    assert "1 of the 1 releases before it: not beside this folder" in text
    assert "only a line kept elsewhere can show that" in text
    assert text.endswith("whole and in order")


def test_it_needs_no_package_but_those_of_the_short_list(downloaded: Path) -> None:
    run = subprocess.run(
        [sys.executable, *ALONE, str(downloaded)],
        cwd=PROJECT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stdout.rstrip().endswith("whole and in order")


def test_the_short_list_is_pinned_like_the_long_one() -> None:
    lines = (PROJECT / "requirements-verify.txt").read_text("utf-8").splitlines()
    short = {line for line in lines if line and not line.startswith("#")}
    assert {line.partition("==")[0] for line in short} == {"duckdb"}
    assert short <= set((PROJECT / "requirements.txt").read_text("utf-8").splitlines())


@given(data=st.data())
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_manifest_altered_by_one_byte_is_named(downloaded: Path, data: st.DataObject) -> None:
    path = writable(downloaded / MANIFEST)
    whole = path.read_bytes()
    altered = bytearray(whole)
    place = data.draw(st.integers(0, len(whole) - 1))
    altered[place] ^= data.draw(st.integers(1, 255))
    try:
        path.write_bytes(altered)
        found = verify(downloaded)
        assert any(problem.startswith(f"{MANIFEST}: altered") for problem in found), found
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize(
    "name", [DATABASE, MANIFEST, SIGNED, CHAIN, DEFINITIONS, LATTICE, "files/about/note.txt"]
)
def test_a_missing_file_is_named(downloaded: Path, name: str) -> None:
    (downloaded / name).unlink()
    assert any(name.rpartition("/")[2] in problem for problem in verify(downloaded))


@pytest.mark.parametrize("name", [DATABASE, CHAIN, DEFINITIONS, LATTICE, "files/about/note.txt"])
def test_a_file_altered_by_one_byte_is_named(downloaded: Path, name: str) -> None:
    path = writable(downloaded / name)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert f"{name}: not the file that the manifest names" in verify(downloaded)


def test_a_foreign_file_is_told_apart(downloaded: Path) -> None:
    (downloaded / "notes.txt").write_text("mine")
    report = examine(downloaded)
    assert report.holds
    assert "  files: notes.txt: not part of the release" in list(report.lines())


def test_a_log_beside_the_database_that_would_change_it_is_named(downloaded: Path) -> None:
    """DuckDB takes such a file in when it opens the database, whose own bytes stay the same."""
    copy = shutil.copy(downloaded / DATABASE, downloaded.parent / "copy.duckdb")
    with duckdb.connect(writable(Path(copy))) as database:
        database.execute("PRAGMA disable_checkpoint_on_shutdown")
        database.execute("UPDATE cells SET numerator = 0")
    shutil.move(f"{copy}.wal", downloaded / f"{DATABASE}.wal")
    assert any(f"{DATABASE}.wal: would change" in problem for problem in verify(downloaded))


def shown(folder: Path) -> pd.DataFrame:
    made = small_release.cells(SMALL, 2) if folder.name.endswith("001") else small_release.cells()
    return made[made["withheld"].isna()]


def where(cell: "pd.Series[str]") -> str:
    names = ("metric", "grain", "period", *DIMENSIONS)
    return " AND ".join(f"{name} = '{cell[name]}'" for name in names)


def told(cell: "pd.Series[str]") -> str:
    """How `verify` names a cell, up to its numbers."""
    narrowed = [f"{name}={cell[name]}" for name in DIMENSIONS if cell[name] != ALL]
    return " ".join([cell["metric"], cell["period"], *narrowed, "="])


@given(data=st.data())
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_cell_altered_by_one_and_signed_again_is_named(
    made: Path, tmp_path: Path, data: st.DataObject
) -> None:
    """Nothing of this release is withheld, so every cell follows from others."""
    folder = tmp_path / "altered"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(made / "2026-07-01-002", folder)
    every = shown(folder)
    cell = every.iloc[data.draw(st.integers(0, len(every) - 1))]
    column = data.draw(st.sampled_from(["numerator", "denominator"]))
    if pd.isna(cell["denominator"]):
        column = "numerator"
    sign = data.draw(st.sampled_from("+-"))
    change(folder, f"{column} = {column} {sign} 1", where(cell))
    resign(folder)
    found = verify(folder)
    assert any(told(cell) in problem for problem in found), (told(cell), found)


def test_the_altered_cell_is_in_all_sums_that_do_not_hold(downloaded: Path) -> None:
    of_unit = "metric = 'received' AND period = '2025-Q3' AND unit = 'u2'"
    change(downloaded, "numerator = numerator + 1", of_unit)
    resign(downloaded)
    *sums, last = verify(downloaded)
    assert len(sums) == 2  # the units of that quarter, the quarters of that year
    assert last.startswith("if one cell was altered, it is one of 1: received 2025-Q3 unit=u2 = ")


def test_beside_withheld_cells_a_shown_one_is_bounded(both: tuple[Path, Path]) -> None:
    """Of on-time rates by unit few are shown: no more can be on time than there were."""
    folder = both[0]
    every = shown(folder)
    assert len(every) < len(small_release.cells(SMALL, 2))
    assert "withheld cells" in "\n".join(examine(folder).lines())
    total = every[(every["metric"] == "on_time_rate") & (every["period"] == "2025")]
    whole = total[total["unit"] == ALL].iloc[0]
    change(folder, "numerator = 1", where(whole))
    resign(folder)
    assert any(problem.startswith(told(whole)) for problem in verify(folder))


def test_metrics_of_the_same_cases_tell_the_same_number(downloaded: Path) -> None:
    """A second metric over the same base, that no sum would correct if it were wrong."""
    texts = json.loads((downloaded / DEFINITIONS).read_text("utf-8"))
    texts["twin"] = texts["on_time_rate"]
    writable(downloaded / DEFINITIONS).write_text(json.dumps(texts), "utf-8")
    rules = json.loads((downloaded / LATTICE).read_text("utf-8"))
    rules.append({"metrics": ["twin"], "by": [], "grains": [ALL], "threshold": 30})
    writable(downloaded / LATTICE).write_text(json.dumps(rules), "utf-8")
    alter(
        downloaded,
        "INSERT INTO cells SELECT * REPLACE ('twin' AS metric, denominator + 1 AS denominator) "
        "FROM cells WHERE metric = 'on_time_rate' AND grain = 'all'",
    )
    resign(downloaded)
    assert any(
        problem.startswith("twin all = ") and "of the same cases" in problem
        for problem in verify(downloaded)
    )


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE cells SET denominator = 3, numerator = 3 WHERE denominator > 0", "fewer than 30"),
        ("UPDATE cells SET numerator = denominator + 1", "not a possible count"),
        ("UPDATE cells SET numerator = -1 WHERE period = '2025'", "not a possible count"),
        ("UPDATE cells SET withheld = 'few'", "carries a number"),
        ("UPDATE cells SET withheld = 'few', numerator = NULL, denominator = NULL, value = 1.5",
         "carries a number"),
        ("UPDATE cells SET area = '610902'", "no table of the lattice"),
        ("UPDATE cells SET metric = 'popularity'", "no table of the lattice"),
        ("UPDATE cells SET period = '2027-Q1' WHERE unit <> 'all'", "has not ended"),
        ("UPDATE cells SET period = '2025-Q5' WHERE period = '2025-Q4'", "no such period"),
        ("INSERT INTO cells SELECT * FROM cells LIMIT 1", "told more than once"),
        ("DELETE FROM cells WHERE grain = 'all'", "where the manifest says"),
        ("DELETE FROM cells WHERE period = '2025-03'", "add up to"),
        ("CREATE TABLE callers AS SELECT 1 AS one", "callers: not in the manifest"),
        ("UPDATE about SET value = '' WHERE key = 'label'", "label of simulated data"),
        ("UPDATE about SET value = 'nyc' WHERE key = 'city'", "city is nyc"),
        ("DROP TABLE cells", "cannot be read"),
    ],
)  # fmt: skip
def test_what_may_not_be_published_is_named(downloaded: Path, statement: str, says: str) -> None:
    alter(downloaded, statement)
    resign(downloaded)
    assert any(says in problem for problem in verify(downloaded)), verify(downloaded)[:3]


def test_a_release_is_judged_by_its_own_lattice(downloaded: Path) -> None:
    rules = json.loads((downloaded / LATTICE).read_text("utf-8"))
    for table in rules:
        table["threshold"] = 10**6
    writable(downloaded / LATTICE).write_text(json.dumps(rules), "utf-8")
    resign(downloaded)
    assert any("fewer than 1000000" in problem for problem in verify(downloaded))


def test_an_altered_definition_is_named(downloaded: Path) -> None:
    path = writable(downloaded / DEFINITIONS)
    path.write_text(path.read_text("utf-8").replace("closed_at <= due_at", "due_at >= closed_at"))
    resign(downloaded)
    assert "definition of on_time_rate: not the one that the manifest names" in verify(downloaded)


def test_a_resigned_older_release_is_named_beside_a_later_one(both: tuple[Path, Path]) -> None:
    older, later = both
    assert verify(older) == verify(later) == []
    resign(older, cases=9)
    assert any("re-signed after it was published: 2026-07-01-002" in p for p in verify(older))
    assert any("2026-07-01-001: rewritten after" in problem for problem in verify(later))


def test_a_resigned_older_release_is_named_by_whoever_kept_its_line(
    both: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    older, later = both
    line = ":".join(chain.link(older))
    kept = shutil.copy(later / CHAIN, older.parents[1] / "kept.txt")
    shutil.rmtree(later)
    for told_by in (["--known", line], ["--chain", str(kept)]):
        assert main([str(older), *told_by]) == 0
        assert "only a line kept elsewhere" not in capsys.readouterr().out
    resign(older, cases=9)
    assert main([str(older)]) == 0  # alone, nothing can show it: and that is said
    assert "only a line kept elsewhere can show that" in capsys.readouterr().out
    for told_by in (["--known", line], ["--chain", str(kept)]):
        assert main([str(older), *told_by]) == 1
        assert "2026-07-01-001: re-signed" in capsys.readouterr().out


def test_a_chain_that_leaves_a_release_out_is_named(downloaded: Path) -> None:
    writable(downloaded / CHAIN).write_text("")
    resign(downloaded)
    assert any("has not as many lines" in problem for problem in verify(downloaded))
    assert any("does not end with" in problem for problem in verify(downloaded))


def test_releases_of_another_city_beside_it_do_not_count(both: tuple[Path, Path]) -> None:
    older, later = both
    resign(older, city="nyc")
    assert not any("2026-07-01-001" in problem for problem in verify(later))


def test_a_file_outside_the_folder_is_not_read(downloaded: Path) -> None:
    manifest = json.loads((downloaded / MANIFEST).read_text("utf-8"))
    manifest["files"]["../secret"] = "0" * 64
    writable(downloaded / MANIFEST).write_text(json.dumps(manifest))
    (downloaded.parent / "secret").write_text("x")
    assert "../secret: lies outside the release" in verify(downloaded)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"id": "x"}', "null", "\ufffe"])
def test_a_manifest_that_is_none_is_named(downloaded: Path, text: str) -> None:
    writable(downloaded / MANIFEST).write_text(text)
    assert any(f"{MANIFEST}: cannot be read" in problem for problem in verify(downloaded))


def test_a_folder_that_is_no_release_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path)]) == 1
    assert "is this the folder of a release?" in capsys.readouterr().out
    assert main([str(tmp_path), "--known", "nonsense"]) == 2
    assert "neither" in capsys.readouterr().err


def test_a_table_without_a_check_of_its_own_is_said_to_be_unchecked(data: Path) -> None:
    made = contents()
    extra = {"outcomes": pd.DataFrame({"reason": ["explained"]})}
    folder = publish(replace(made, tables={**made.tables, **extra}))
    text = "\n".join(examine(folder).lines())
    assert "what the table outcomes says: only its rows were counted" in text
    alter(folder, "DELETE FROM outcomes")
    resign(folder)
    assert "0 outcomes where the manifest says 1" in verify(folder)


@pytest.mark.parametrize(
    ("grain", "period", "good"),
    [
        ("all", "all", True), ("year", "2025", True), ("quarter", "2025-Q4", True),
        ("month", "2025-12", True), ("month", "all", False), ("all", "2025", False),
        ("quarter", "2025-Q5", False), ("quarter", "2025-Q0", False), ("month", "2025-13", False),
        ("month", "2025-1", False), ("year", "2025-Q1", False), ("week", "2025-W01", False),
        ("month", "2025-01-01", False), ("year", "x", False),
    ],
)  # fmt: skip
def test_labels_of_periods(grain: str, period: str, good: bool) -> None:
    assert is_period(grain, period) is good
