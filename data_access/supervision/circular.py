"""What a bulletin may tell of the ledger: which actions were begun, of which unit, how they stand.

No case, no word of an entry, nothing that is kept from the unit concerned: a bulletin goes to all
units, and an editor, who sees no cases, may make it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from cities.supervision import rules
from data_access.supervision.bulletins import MAKERS
from data_access.supervision.ledger_tables import ACTIONS, ENTRIES
from data_access.supervision.moves import WAITING
from data_access.supervision.viewer import Viewer, require


@dataclass(frozen=True)
class Begun:
    """One action: its number, kind and unit, and where it stood at a moment."""

    id: int
    kind: str
    unit: str
    begun_at: datetime
    state: str
    due_at: datetime | None
    late: bool  # the reply was still out although its day was over


def begun(
    viewer: Viewer, connection: Connection, start: datetime, end: datetime, until: datetime
) -> list[Begun]:
    """The actions begun from `start` up to `end`, as they stood at `until`. Refused.

    Entries only ever grow, so for a moment that is over the answer never changes.
    """
    require(viewer, *MAKERS)
    told = rules(viewer.city)
    hidden = told.confidential if told else ()
    of_entry = (ENTRIES.c[name] for name in ("at", "state", "due_at"))
    query = (
        select(ACTIONS.c.id, ACTIONS.c.kind, ACTIONS.c.unit, *of_entry)
        .join_from(ACTIONS, ENTRIES, ENTRIES.c.action_id == ACTIONS.c.id)
        .where(ACTIONS.c.city == viewer.city, ACTIONS.c.kind.not_in(hidden), ENTRIES.c.at <= until)
        .order_by(ACTIONS.c.id, ENTRIES.c.seq)
    )
    rows = connection.execute(query).all()
    found = (_begun(list(group), until) for _, group in groupby(rows, key=lambda row: row.id))
    return [one for one in found if start <= one.begun_at < end]


def _begun(entries: Sequence[Any], until: datetime) -> Begun:
    first, last = entries[0], entries[-1]
    waiting = last.state in WAITING
    due = last.due_at if waiting else None
    return Begun(
        first.id, first.kind, first.unit, first.at, last.state, due,
        due is not None and due <= until,
    )  # fmt: skip
