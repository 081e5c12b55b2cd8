"""What of a pledge may be told to the public: the entries that two people stand for.

Publishing reads pledges by this module alone. An entry counts once somebody else than who handed it
in has approved it. Withdrawn later, its text is gone and the fact stays: nobody can make a missed
deadline unmissed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from sqlalchemy import ColumnElement, Connection, select, true

from data_access.pledges import MOVES as TELLING
from data_access.pledges import REDATE, REGISTER, SOLVED, UNSOLVED
from data_access.supervision.pledge_tables import PLEDGE_ENTRIES, PLEDGES

APPROVE, REFUSE, WITHDRAW = DECIDING = ("approve", "refuse", "withdraw")
CLOSING = (SOLVED, UNSOLVED)
SUBMITTED, APPROVED, REFUSED, WITHDRAWN = "submitted", "approved", "refused", "withdrawn"


@dataclass(frozen=True)
class Entry:
    """One entry as it stands in the table."""

    seq: int
    at: datetime
    actor: str
    shown: str
    move: str
    of: int | None
    day: date | None
    deadline: date | None
    text: str
    words: str


@dataclass(frozen=True)
class Pledge:
    """A pledge with all its entries, oldest first. `first` is the deadline first promised."""

    id: int
    title_zh: str
    title_en: str
    category: str
    area: str
    units: tuple[str, ...]
    why: str
    registered_on: date
    first: date
    entries: tuple[Entry, ...]

    @property
    def version(self) -> int:
        """What a writer has to have seen."""
        return self.entries[-1].seq

    @property
    def told(self) -> tuple[Entry, ...]:
        """The entries that are public, in their order; of those withdrawn the text is empty."""
        found = {entry.seq: self.state(entry) for entry in self.entries if entry.move in TELLING}
        return tuple(
            entry if found[entry.seq] == APPROVED else replace(entry, text="")
            for entry in self.entries
            if found.get(entry.seq) in (APPROVED, WITHDRAWN)
        )

    @property
    def public(self) -> bool:
        """Whether the pledge itself was approved."""
        return any(entry.move == REGISTER for entry in self.told)

    @property
    def worded(self) -> bool:
        """Whether its title and its reason may be read; they may have been withdrawn."""
        return self.state(self.entries[0]) == APPROVED

    @property
    def deadline(self) -> date:
        """The deadline in force: the one last told."""
        moved = [entry.deadline for entry in self.told if entry.move == REDATE and entry.deadline]
        return moved[-1] if moved else self.first

    @property
    def closed(self) -> Entry | None:
        """The entry that closed it, where it is closed."""
        return next((entry for entry in self.told if entry.move in CLOSING), None)

    @property
    def waiting(self) -> tuple[Entry, ...]:
        """The entries that nobody has decided on."""
        telling = (entry for entry in self.entries if entry.move in TELLING)
        return tuple(entry for entry in telling if self.state(entry) == SUBMITTED)

    def state(self, told: Entry) -> str:
        """What was decided of an entry. Its own author's word for it counts for nothing."""
        state = SUBMITTED
        for entry in self.entries:
            if entry.of != told.seq or entry.seq <= told.seq:
                continue
            if entry.move == APPROVE and state == SUBMITTED and entry.actor != told.actor:
                state = APPROVED
            elif entry.move == REFUSE and state == SUBMITTED:
                state = REFUSED
            elif entry.move == WITHDRAW and state == APPROVED:
                state = WITHDRAWN
        return state


def read(
    connection: Connection, city: str, narrowed: ColumnElement[bool] | None = None
) -> list[Pledge]:
    """The pledges of a city, by their numbers, whatever was decided of them."""
    query = (
        select(PLEDGES, *(PLEDGE_ENTRIES.c[name].label(f"e_{name}") for name in _COLUMNS))
        .join_from(PLEDGES, PLEDGE_ENTRIES, PLEDGE_ENTRIES.c.pledge_id == PLEDGES.c.id)
        .where(PLEDGES.c.city == city, true() if narrowed is None else narrowed)
        .order_by(PLEDGES.c.id, PLEDGE_ENTRIES.c.seq)
    )
    rows = connection.execute(query).mappings()
    return [
        _pledge([dict(row) for row in some]) for _, some in groupby(rows, lambda row: row["id"])
    ]


_COLUMNS = tuple(Entry.__annotations__)


def _pledge(rows: Sequence[dict[str, object]]) -> Pledge:
    entries = tuple(Entry(*(row[f"e_{name}"] for name in _COLUMNS)) for row in rows)  # type: ignore[arg-type]
    about = {name: rows[0][name] for name in Pledge.__annotations__ if name in rows[0]}
    about |= {"units": tuple(rows[0]["units"]), "first": rows[0]["deadline"], "entries": entries}  # type: ignore[arg-type]
    return Pledge(**about)  # type: ignore[arg-type]
