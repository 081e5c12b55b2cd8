"""Which releases there are, what became of them, and going back to an older one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from data_access.published import Correction, current, describe, listed
from data_access.settings import (
    DATABASE,
    MANIFEST,
    pointer,
    releases,
)
from pipeline import chain, disk, history, journal
from pipeline.disk import ReleaseError
from pipeline.history import HOLDS, MISSING, REWRITTEN, UNREADABLE
from pipeline.verify import verify
from tests.small_release import AS_OF, CITY, change, contents, publish, resign, writable


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """A release never changes, so readers read its manifest once; these tests do change some."""
    yield
    describe.cache_clear()


def in_force() -> str:
    found = current(CITY)
    assert found is not None
    return found.id


def test_every_release_is_listed(three: tuple[Path, Path, Path]) -> None:
    found = history.listed(CITY)
    assert [item.id for item in found] == [folder.name for folder in three]
    assert [item.in_force for item in found] == [False, False, True]
    assert {item.chain for item in found} == {HOLDS}
    assert found[0].as_of == AS_OF
    assert found[0].size == sum(path.stat().st_size for path in three[0].rglob("*")
                                if path.is_file())  # fmt: skip
    assert [release.number for release in listed(CITY)] == [1, 2, 3]


def test_a_corrected_release_is_withdrawn_and_stays_readable(
    three: tuple[Path, Path, Path],
) -> None:
    corrects = Correction(three[1].name, "counted weekends")
    fourth = publish(contents(seed=4, corrects=corrects))
    second, last = history.listed(CITY)[1], history.listed(CITY)[3]
    assert second.withdrawn
    assert second.corrected_by == (fourth.name,)
    assert last.corrects == corrects
    assert not last.withdrawn
    assert verify(three[1]) == []


def test_what_happened_to_a_release_shows_in_the_list(three: tuple[Path, Path, Path]) -> None:
    resign(three[0], cases=1)
    shutil.rmtree(three[1])
    writable(three[2] / MANIFEST).write_text("{")
    states = [(item.id, item.chain) for item in history.listed(CITY)]
    names = [folder.name for folder in three]
    assert states == list(zip(names, (REWRITTEN, MISSING, UNREADABLE), strict=True))


def test_the_newest_release_signed_again_shows_by_the_journal(
    three: tuple[Path, Path, Path],
) -> None:
    resign(three[2], cases=1)
    assert [item.chain for item in history.listed(CITY)] == [HOLDS, HOLDS, REWRITTEN]


def test_there_may_be_no_release_yet(data: Path) -> None:
    assert history.listed(CITY) == []
    with pytest.raises(ReleaseError, match="there are none yet"):
        history.rollback(CITY, "2026-07-01-001", "why")


def test_going_back_serves_the_older_release_and_is_recorded(
    three: tuple[Path, Path, Path],
) -> None:
    assert history.rollback(CITY, three[0].name, "the map of units is wrong") == three[0]
    assert in_force() == three[0].name
    last = journal.read(CITY)[-1]
    assert (last.what, last.release, last.why) == (
        "rollback", three[0].name, "the map of units is wrong",
    )  # fmt: skip
    assert last.in_force == three[2].name
    # What is published next follows the newest one, not the one in force.
    fourth = publish(contents(seed=4))
    assert chain.read(fourth)[-1] == chain.link(three[2])
    assert in_force() == fourth.name


def test_going_back_is_refused_where_it_would_not_help(three: tuple[Path, Path, Path]) -> None:
    first, second, third = (folder.name for folder in three)
    change(three[1], "numerator = numerator + 1", "grain = 'all'")
    for name, why, says in (
        (second, "why", f"{second} is not whole.*not the file.*choose another release"),
        ("2026-07-01-009", "why", f"no release 2026-07-01-009.*{first}, {second}, {third}"),
        ("../ankang", "why", "no release"),
        (third, "why", "in force already"),
        (first, " ", "give one"),
    ):
        with pytest.raises(ReleaseError, match=says):
            history.rollback(CITY, name, why)
    with disk.alone(releases(CITY)), pytest.raises(ReleaseError, match="another publisher"):
        history.rollback(CITY, first, "why")
    assert in_force() == third
    assert [entry.what for entry in journal.read(CITY)] == ["publish"] * 3


def test_a_release_signed_again_is_not_gone_back_to(three: tuple[Path, Path, Path]) -> None:
    resign(three[1], cases=1)
    with pytest.raises(ReleaseError, match="re-signed"):
        history.rollback(CITY, three[1].name, "why")


def test_a_damaged_release_in_force_is_no_hindrance(three: tuple[Path, Path, Path]) -> None:
    (three[2] / DATABASE).unlink()
    writable(three[2] / MANIFEST).write_text("{")
    resign(three[0], cases=1)
    history.rollback(CITY, three[1].name, "damaged disk")
    assert in_force() == three[1].name


def test_going_back_on_a_full_disk_leaves_what_is_served(
    three: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """CURRENT is replaced after the journal: an entry tells of what did not happen, not less."""
    blocked = pointer(CITY).with_name("CURRENT.new")
    blocked.mkdir()
    with pytest.raises(ReleaseError, match="the release in force is unchanged"):
        history.rollback(CITY, three[0].name, "why")
    assert in_force() == three[2].name
    blocked.rmdir()
    history.rollback(CITY, three[0].name, "once more")
    assert [entry.in_force for entry in journal.read(CITY)][-2:] == [three[2].name] * 2
