"""What changed between two releases, and why."""

import shutil
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from data_access.published import Correction
from data_access.settings import MANIFEST
from metrics import registry
from pipeline.difference import Changed, diff, lines
from tests.small_release import contents, publish, writable


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
