"""A release is whole or it is not there: killed, crowded, broken or altered."""

import json
import signal
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import duckdb
import pytest

import cities
from data_access.cases.engine import connect
from data_access.published import DATABASE, MANIFEST, current, published_cities
from data_access.settings import PROJECT, pointer, releases
from pipeline import release
from pipeline.__main__ import main
from pipeline.ingest import ingest
from pipeline.publish import publish
from pipeline.verify import verify

# Kills its own process at the nth file operation below the data folder, as kill -9 would.
KILLED_PUBLISH = """
import os, signal, sys
left, home = int(sys.argv[1]), os.environ["SUNLINE_DATA"] + "/releases"
def count(event, arguments):
    global left
    if event in ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "shutil.rmtree"):
        if any(str(argument).startswith(home) for argument in arguments):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(count)
from pipeline.__main__ import main
sys.exit(main(["publish", "--city", "ankang"]))
"""


@pytest.fixture
def first(data: Path) -> Path:
    """A small city with one release in force."""
    opened = connect()
    ingest(opened, "demo", None, cities.profile("ankang"), cases=800, seed=1)
    folder = publish(opened, cities.profile("ankang"), None)
    opened.dispose()
    return folder


def in_force() -> Path:
    found = current("ankang")
    assert found is not None
    assert verify(found.folder) == []
    return found.folder


def test_a_release_is_in_order_and_names_its_predecessor(first: Path) -> None:
    assert in_force() == first
    second = publish(connect(), cities.profile("ankang"), None)
    assert in_force() == second
    manifest = json.loads((second / MANIFEST).read_text("utf-8"))
    assert manifest["previous"] == {
        "id": first.name,
        "manifest": release.sha256(first / MANIFEST),
    }
    assert manifest["label"] == "模拟数据 simulated data"
    assert published_cities() == ["ankang"]


def test_killed_at_any_file_operation_the_old_release_stays_served_and_whole(first: Path) -> None:
    operations = 0
    while True:
        operations += 1
        run = subprocess.run(
            [sys.executable, "-c", KILLED_PUBLISH, str(operations)],
            cwd=PROJECT, capture_output=True, check=False,
        )  # fmt: skip
        if run.returncode == 0:
            break
        assert run.returncode == -signal.SIGKILL, run.stderr.decode()
        served = in_force()  # whole, whichever it is
        assert served == first or operations > 10
        if served != first:  # killed after the swap: the new one is in force
            pointer("ankang").write_text(f"{first.name}\n")
    assert operations > 10, "the kills did not reach into the publishing"
    assert in_force() != first
    assert not list(releases("ankang").glob(f"{release.BUILDING}*"))


@pytest.mark.parametrize("after", [0.8, 1.2, 1.6, 2.0])
def test_killed_at_a_random_moment(first: Path, after: float) -> None:
    command = [sys.executable, "-m", "pipeline", "publish", "--city", "ankang"]
    run = subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    timer = threading.Timer(after, run.send_signal, [signal.SIGKILL])
    timer.start()
    run.communicate()
    timer.cancel()
    assert in_force().name >= first.name


def test_two_publishers_at_once(first: Path) -> None:
    with (
        release._only_one(releases("ankang")),
        pytest.raises(release.ReleaseError, match="another publisher"),
    ):
        publish(connect(), cities.profile("ankang"), None)
    assert in_force() == first


def test_a_release_that_fails_its_check_is_not_served(
    first: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.publish.verify", lambda folder: ["a cell too much"])
    with pytest.raises(release.ReleaseError, match="a cell too much"):
        publish(connect(), cities.profile("ankang"), None)
    assert in_force() == first


def test_a_full_disk_leaves_the_old_release(first: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(folder: Path) -> None:
        raise OSError(28, "No space left on device", str(folder))

    monkeypatch.setattr(release, "_settle", full)
    with pytest.raises(release.ReleaseError, match=r"No space left.*Make room"):
        publish(connect(), cities.profile("ankang"), None)
    assert in_force() == first


def alter(folder: Path, statement: str) -> None:
    """Change a release and sign the change, as a careless or dishonest publisher might."""
    with duckdb.connect(folder / DATABASE) as database:
        database.execute(statement)
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    manifest["files"][DATABASE] = release.sha256(folder / DATABASE)
    (folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE cells SET denominator = 3, numerator = 3 WHERE denominator > 0", "fewer than 30"),
        ("UPDATE cells SET numerator = denominator + 1", "not a possible count"),
        ("UPDATE cells SET numerator = 1 WHERE withheld IS NOT NULL", "carries a number"),
        ("UPDATE cells SET area = '610902'", "no table of the lattice"),
        ("UPDATE cells SET period = '2027-Q1' WHERE unit <> 'all'", "has not ended"),
        ("DELETE FROM cells WHERE grain = 'all'", "where the manifest says"),
        ("UPDATE about SET value = ''", "label of simulated data"),
    ],
)  # fmt: skip
def test_what_may_not_be_published_is_named(first: Path, statement: str, says: str) -> None:
    alter(first, statement)
    assert any(says in problem for problem in verify(first)), verify(first)[:3]


def test_an_altered_byte_and_a_missing_file_are_named(
    first: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(first)]) == 0
    content = bytearray((first / DATABASE).read_bytes())
    content[len(content) // 2] ^= 1
    (first / DATABASE).write_bytes(content)
    assert main(["verify", str(first)]) == 1
    assert f"{DATABASE}: not the file" in capsys.readouterr().out
    (first / DATABASE).unlink()
    assert main(["verify", str(first)]) == 1


def test_no_case_number_gets_into_a_release(first: Path) -> None:
    content = b"".join(path.read_bytes() for path in first.iterdir())
    assert b"GD2022" not in content
    assert b"GD2026" not in content


def test_nothing_to_publish_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["publish", "--city", "nyc"]) == 2
    assert "ingest some" in capsys.readouterr().err


def test_publishing_beyond_what_is_known_is_refused(first: Path) -> None:
    with pytest.raises(release.ReleaseError, match="known until 2026-11-01"):
        publish(connect(), cities.profile("ankang"), date(2026, 11, 2))


def test_real_and_simulated_cases_are_never_counted_together(first: Path, tmp_path: Path) -> None:
    opened = connect()
    row = "1,03/01/2011 02:27:57 PM,,03/22/2011 02:27:57 PM,DOF,Refund,BRONX,Open\n"
    header = "Unique Key,Created Date,Closed Date,Due Date,Agency,Complaint Type,Borough,Status\n"
    (tmp_path / "real.csv").write_text(header + row)
    ingest(opened, "nyc311", str(tmp_path / "real.csv"), cities.profile("ankang"))
    with pytest.raises(release.ReleaseError, match="real and simulated"):
        publish(opened, cities.profile("ankang"), None)


def test_the_first_start_builds_and_the_second_does_nothing(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prepare", "--cases", "400"]) == 0
    assert "release 2026-11-01-001" in capsys.readouterr().out
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*")}
    assert main(["prepare"]) == 0
    assert {path: path.stat().st_mtime_ns for path in data.rglob("*")} == before
