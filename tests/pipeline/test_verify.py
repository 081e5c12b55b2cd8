"""Whoever has a release's folder alone finds what was altered in it, and learns what cannot be."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
from tests.small_release import resign, writable

ALONE = ["-c", """
import sys
from dataclasses import replace
class Refuse:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        allowed = {"duckdb", "_duckdb", "pipeline", "metrics", "data_access", "cities"}
        mine = top in allowed or top.startswith("_sysconfigdata")  # of Python, under its own name
        if not mine and top not in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"{name} is not on the short list", name=name)
sys.meta_path.insert(0, Refuse())
import runpy
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__")
"""]  # fmt: skip


def test_a_downloaded_release_holds_and_says_what_it_cannot_show(downloaded: Path) -> None:
    report = examine(downloaded)
    text = "\n".join(report.lines())
    assert report.holds
    assert "release 2026-07-01-002 of ankang, as of 2026-07-01 模拟数据 simulated data" in text
    assert "144 of 146 shown cells recomputed exactly" in text  # not the two of all time
    assert "1 of the 1 releases before it: not beside this folder" in text
    assert "only a line kept elsewhere can show that" in text
    assert text.endswith("whole and in order")


@pytest.mark.parametrize("command", [["pipeline.verify"], ["pipeline", "verify"]])
def test_it_needs_no_package_but_those_of_the_short_list(
    downloaded: Path, command: list[str]
) -> None:
    run = subprocess.run(
        [sys.executable, *ALONE, *command, str(downloaded)],
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
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
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


def test_the_document_explains_every_line(downloaded: Path) -> None:
    text = (PROJECT / "docs" / "verify.md").read_text("utf-8")
    first = ",".join(line.split("|")[1] for line in text.splitlines() if line.startswith("|"))
    told = {name.strip() for name in first.split(",")}
    assert {check.name for check in examine(downloaded).checks} <= told


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
        text = capsys.readouterr().out
        assert "FAILED  lines you kept: 1 compared\n          2026-07-01-001: re-signed" in text
        assert text.endswith("1 problems: do not rely on this release\n")


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
