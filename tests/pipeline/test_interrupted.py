"""A release is whole or it is not there: killed, crowded, without room, without the right."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from data_access.settings import PROJECT, pointer, releases
from pipeline import chain, history
from pipeline.chain import BUILDING
from pipeline.disk import ReleaseError
from pipeline.verify import verify
from tests.small_release import CITY, contents, in_force, publish

# Reads lines "KIND NUMBER" and publishes once for each, in a child of its own:
# `operation N` kills the child at the Nth file operation below the releases, or the Nth line of
# what writes and swaps, as kill -9 would, and leaves their number in a file if it comes through;
# `operation 0` stops at each of them instead, says so, and goes on when it is sent an empty line;
# `few N` does the same to a release without open data, which are many files written alike;
# `after N` kills it N milliseconds after it began; both print the child's exit.
KILLER = """
import os, signal, sys, time
from pipeline import disk, journal, release
from pipeline.open_files import writing
from tests.small_release import contents, publish
made, home = contents(seed=5), os.environ["SUNLINE_DATA"] + "/releases"
EVENTS = ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "shutil.rmtree")
SWAPS = (disk.replace.__code__, release.publish.__code__, journal.add.__code__)
def step():
    global left
    left -= 1
    if number == "0":
        os.write(1, b"at\\n")
        os.read(0, 1)
    elif left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
def operation(event, arguments):
    if event in EVENTS and any(str(argument).startswith(home) for argument in arguments):
        step()
def line(frame, event, argument):
    if event == "line":
        step()
    return line
