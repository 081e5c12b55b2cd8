"""Publish: count the lattice, protect it, check it, swap it in."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from cities import City
from data_access.cases import store
from pipeline import count, protect, release
from pipeline.verify import verify

STEPS = ("count", "protect", "write, check and swap")


def publish(
    engine: Engine, city: City, as_of: date | None, step: Callable[[str], None] = lambda name: None
) -> Path:
    """Make the city's next release and return its folder.

    Without an as-of date it is the last day that the case database saw begin. Real and made-up
    cases are never counted together.
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
    step(STEPS[0])
    facts = count.facts(engine, city, day)
    cells = count.cells(facts, city, day)
    step(STEPS[1])
    protected = protect.protect(cells)
    step(STEPS[2])
    contents = release.Contents(city.id, day, held.synthetic, facts.num_rows, protected)
    return release.publish(contents, check=verify)
