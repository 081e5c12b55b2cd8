"""Publish: count the lattice, protect it, check it, swap it in."""

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd
from sqlalchemy import Engine

from cities import City
from data_access.cases import store
from data_access.published import ALL, Correction, current
from pipeline import cells, open_data, protect, release
from pipeline.attack import attack
from pipeline.verify import verify

STEPS = ("count", "protect", "write, check and swap")


def publish(
    engine: Engine,
    city: City,
    as_of: date | None,
    step: Callable[[str], None] = lambda name: None,
    corrects: Correction | None = None,
) -> Path:
    """Make the city's next release and return its folder.

    Without an as-of date it is the last day that the case database saw begin. Real and made-up
    cases are never counted together. `corrects` names an earlier release that it withdraws.
    """
    held = store.coverage(engine, city.id)
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
    day = as_of or known
    if day > known:
        raise release.ReleaseError(
            f"the cases of {city.id} are known until {known} only; "
            "publish as of that day or ingest more"
        )
    release.justify(city.id, corrects)
    step(STEPS[0])
    counted = cells.cells(engine, city, day)
    step(STEPS[1])
    protected = protect.protect(counted, city, day)
    step(STEPS[2])
    tables = {"cells": protected}
    files = open_data.files(protected, release.SYNTHETIC_LABEL if held.synthetic else "")
    contents = release.Contents(
        city.id, day, held.synthetic, _cases(counted), tables, files, corrects
    )
    in_force = current(city.id)
    before = [in_force.folder] if in_force is not None else []
    return release.publish(contents, [verify, partial(_recovered, before)])


def _recovered(before: list[Path], folder: Path) -> list[str]:
    """What the attack recovers from a new release beside the one in force; nothing, if it is safe.

    Without the linear programmes of large tables: `python -m pipeline.attack` solves these too.
    """
    found = attack([*before, folder], exact=False).recovered
    return [f"{one.cell}: {one.what} can be worked out ({one.how})" for one in found]


def _cases(counted: pd.DataFrame) -> int:
    """How many cases had come in."""
    received = counted[(counted["metric"] == "received") & (counted["grain"] == ALL)]
    return int(received["numerator"].iloc[0])