for command in sys.stdin:
    kind, number = command.split()
    child = os.fork()
    if not child:
        if kind == "few":
            writing.write = lambda folder, *_: (folder / "files").mkdir(exist_ok=True)
        if kind in ("operation", "few"):
            left = int(number)
            sys.addaudithook(operation)
            sys.settrace(lambda frame, *_: line if frame.f_code in SWAPS else None)
            publish(made, [])
            open(home + "/../operations", "w").write(str(int(number) - left))
        else:
            publish(made)
        os._exit(0)
    if kind == "after":
        time.sleep(int(number) / 1000)
        os.kill(child, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""

# Publishes once; the check waits until a file named "go" is there, if it is told to.
PUBLISHER = """
import pathlib, sys, time
from pipeline.release import ReleaseError
from pipeline.verify import verify
from tests.small_release import contents, publish
home, wait = pathlib.Path(sys.argv[1]), sys.argv[2] == "wait"
def patient(folder):
    (home / "inside").touch()
    while wait and not (home / "go").exists():
        time.sleep(0.01)
    return []
try:
    print(publish(contents(seed=5), [verify, patient]))
except ReleaseError as error:
    sys.exit(str(error))
"""


NEVER = 10**9  # operations


def contents_of(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in folder.rglob("*") if path.is_file()}  # fmt: skip


def publisher(*before: str, wait: bool = False, **options: object) -> "subprocess.Popen[str]":
    home = releases(CITY).parents[1]
    return subprocess.Popen(  # type: ignore[call-overload, no-any-return]
        [*before, sys.executable, "-c", PUBLISHER, str(home), "wait" if wait else "no"],
        cwd=PROJECT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # fmt: skip


def said(run: "subprocess.Popen[str]") -> str:
    """What a publisher that must fail says."""
    _, error = run.communicate(timeout=60)
    assert run.returncode == 1, error
    assert "Traceback" not in error
    return error


class Killer:
    """A process that publishes and is killed, as KILLER says."""

    def __init__(self) -> None:
        self.run = subprocess.Popen(
            [sys.executable, "-c", KILLER],
            cwd=PROJECT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def _say(self, line: str) -> None:
        assert self.run.stdin is not None
        self.run.stdin.write(f"{line}\n")
        self.run.stdin.flush()

    def _hear(self) -> str:
        assert self.run.stdout is not None
        return self.run.stdout.readline().strip()

    def kill(self, kind: str, number: int) -> int:
        """The exit status."""
        self._say(f"{kind} {number}")
        return int(self._hear())

    def stops(self, kind: str) -> Iterator[None]:
        """Each operation, while the publisher waits before it."""
        self._say(f"{kind} 0")
        while (heard := self._hear()) == "at":
            yield
            self._say("")
        assert heard == "0"


@pytest.fixture
def killer(first: Path) -> Iterator[Killer]:
    opened = Killer()
    yield opened
    opened.run.communicate(timeout=60)


@pytest.fixture
def before(first: Path, tmp_path: Path) -> Path:
    """A copy of the releases as they were."""
    return Path(shutil.copytree(releases(CITY), tmp_path / "before"))


def whole(first: Path, before: Path, checked: bool = True) -> tuple[int, bool]:
    """How many releases lie there, all whole, and whether the first one is served."""
    finished, served = chain.folders(releases(CITY)), pointer(CITY).read_text().strip()
    assert contents_of(first) == contents_of(before / first.name)
    assert not checked or all(verify(folder) == [] for folder in finished[1:])
    assert served in [folder.name for folder in finished]
    return len(finished), served == first.name


# Killed while it was written, when it lay there whole, and when it was in force.
STATES = {(1, True), (2, True), (2, False)}


@pytest.mark.parametrize("kind", ["few", pytest.param("operation", marks=pytest.mark.thorough)])
def test_before_every_operation_the_old_release_is_served_and_whole(
    first: Path, before: Path, killer: Killer, kind: str
) -> None:
    """What lies there then is what a kill would leave: nothing of a process outlives it."""
    seen = {whole(first, before, kind == "operation") for _ in killer.stops(kind)}
    assert seen == STATES
    assert pointer(CITY).read_text().strip() != first.name


@pytest.mark.parametrize(
    ("kind", "step"),
    [
        ("few", 10),
        *(
            pytest.param(*one, marks=pytest.mark.thorough)
            for one in (("few", 1), ("operation", 60))
        ),
    ],
)
def test_killed_at_any_operation_the_old_release_stays_served_and_whole(
    first: Path, before: Path, killer: Killer, kind: str, step: int
) -> None:
    """Really killed, at every `step`th and at the last ones."""
    home, seen = releases(CITY), set()
    assert killer.kill(kind, NEVER) == 0
    last = int((home.parents[1] / "operations").read_text())
    for operation in sorted({*range(1, last, step), *range(last - 20, last + 2)}):
        shutil.rmtree(home)
        shutil.copytree(before, home)
        status = killer.kill(kind, operation)
        assert status == (-signal.SIGKILL if operation <= last else 0)
        seen.add(whole(first, before, kind == "operation"))
    assert seen == STATES
    assert pointer(CITY).read_text().strip() != first.name


def test_killed_at_any_moment(first: Path, killer: Killer) -> None:
    start = time.perf_counter()
    assert killer.kill("operation", NEVER) == 0
    long = time.perf_counter() - start
    moments = 6
    for moment in range(1, moments + 1):
        killer.kill("after", int(1000 * long * 1.2 * moment / moments))
        in_force()
    publish()
    assert not list(releases(CITY).glob(f"{BUILDING}*"))
    assert all(verify(folder) == [] for folder in chain.folders(releases(CITY)))


def test_of_two_publishers_at_once_the_second_is_told_to_wait(first: Path) -> None:
    home = releases(CITY).parents[1]
    slow = publisher(wait=True)
    while not (home / "inside").exists():
        time.sleep(0.01)
        assert slow.poll() is None, slow.communicate()
    message = said(publisher())
    assert "another publisher is at work" in message
    assert "Wait for it to end, then try again" in message
    assert in_force() == first
    (home / "go").touch()
    out, error = slow.communicate(timeout=60)
    assert slow.returncode == 0, error
    assert str(in_force()) == out.strip()


def test_many_publishers_at_once_leave_one_chain(first: Path) -> None:
    runs = [publisher() for _ in range(3)]
    errors = [run.communicate(timeout=60)[1] for run in runs]
    done = [run for run in runs if run.returncode == 0]
    assert done
    assert all(not error or "another publisher" in error for error in errors), errors
    folders = chain.folders(releases(CITY))
    assert len(folders) == 1 + len(done)
    assert all(verify(folder) == [] for folder in folders)
    assert len(chain.read(in_force())) == len(done)


@pytest.fixture
def small_disk(data: Path) -> Iterator[Path]:
    """The releases lie on a disk of 16 MB of their own."""
    home = data / "releases"
    home.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(home)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this user may not mount a small disk; the test by ulimit runs all the same")
    yield home
    subprocess.run(["umount", "--lazy", str(home)], check=True)


def test_a_full_disk_leaves_the_old_release(small_disk: Path) -> None:
    """Fuller and fuller: without room for the database, for a later file, for anything at all."""
    first, outcomes = publish(), []
    free = os.statvfs(small_disk).f_bavail * 4096
    size = history.size(first)
    for left in (0, 4096, size // 3, *range(size - 120_000, 3 * size, 120_000)):
        ballast = small_disk / "ballast"
        ballast.write_bytes(bytes(max(free - left, 0)))
        try:
            outcomes.append(str(publish(contents(seed=5))))
        except ReleaseError as error:
            outcomes.append(str(error))
            unchanged = "No space left on device; the release in force is unchanged. Make room"
            assert unchanged in outcomes[-1]
            assert "MB are free" in outcomes[-1]
            assert in_force() == first
            assert not list(releases(CITY).glob(f"{BUILDING}*")), "a full disk stays full"
        ballast.unlink()
        if in_force() != first:
            break
    assert len(outcomes) > 3
    assert in_force() != first, outcomes[-1]


@pytest.mark.parametrize("limit", [0, 50_000, 200_000, 700_000])
def test_files_that_cannot_grow_leave_the_old_release(first: Path, limit: int) -> None:
    """A limit on the size of files stands in for a full disk where none can be mounted."""
    if shutil.which("prlimit") is None:
        pytest.skip("prlimit (util-linux) is not here")
    message = said(publisher("prlimit", f"--fsize={limit}"))
    assert "File too large; the release in force is unchanged. Lift this user's limit" in message
    assert in_force() == first
    assert not list(releases(CITY).glob(f"{BUILDING}*"))


def test_a_folder_without_the_right_to_write_leaves_the_old_release(first: Path) -> None:
    """Root may write anywhere, so it publishes without that privilege."""
    before: tuple[str, ...] = ()
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root cannot lay down its privilege without setpriv (util-linux)")
        before = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
    home = releases(CITY)
    home.chmod(0o555)
    try:
        message = said(publisher(*before))
    finally:
        home.chmod(0o755)
    assert "Permission denied; the release in force is unchanged. Give user" in message
    assert "the right to write there" in message
    assert in_force() == first


def test_a_disk_mounted_read_only_leaves_the_old_release(small_disk: Path) -> None:
    first = publish()
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(ReleaseError, match=r"Read-only file system.*may be mounted read-only"):
        publish()
    assert in_force() == first
