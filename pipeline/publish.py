"""Publish: count the lattice, protect it, check it, swap it in."""

from collections.abc import Callable, Collection
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import pandas as pd
from sqlalchemy import Engine, select

from cities import City
from data_access.cases import store
from data_access.published import ALL, Correction, Release, current, fetch
from data_access.published import cells as published
from data_access.settings import CLOSED, DATABASE
from pipeline import adjusted, books, cells, outcomes, protect, release, vocabulary
from pipeline.attack import attack
from pipeline.attack.scan import Values, scan
from pipeline.data_quality import quality_table
from pipeline.engines import choice
from pipeline.opening import opening
from pipeline.signals import warnings_table
from pipeline.verify import verify

OPEN_CASES = "open_cases"
MIX = "adjusted"
OUTCOMES = "outcomes"
QUALITY, WARNINGS = "quality", "warnings"
STEPS = ("count", "protect", "write, check and swap")


def publish(
    engine: Engine,
    city: City,
    as_of: date | None,
    callers: Collection[str],
    step: Callable[[str], None] = lambda name: None,
    corrects: Correction | None = None,
    late: Callable[[dict[str, int]], None] = lambda found: None,
    facts: Path | None = None,
) -> Path:
    """Make the city's next release and return its folder.

    Without an as-of date it is the last day that the case database saw begin. Real and made-up
    cases are never counted together. No file of it may hold one of the values of `callers`
    (pipeline.callers). `corrects` names an earlier release that it withdraws.
    `late` is told, metric by metric, how many cases came in too late for their month.
    `facts` is a folder of facts that were written before (pipeline.facts), to count these.
    """
    held = store.coverage(engine, city.id)
    day = _day(held, city, as_of)
    release.justify(city.id, corrects)
    step(STEPS[0])
    kept = books.opened(city.id, day, anew=corrects is not None)
    with choice.counting(choice.configured(), engine) as counting:
        counted = cells.cells(engine, city, day, counting, kept.settle, facts)
        step(STEPS[1])
        in_force = current(city.id)
        protected = protect.protect(counted, city, day, _cells(in_force))
        told_before = None if corrects else in_force
        mix = adjusted.table(engine, city, day, protected, told_before, counting, facts)
    opened = opening(engine, city, day, protected)
    step(STEPS[2])
    tables = {"cells": protected, MIX: mix} | ({OPEN_CASES: opened.table} if opened else {})
    if (cleared := outcomes.outcomes(engine, city, day)) is not None:
        tables[OUTCOMES] = cleared
    tables[QUALITY] = quality_table(engine, city, day, protected, kept.late)
    tables[WARNINGS] = warnings_table(engine, city, day, protected, in_force, bool(corrects))
    contents = release.Contents(
        city.id, day, held.synthetic, _cases(counted), tables, corrects=corrects
    )
    before = [in_force.folder] if in_force is not None else []
    checks: list[release.Check] = [
        verify,
        partial(_recovered, before),
        partial(_leaked, city.id, callers),
        partial(_uncleared, engine, city.id),
    ]
    folder = release.publish(contents, checks)
    kept.close()
    if opened:
        opened.close()
    late(kept.late)
    return folder


def _day(held: store.Coverage, city: City, as_of: date | None) -> date:
    """The as-of day of the release; ReleaseError where the case database cannot give one."""
    if held.cases and held.observed_until is None:
        raise release.ReleaseError(
            f"the cases of {city.id} were read literally, to compare; ingest them without "
            "--literally into another database, then publish"
        )
    if held.observed_until is None:
        raise release.ReleaseError(
            f"the case database holds no case of {city.id}; ingest some, then publish"
        )
    if held.synthetic and held.real:
        raise release.ReleaseError(
            f"{city.id} holds real and simulated cases; keep them in separate databases "
            "(SUNLINE_DATA or CASE_DATABASE_URL) and publish again"
        )
    known = held.observed_until.astimezone(city.zone).date()
    if as_of is not None and as_of > known:
        raise release.ReleaseError(
            f"the cases of {city.id} are known until {known} only; "
            "publish as of that day or ingest more"
        )
    return as_of or known


def _cells(in_force: Release | None) -> pd.DataFrame | None:
    """The cells that the release in force tells, if there is one."""
    if in_force is None:
        return None
    found: pd.DataFrame = fetch(in_force, select(published)).to_pandas(types_mapper=pd.ArrowDtype)
    return found


def _recovered(before: list[Path], folder: Path) -> list[str]:
    """What the attack recovers from a new release beside the one in force; nothing, if it is safe.

    Without the linear programmes of large tables: `python -m pipeline.attack` solves these too.
    """
    found = attack([*before, folder], exact=False).recovered
    return [f"{one.cell}: {one.what} can be worked out ({one.how})" for one in found]


def _leaked(city: str, callers: Collection[str], folder: Path) -> list[str]:
    """The files of a new release in which a caller's value stands."""
    found = scan(folder, Values(callers, vocabulary.words(city)))
    return [f"{leak.file}: a caller's value in it ({leak.where})" for leak in found]


def _uncleared(engine: Engine, city: str, folder: Path) -> list[str]:
    """The texts of a new release that are not approved at the moment it is about to be swapped in.

    Read from the file as it was written, and from the reviews anew.
    """
    with duckdb.connect(folder / DATABASE, read_only=True, config=CLOSED) as database:
        names = database.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        found = (
            database.execute("SELECT text FROM outcomes").fetchall() if (OUTCOMES,) in names else []
        )
    wrong = outcomes.unapproved(engine, city, [text for (text,) in found])
    return [f"outcomes: {len(wrong)} texts that nobody approved"] if wrong else []


def _cases(counted: pd.DataFrame) -> int:
    """How many cases had come in."""
    received = counted[(counted["metric"] == "received") & (counted["grain"] == ALL)]
    return int(received["numerator"].iloc[0])
