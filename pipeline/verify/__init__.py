"""Check a release from its folder alone, by whoever downloaded it, without the case database.

Needs DuckDB and the standard library (requirements-verify.txt); docs/verify.md is for readers. A
release is judged by the lattice and the definitions that lie in it, not by those of today.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from data_access.settings import DATABASE, MANIFEST, REMOVED
from pipeline.verify import (
    answers,
    cells,
    downloads,
    hexagons,
    intake,
    open_cases,
    pairs,
    pledges,
    quality,
    signals,
    signed,
    sums,
    waiting,
)
from pipeline.verify.opened import Opened, opened
from pipeline.verify.report import Check, Report

Step = Callable[[], Check | list[Check]]

# What is checked of a table besides its rows, by the name it has in the manifest.
TABLES: dict[str, tuple[Callable[[Opened], Check], ...]] = {
    "cells": (cells.cells, sums.sums, sums.bases, downloads.tables),
    "open_cases": (open_cases.open_cases,),
    "quality": (quality.quality,),
    "warnings": (signals.signals,),
    "outcome_pairs": (pairs.pairs,),
    "long_open": (waiting.groups,),
    "rhythm": (intake.rhythm,),
    "channels": (intake.channels,),
    "hexagons": (hexagons.cells, hexagons.sums),
    "questions": (answers.texts,),
    "doubts": (answers.numbers,),
    "pledges": (pledges.pledges,),
    "pledge_log": (pledges.log,),
}


def verify(folder: Path) -> list[str]:
    """Everything that does not hold, in words; empty if the release is whole and in order."""
    return examine(folder).failed


def examine(folder: Path, known: Mapping[str, str] | None = None) -> Report:
    """Check everything that a folder can show; `known` are lines kept elsewhere, id to SHA-256."""
    checks = _run("manifest", lambda: signed.manifest(folder))
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        title = _title(manifest)
    except (OSError, ValueError, KeyError, TypeError) as error:
        missing = "" if (folder / MANIFEST).is_file() else "; is this the folder of a release?"
        text = f"{MANIFEST}: cannot be read ({error}){missing}"
        return Report(
            folder, "no release that can be read", (*checks, Check("manifest", "", (text,)))
        )
    steps: Iterable[tuple[str, Step]] = (
        ("files", lambda: signed.files(folder, manifest)),
        ("definitions", lambda: signed.definitions(folder, manifest)),
        ("chain", lambda: signed.place(folder, manifest)),
        ("other releases", lambda: signed.beside(folder, manifest)),
        ("lines you kept", lambda: signed.outside(folder, known or {})),
        ("database", lambda: _contents(folder, manifest)),
    )
    for name, step in steps:
        checks += _run(name, step)
    return Report(folder, title, tuple(checks))


def _title(manifest: dict[str, Any]) -> str:
    said = f"release {manifest['id']} of {manifest['city']}, as of {manifest['as_of']}"
    told = manifest["corrects"]
    corrects = f"; corrects {told['id']}: {told['reason']}" if told else ""
    return f"{said}{corrects} {manifest['label']}".rstrip()


def _run(name: str, step: Step) -> list[Check]:
    """A check that cannot be made on what is there has failed, and says on what."""
    try:
        found = step()
    except FileNotFoundError as error:
        missing = Path(str(error.filename)).name
        return [Check(name, "could not be checked", (f"{missing}: missing; download it again",))]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, duckdb.Error) as error:
        said = f"cannot be read ({type(error).__name__}: {str(error).splitlines()[0]})"
        return [Check(name, "could not be checked", (f"{name}: {said}",))]
    return found if isinstance(found, list) else [found]


def _contents(folder: Path, manifest: dict[str, Any]) -> list[Check]:
    """Every check of what the tables say."""
    if not (folder / DATABASE).is_file():
        if (folder / REMOVED).is_file():
            why = "all figures: they were removed, see files"
            return [Check("database", "nothing left to check", unchecked=(why,))]
        return []  # named among the files
    checks = []
    with opened(folder, manifest) as release:
        checks += [*_run("database", lambda: cells.about(release))]
        checks += [*_run("tables", lambda: cells.rows(release))]
        for name in manifest["tables"]:
            steps = TABLES.get(name)
            if steps is None:
                why = f"what the table {name} says: only its rows were counted"
                checks.append(Check(name, "", unchecked=(why,)))
            for step in steps or ():
                checks += _run(name, lambda step=step: step(release))  # type: ignore[misc]
    return checks
