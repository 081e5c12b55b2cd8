"""How long figures are kept, and what is never removed."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from data_access.published import Correction
from data_access.settings import CHAIN, DATABASE, DEFINITIONS, LATTICE, MANIFEST, REMOVED, SIGNED
from pipeline import history, journal, retention
from pipeline.difference import diff, lines
from pipeline.disk import ReleaseError
from pipeline.verify import examine, verify
from tests.small_release import CITY, contents, publish

LATER = datetime.now(UTC) + timedelta(days=900)


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
    named = json.loads((first / MANIFEST).read_text("utf-8"))["files"]
    assert set(done[0].files) == named.keys() - {CHAIN, DEFINITIONS, LATTICE}
    assert {DATABASE, "files/cells/cells-unit.csv"} <= set(done[0].files)
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
