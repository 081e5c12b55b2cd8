"""Fill the look-up store with what callers may see of their own cases, and issue their codes."""

import csv
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from cities import City
from data_access.cases import ways
from data_access.lookup import schema, writing
from data_access.lookup.progress import DETOURS, KEPT_DAYS, STAGES, Progress, Step
from data_access.lookup.writing import Filled, Hand, Issued
from pipeline import ratings
from pipeline.ratings import Taken

MOMENT = dict(zip(STAGES, ways.MOMENTS, strict=True))
HEADER = ("case_number", "code")


def fill(cases: Engine, city: City, as_of: datetime, codes: Path) -> Filled:
    """Renew what the store tells of a city, as of a moment; new codes go to a new file."""
    since = as_of - timedelta(days=KEPT_DAYS)
    found = {
        row.number: progress(city, row, events, as_of)
        for row, events in ways.read(cases, city.id, as_of, since)
    }
    store = schema.create()
    held = writing.secrets(store)
    ratings.collect(cases, city, store, held)  # before rows are removed, and ratings with them
    with handed_over(codes) as hand:
        return writing.fill(store, held, city.id, found, hand)


def collect(cases: Engine, city: City) -> Taken:
    """Take in what callers said of their closed cases."""
    store = schema.connect()
    return ratings.collect(cases, city, store, writing.secrets(store))


def reissue(city: City, numbers: Sequence[str], codes: Path) -> None:
    """New codes for some cases; the old ones no longer open anything."""
    store = schema.connect()
    with handed_over(codes) as hand:
        writing.reissue(store, writing.secrets(store), city.id, numbers, hand)


def progress(city: City, row: Any, events: Sequence[Any], as_of: datetime) -> Progress:
    """A case as its caller may see it, from a row of data_access.cases.ways and its events.

    Shown is what was told to have happened until `as_of`; how fresh it is goes by the file.
    """
    seen = min(row.observed_until or as_of, as_of)
    steps = _steps(city, row, events, as_of)
    bare = Progress(
        as_of=_day(city, seen), synthetic=row.synthetic, steps=steps, on_the_spot=row.on_the_spot,
        guarded=guarded(city, row.nature, row.category, row.category2),
        due=_day(city, row.due_at) if row.due_at else None, due_provisional=row.due_provisional,
        extended_due=_extended(city, row, events, steps),
    )  # fmt: skip
    closed = bare.closed_on
    told = {"expires": closed + timedelta(days=KEPT_DAYS) if closed else None}
    if not bare.guarded:
        told |= {"unit": row.unit, "category": row.category}
        told |= {"outcome": row.outcome, "reason": row.reason_code} if closed else {}
    return Progress(**vars(bare) | told)


def guarded(city: City, nature: str, category: str, category2: str) -> bool:
    """Whether a case is a report or of a sensitive category; where part is untold, the whole is."""
    marked = {(category,), (category, category2)} & city.sensitive
    untold = not category2 and any(first == category for first, *_ in city.sensitive)
    return bool(marked) or untold or nature == "report"


def _steps(city: City, row: Any, events: Sequence[Any], as_of: datetime) -> tuple[Step, ...]:
    """Stages and detours in the order in which they happened, up to a moment."""
    happened = [
        (moment, place, Step(stage, _day(city, moment)))
        for place, stage in enumerate(STAGES)
        if (moment := getattr(row, MOMENT[stage])) and moment <= as_of
    ]
    happened += [
        (event.at, len(STAGES), _detour(city, event))
        for event in events
        if event.kind in DETOURS and event.at <= as_of
    ]
    return tuple(step for _, _, step in sorted(happened, key=lambda one: one[:2]))


def _detour(city: City, event: Any) -> Step:
    """Why it took longer or was handed back is told by a code of the city's catalogue."""
    reason = event.reason_code if event.kind in ("extension", "return") else ""
    until = _day(city, event.until) if event.kind == "extension" and event.until else None
    return Step(event.kind, _day(city, event.at), until, reason)


def _extended(city: City, row: Any, events: Sequence[Any], steps: Sequence[Step]) -> date | None:
    """The last deadline granted so far; the case's own where no extension is told of at all."""
    granted = [step.until for step in steps if step.kind == "extension" and step.until]
    told = any(event.kind == "extension" for event in events)
    if granted or told or row.extended_due_at is None:
        return max(granted, default=None)
    return _day(city, row.extended_due_at)


def _day(city: City, moment: datetime) -> date:
    return moment.astimezone(city.zone).date()


@contextmanager
def handed_over(path: Path) -> Iterator[Hand]:
    """A new CSV file of codes that only this user may read; none where no code was issued.

    Each list of codes is on the disk before the store holds them. Send the file, then delete it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise ValueError(f"{path} is there already: name a new file for the codes") from None
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        unused = file.tell()

        def hand(issued: Sequence[Issued]) -> None:
            rows.writerows(issued)
            file.flush()
            os.fsync(handle)

        try:
            yield hand
        finally:
            if file.tell() == unused:
                path.unlink()
