"""Time-limited solutions in a release: every pledge that two people stand for, kept or missed.

Told is what has been approved when the release is made and happened before its as-of day. The
redactor looks at each text once more; of one that it would change the fact stays and the text goes.
"""

from collections.abc import Collection, Iterator
from datetime import date
from functools import partial

import pandas as pd
from sqlalchemy import Engine

from cities import City
from data_access.pledges import BETWEEN, REDATE, REGISTER, SOLVED, pledge_log, pledges
from data_access.supervision import promised
from data_access.supervision.promised import Entry, Pledge
from metrics.pledges import state
from pipeline.doubtful import doubtful

seen = partial(doubtful, days=True)


def tables(engine: Engine, city: City, as_of: date) -> dict[str, pd.DataFrame | None]:
    """The tables `pledges` and `pledge_log`; None for both while there is nothing to tell."""
    found = [one for one in _read(engine, city.id) if one.public and one.registered_on < as_of]
    if not found:
        return {pledges.name: None, pledge_log.name: None}
    rows = [_row(one, as_of) for one in found]
    log = [line for one in found for line in _log(one, as_of)]
    return {
        pledges.name: pd.DataFrame(rows, columns=pledges.c.keys()),
        pledge_log.name: pd.DataFrame(log, columns=pledge_log.c.keys()),
    }


def _read(engine: Engine, city: str) -> list[Pledge]:
    with engine.connect() as connection:
        return promised.read(connection, city)


def _told(pledge: Pledge, as_of: date) -> list[Entry]:
    """What happened before the day, in the order of the days."""
    told = [entry for entry in pledge.told if entry.day is not None and entry.day < as_of]
    return sorted(told, key=lambda entry: (entry.move != REGISTER, entry.day, entry.seq))


def _row(pledge: Pledge, as_of: date) -> tuple[object, ...]:
    told = _told(pledge, as_of)
    moved = [entry.deadline for entry in told if entry.move == REDATE and entry.deadline]
    deadline = moved[-1] if moved else pledge.first
    closing = next((entry for entry in told if entry.move in promised.CLOSING), None)
    solved = closing is not None and closing.move == SOLVED
    closed_on = closing.day if closing else None
    texts = (pledge.title_zh, pledge.title_en, pledge.why)
    title_zh, title_en, why = (_safe(text) if pledge.worded else "" for text in texts)
    return (
        pledge.id, title_zh, title_en, pledge.category, pledge.area, BETWEEN.join(pledge.units),
        why, str(pledge.registered_on), str(pledge.first), str(deadline),
        str(closed_on or ""), state(deadline, closed_on, solved, as_of),
    )  # fmt: skip


def _log(pledge: Pledge, as_of: date) -> Iterator[tuple[object, ...]]:
    for place, entry in enumerate(_told(pledge, as_of), 1):
        sets = str(entry.deadline or "")
        yield pledge.id, place, str(entry.day), entry.move, sets, _safe(entry.text)


def _safe(text: str) -> str:
    return "" if text and seen(text) else text


def unapproved(engine: Engine, city: str, texts: Collection[str]) -> list[str]:
    """Those of a release's texts that nobody has cleared, or that were withdrawn meanwhile."""
    cleared = {""}
    for one in _read(engine, city):
        cleared |= {entry.text for entry in one.told}
        cleared |= {one.title_zh, one.title_en, one.why} if one.worded else set()
    return sorted(set(texts) - cleared)
