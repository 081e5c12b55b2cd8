"""What a release records of those before it, and what may not be published."""

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from data_access.published import Correction, current
from data_access.settings import CHAIN, MANIFEST, SIGNED, pointer, releases
from pipeline import chain, journal
from pipeline.disk import ReleaseError
from pipeline.verify import verify
from tests.small_release import AS_OF, CITY, contents, in_force, publish, resign


def test_a_release_that_fails_a_check_is_not_served(first: Path) -> None:
    def attack(folder: Path) -> list[str]:
        assert (folder / MANIFEST).is_file()
        return ["3 cells recovered"]

    with pytest.raises(ReleaseError, match=r"not fit to be.*Mend what is named(.|\n)*3 cells"):
        publish(contents(seed=5), [verify, attack])
    assert in_force() == first
    assert chain.folders(releases(CITY)) == [first]


def test_published_files_are_read_only(first: Path) -> None:
    files = [path for path in first.rglob("*") if path.is_file()]
    named = json.loads((first / MANIFEST).read_text("utf-8"))["files"]
    assert {str(path.relative_to(first)) for path in files} == {*named, MANIFEST, SIGNED}
    assert all(path.stat().st_mode & 0o222 == 0 for path in files)


def test_each_release_records_all_before_it(first: Path) -> None:
    second, third = publish(), publish()
    assert chain.read(first) == []
    assert chain.read(third) == [chain.link(first), chain.link(second)]
    manifest = json.loads((third / MANIFEST).read_text("utf-8"))
    assert manifest["previous"] == {"id": second.name, "sha256": chain.sha256(second / MANIFEST)}
    assert manifest["number"] == 3
    sums = subprocess.run(["sha256sum", "--check", SIGNED], cwd=third, capture_output=True)
    assert sums.returncode == 0, sums.stderr


def test_a_release_that_was_removed_stays_in_the_chain(first: Path) -> None:
    second = publish()
    gone = chain.link(second)
    shutil.rmtree(second)
    pointer(CITY).write_text(f"{first.name}\n")
    third = publish()
    assert third.name == f"{AS_OF}-003"
    assert chain.read(third) == [chain.link(first), gone]


def test_nothing_is_published_on_top_of_a_rewritten_past(first: Path) -> None:
    resign(first, cases=1)
    with pytest.raises(ReleaseError, match=f"{first.name}: rewritten(.|\n)*Restore its folder"):
        publish()
    shutil.move(first, first.parents[2] / "elsewhere")
    assert verify(publish()) == []


def test_a_folder_that_is_no_whole_release_is_named(first: Path) -> None:
    (first / CHAIN).unlink()
    with pytest.raises(ReleaseError, match=r"is no whole release.*Restore it from a copy"):
        publish()


def test_a_correction_names_what_it_corrects_and_why(first: Path) -> None:
    wrong = Correction(first.name, "周末按工作日计算了 weekends were counted as working days")
    second = publish(contents(seed=5, corrects=wrong))
    found = current(CITY)
    assert found is not None
    assert found.corrects == wrong
    assert verify(second) == verify(first) == []
    assert journal.read(CITY)[-1].why == f"corrects {wrong.id}: {wrong.reason}"


@pytest.mark.parametrize(
    ("name", "reason", "says"),
    [
        ("2026-07-01-001", " ", "give a reason"),
        ("2026-07-01-009", "wrong", "no release 2026-07-01-009 to correct; the latest are 2026"),
        ("../nyc/2026-07-01-001", "wrong", "no release"),
    ],
)
def test_a_correction_without_object_or_reason_is_refused(
    first: Path, name: str, reason: str, says: str
) -> None:
    with pytest.raises(ReleaseError, match=says):
        publish(contents(seed=5, corrects=Correction(name, reason)))
    assert chain.folders(releases(CITY)) == [first]


def test_the_journal_says_who_did_what_and_when(
    first: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUNLINE_ACTOR", "night shift")
    second = publish()
    one, two = journal.read(CITY)
    assert (one.what, one.release, one.in_force) == ("publish", first.name, "")
    assert (two.who, two.release, two.in_force) == ("night shift", second.name, first.name)
    assert chain.Link(two.release, two.manifest) == chain.link(second)


def test_names_of_files_stay_in_their_folder() -> None:
    made = contents()
    for name in ("../x", "a/../../x", "/x", ""):
        with pytest.raises(ValueError, match="not the name of a file inside"):
            replace(made, files={name: b""})
