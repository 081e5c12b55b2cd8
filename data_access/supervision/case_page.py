"""One case, whole: its way, its clocks, what was written and said, and whom it resembles.

The only module of the supervision plane that reads texts and callers. A caller's values come out
masked; whoever needs them gives a reason, which is in the audit log before the values are read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, select

from data_access.cases import categories
from data_access.cases.categories import Retold
from data_access.cases.kinds import ASSIGNMENTS, CALLBACKS, CASES, EVENTS, TEXTS
from data_access.cases.private import Caller as CallerTable
from data_access.cases.schema import table_of
from data_access.supervision import masking
from data_access.supervision.audit import Did
from data_access.supervision.deeds import deed
from data_access.supervision.levels import Standing, seen
from data_access.supervision.moment import as_of as moment_of
from data_access.supervision.viewer import CASE, Refused, Role, Viewer, sees

CALLERS = table_of(CallerTable)
OF_CALLER = ("name", "phone", "id_number", "plate", "address")
SHORTEST_REASON = 6  # characters
Record = Mapping[str, Any]


class NoReason(ValueError):
    """Somebody asked for a caller's values without saying why."""


@dataclass(frozen=True)
class CasePage:
    """All of a case that a viewer may see at once. Records have the columns of their tables.

    `retold` has the changes of category that the files tell without an event.
    `texts` (complaint, handling, reply) and `caller` are masked. `may_unmask` says whether this
    viewer may ask for them.
    """

    case: Record
    assignments: tuple[Record, ...]
    events: tuple[Record, ...]
    callbacks: tuple[Record, ...]
    retold: tuple[Retold, ...]
    texts: tuple[dict[str, str], ...]
    caller: dict[str, str] | None
    may_unmask: bool
    as_of: datetime
    standing: Standing | None
    colour: str


@dataclass(frozen=True)
class Unmasked:
    """A caller's values and the texts as they were written."""

    caller: dict[str, str] | None
    texts: tuple[dict[str, str], ...]


def read(viewer: Viewer, engine: Engine, number: str) -> CasePage:
    """A case by its number; that it was looked at is recorded. Refused where it is not theirs."""
    with deed(viewer, engine, Did.SAW, number) as connection:
        case = _case(viewer, connection, number)
        caller, texts = _private(connection, case["id"])
        now = moment_of(connection, viewer.city)
        stands, hue = seen(viewer.city, case["deadline_at"], case["closed_at"], now)
        return CasePage(
            case=case,
            assignments=_records(connection, ASSIGNMENTS.table, case["id"]),
            events=_records(connection, EVENTS.table, case["id"]),
            callbacks=_records(connection, CALLBACKS.table, case["id"]),
            retold=tuple(categories.retold(connection, case["id"])),
            texts=tuple(_masked(text, caller) for text in texts),
            caller=_hidden(caller) if caller else None,
            may_unmask=may_unmask(viewer, case["nature"]),
            as_of=now,
            standing=stands,
            colour=hue,
        )


def may_unmask(viewer: Viewer, nature: str) -> bool:
    """Whether a viewer may ask who called.

    Of a report (举报) only the city may: what tells of the person who reported must not reach the
    unit that may be the one reported (Jinan's hotline regulations, art. 32).
    """
    return viewer.has(Role.CITY) or (viewer.has(Role.DEPARTMENT) and nature != "report")


def unmask(viewer: Viewer, engine: Engine, number: str, reason: str) -> Unmasked:
    """The caller's values and the texts as they are, for a stated reason. Refused; NoReason."""
    said = reason.strip()
    if len(said) < SHORTEST_REASON:
        raise NoReason(f"give a reason of {SHORTEST_REASON} characters or more")
    with deed(viewer, engine, Did.UNMASKED, number, reason=said[:500]) as connection:
        case = _case(viewer, connection, number)
        if not may_unmask(viewer, case["nature"]):
            raise Refused(f"{viewer.name} may not know who called")
        return Unmasked(*_private(connection, case["id"]))


def _case(viewer: Viewer, connection: Connection, number: str) -> Record:
    query = select(CASES.table).where(sees(viewer), CASE.number == number)
    found = connection.execute(query).one_or_none()
    if found is None:
        raise Refused(f"no case {number} for {viewer.name}")
    return dict(found._mapping)


def _records(connection: Connection, table: Table, case: int) -> tuple[Record, ...]:
    rows = connection.execute(_of(table, case))
    return tuple(dict(row._mapping) for row in rows)


def _of(table: Table, case: int) -> Select[Any]:
    return select(table).where(table.c.case_id == case).order_by(table.c.seq)


def _private(
    connection: Connection, case: int
) -> tuple[dict[str, str] | None, tuple[dict[str, str], ...]]:
    """The caller as the hotline last knew them, and the texts, as they are."""
    row = connection.execute(_of(CALLERS, case)).mappings().all()
    caller = {name: str(row[-1][name]) for name in OF_CALLER} if row else None
    written = connection.execute(_of(TEXTS.table, case)).mappings()
    return caller, tuple({name: str(text[name]) for name in TEXTS.content} for text in written)


def _hidden(caller: dict[str, str]) -> dict[str, str]:
    ways = {"name": masking.name, "phone": masking.phone}
    return {name: ways.get(name, masking.whole)(value) for name, value in caller.items()}


def _masked(text: dict[str, str], caller: dict[str, str] | None) -> dict[str, str]:
    known = (caller or {}).values()
    return {name: masking.text(value, known) for name, value in text.items()}
