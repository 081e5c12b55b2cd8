"""Publish: count the lattice, protect it, check it, swap it in."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from pathlib import Path

import pandas as pd
from sqlalchemy import Engine

from cities import City
from data_access import outcome_pairs
from data_access.cases import store
from data_access.published import ALL, Correction, current
from pipeline import (
    adjusted,
    books,
    cells,
    earlier,
    hexagons,
    intake,
    long_open,
    outcomes,
    pledges,
    protect,
    questions,
    release,
)
from pipeline.checks import checks
from pipeline.data_quality import quality_table
from pipeline.engines import choice
from pipeline.opening import opening
from pipeline.signals import warnings_table

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
    in_force = current(city.id)
    with choice.counting(choice.configured(), engine) as counting:
        counted = cells.cells(engine, city, day, counting, kept.settle, facts)
        step(STEPS[1])
        protected = protect.protect(counted, city, day, earlier.cells(in_force))
        told_before = None if corrects else in_force
        mix = adjusted.table(engine, city, day, protected, told_before, counting, facts)
    opened = opening(engine, city, day, protected)
    step(STEPS[2])
    tables = (
        {
            "cells": protected,
            "adjusted": mix,
            "open_cases": opened.table if opened else None,
            "quality": quality_table(engine, city, day, protected, kept.late),
            "warnings": warnings_table(engine, city, day, protected, in_force, bool(corrects)),
            "long_open": long_open.table(engine, city, day),
            "hexagons": hexagons.table(engine, city, day),
        }
        | intake.tables(engine, city, day)
        | _cleared(engine, city, day)
    )
    told = {name: table for name, table in tables.items() if table is not None}
    contents = release.Contents(
        city.id, day, held.synthetic, _cases(counted), told, corrects=corrects
    )
    folder = release.publish(contents, checks(engine, city, callers, in_force))
    kept.close()
    if opened:
        opened.close()
    late(kept.late)
    return folder


def _cleared(engine: Engine, city: City, day: date) -> dict[str, pd.DataFrame | None]:
    """The tables of what people cleared for the public; None for what a city has no room for."""
    texts = outcomes.outcomes(engine, city, day)
    index = None if texts is None else outcomes.pairs(texts["text"].tolist())
    return {
        "outcomes": texts, outcome_pairs.NAME: index,
        "questions": questions.table(engine, city, day),
        "doubts": None if texts is None else questions.counts(engine, city, _today(city)),
    } | pledges.tables(engine, city, day)  # fmt: skip


def _today(city: City) -> date:
    return datetime.now(city.zone).date()


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


def _cases(counted: pd.DataFrame) -> int:
    """How many cases had come in."""
    received = counted[(counted["metric"] == "received") & (counted["grain"] == ALL)]
    return int(received["numerator"].iloc[0])
