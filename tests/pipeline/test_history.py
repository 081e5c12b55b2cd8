"""Which releases there are, going back to one, what differs between two, what is kept how long."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from data_access.published import Correction, current, describe, listed
from data_access.settings import (
    CHAIN,
    DATABASE,
    DEFINITIONS,
    LATTICE,
    MANIFEST,
    REMOVED,
    SIGNED,
    pointer,
    releases,
)
from metrics import registry
from pipeline import chain, disk, history, journal, retention
from pipeline.difference import Changed, diff, lines
from pipeline.disk import ReleaseError
from pipeline.history import HOLDS, MISSING, REWRITTEN, UNREADABLE
from pipeline.verify import examine, verify
from tests.small_release import AS_OF, CITY, change, contents, publish, resign, writable

LATER = datetime.now(UTC) + timedelta(days=900)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three releases of a city, made once; the second has fewer cases."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SUNLINE_DATA", str(tmp_path_factory.mktemp("made")))
        for size, seed in ((60, 1), (20, 2), (60, 3)):
            publish(contents(size, seed))
        return releases(CITY)


@pytest.fixture
def three(made: Path, data: Path) -> tuple[Path, Path, Path]:
    """The folders of a copy of them, the last one in force."""
    shutil.copytree(made, releases(CITY))
    first, second, third = chain.folders(releases(CITY))
    return first, second, third


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


def test_a_difference_counts_what_changed_and_says_why(three: tuple[Path, Path, Path]) -> None:
    found = diff(three[0], three[1])
    assert found.why == ("7002 cases had come in instead of 7001",)
    assert found.rows == {"cells": (146, 146)}
    by_cut = {(item.metric, item.by): item for item in found.cells}
    assert len(by_cut) == 5
    city = by_cut["received", ()]
    assert city == Changed("received", (), 0, 0, 27, 0, 0, 0, redefined=False)
    assert sum(item.newly_withheld for item in found.cells) == 0
    most = found.largest[0]
    assert (most.metric, most.period, most.where) == ("received", "all", {})
    assert most.before[0] is not None
    assert most.after[0] is not None
    assert most.before[0] - most.after[0] > 4000
    text = "\n".join(lines(found))
    assert "received by city: 27 changed" in text
    assert f"received all: {most.before[0]} -> {most.after[0]}" in text


def test_a_release_does_not_differ_from_itself(three: tuple[Path, Path, Path]) -> None:
    found = diff(three[0], three[0])
    assert found.why == ()
    assert found.largest == ()
    assert sum(item.unchanged for item in found.cells) == 146
    assert "nothing that the manifests tell of" in "\n".join(lines(found))


def test_a_difference_tells_withheld_added_and_removed_cells(
    three: tuple[Path, Path, Path],
) -> None:
    made = contents(seed=3)
    cells = made.tables["cells"]
    hidden = (cells["metric"] == "on_time_rate") & (cells["unit"] == "u1")
    cells.loc[hidden, ["numerator", "denominator"]] = None
    cells.loc[hidden, "withheld"] = "protected"
    kept = cells[~((cells["metric"] == "received") & (cells["category"] == "c2"))]
    fourth = publish(replace(made, tables={"cells": kept}), [])
    forth = {(item.metric, item.by): item for item in diff(three[2], fourth).cells}
    back = {(item.metric, item.by): item for item in diff(fourth, three[2]).cells}
    assert forth["on_time_rate", ("unit",)].newly_withheld == 7
    assert back["on_time_rate", ("unit",)].newly_shown == 7
    assert forth["received", ("category",)].removed == 25
    assert back["received", ("category",)].added == 25
    assert forth["received", ("category",)].unchanged == 25


def test_a_difference_names_definitions_and_corrections(
    three: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    other = shutil.copytree(registry.FOLDER, tmp_path / "definitions")
    path = other / "on_time_rate.toml"
    path.write_text(path.read_text("utf-8").replace("2027-11-30", "2028-11-30"), "utf-8")
    (other / "score.toml").unlink()
    corrects = Correction(three[2].name, "the clause of 2027 was not in it")
    with patch.object(registry, "FOLDER", other):
        fourth = publish(contents(seed=3, corrects=corrects))
    found = diff(three[2], fourth)
    assert f"{fourth.name} corrects {three[2].name}: the clause of 2027 was not in it" in found.why
    assert "definition of on_time_rate: changed" in found.why
    assert "definition of score: gone" in found.why
    redefined = {item.metric for item in found.cells if item.redefined}
    assert redefined == {"on_time_rate"}
    assert "its definition changed" in "\n".join(lines(found))


def test_dimensions_that_one_release_lacks_are_not_narrowed_there(
    three: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    older = shutil.copytree(three[0], tmp_path / "older")
    manifest = (older / MANIFEST).read_text("utf-8").replace('"town",\n', "")
    writable(older / MANIFEST).write_text(manifest)
    assert sum(item.unchanged for item in diff(older, three[0]).cells) == 146


def test_figures_are_removed_after_their_time_but_never_the_chain(
    three: tuple[Path, Path, Path],
) -> None:
    first, second, third = three
    publish(contents(seed=4, corrects=Correction(second.name, "counted weekends")))
    assert retention.prune(CITY) == []  # all of them are new
    planned = retention.prune(CITY, dry_run=True, today=LATER)
    assert [removal.id for removal in planned] == [first.name, third.name]
    assert (first / DATABASE).is_file()
    done = retention.prune(CITY, today=LATER)
    assert done == planned
    assert done[0].files == ("files/about/note.txt", DATABASE)
    kept = {path.name for path in first.iterdir()}
    assert kept == {MANIFEST, SIGNED, CHAIN, DEFINITIONS, LATTICE, REMOVED}
    assert (second / DATABASE).is_file()  # what was wrong stays to be seen
    assert retention.prune(CITY, today=LATER) == []
    assert [entry.what for entry in journal.read(CITY)][-2:] == ["prune", "prune"]
    assert [item.removed for item in history.listed(CITY)] == [True, False, True, False]


def test_a_release_without_its_figures_still_verifies_and_says_so(
    three: tuple[Path, Path, Path],
) -> None:
    retention.prune(CITY, today=LATER)
    report = examine(three[0])
    assert report.holds
    unchecked = [text for check in report.checks for text in check.unchecked]
    assert f"{DATABASE}: removed on {LATER:%Y-%m-%d}: superseded and older than 24 months" in (
        " ".join(unchecked)
    )
    assert "figures of 2026-07-01-001 are not here" in diff(three[0], three[2]).incomparable
    assert "cells were not compared" in "\n".join(lines(diff(three[0], three[2])))
    with pytest.raises(ReleaseError, match="removed by the retention policy"):
        history.rollback(CITY, three[0].name, "why")
    assert verify(publish(contents(seed=5))) == []


def test_a_removal_that_was_cut_short_is_finished(three: tuple[Path, Path, Path]) -> None:
    def killed(path: Path) -> None:
        raise KeyboardInterrupt

    with patch.object(Path, "unlink", killed), pytest.raises(KeyboardInterrupt):
        retention.prune(CITY, today=LATER)
    assert (three[0] / DATABASE).is_file()
    assert verify(three[0]) == []
    assert [removal.id for removal in retention.prune(CITY, today=LATER)] == [
        three[0].name,
        three[1].name,
    ]
    assert not (three[0] / DATABASE).exists()


def test_the_release_in_force_stays_whole_however_old(three: tuple[Path, Path, Path]) -> None:
    history.rollback(CITY, three[0].name, "why")
    retention.prune(CITY, months=1, today=LATER)
    assert verify(three[0]) == []
    assert (three[0] / DATABASE).is_file()
    assert (three[2] / DATABASE).is_file()  # the newest one
    assert not (three[1] / DATABASE).exists()
    with pytest.raises(ValueError, match="keep at least 1"):
        retention.prune(CITY, months=0)
