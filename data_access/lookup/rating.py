"""What callers say of their own cases once these are closed: one rating a case, and doubts.

The public plane's side. A rating lies in the store sealed under a key made of number and code, as
the case itself does: whoever holds these two can change it, the pipeline can open it by the key
that it keeps sealed in the case's row, and nobody else can read it, the site included.
"""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, select
from sqlalchemy.dialects import postgresql, sqlite

from data_access.lookup import keys, reading, sealing
from data_access.lookup.keys import Token
from data_access.lookup.progress import Progress
from data_access.lookup.schema import ENTRIES, RATINGS

YES_NO = ("yes", "no")
LEVELS = (
    "very_satisfied", "satisfied", "basically", "dissatisfied", "very_dissatisfied",
)  # fmt: skip
REASONS = ("no_contact", "slow", "unsolved", "unclear", "attitude", "closed_early", "other")
LONGEST = 500  # characters of each text
MOST_CHANGES = 10  # of one rating: more is no change of mind
BLOCK = 5 * sealing.BLOCK  # the longest rating fits, so the length of none tells anything


@dataclass(frozen=True)
class Rating:
    """What a caller says: codes of the above, and two texts for staff alone; "" is not said."""

    at: datetime
    contacted: str = ""
    solved: str = ""
    satisfied: str = ""
    reasons: tuple[str, ...] = ()
    remark: str = ""
    doubt: str = ""

    @property
    def whole(self) -> bool:
        """Whether all three questions are answered."""
        return bool(self.contacted and self.solved and self.satisfied)


class Told(StrEnum):
    """What became of a rating that came with a ticket of a case that is there."""

    TAKEN = "taken"
    OVER = "over"  # the case is not closed, or the callback has ended its rating
    PART = "part"  # a question was left out
    OFTEN = "often"  # changed too often


def give(engine: Engine, held: Token, given: Rating, today: date) -> Told | None:
    """Keep a rating in the place of the one before; None where no case has this token."""
    mine = ENTRIES.outerjoin(RATINGS, RATINGS.c.handle == ENTRIES.c.handle)
    query: Select[Any] = select(
        ENTRIES.c.handle, ENTRIES.c.content, RATINGS.c.content.label("before"),
        RATINGS.c.revision, RATINGS.c.taken,
    ).select_from(mine).where(ENTRIES.c.name == held.name)  # fmt: skip
    with engine.begin() as connection:
        row = connection.execute(query).first()
        progress = reading.opened(held, row.content if row else None, today)
        if row is None or progress is None:
            return None
        why = _why_not(progress, given)
        return why or _keep(connection, row, held, _merged(row, held, progress, given))


def _why_not(progress: Progress, given: Rating) -> Told | None:
    if progress.closed_on is None:
        return Told.OVER
    if not progress.rating_open:
        return None if given.doubt else Told.OVER
    return None if given.whole else Told.PART


def _merged(row: Row[Any], held: Token, progress: Progress, given: Rating) -> Rating:
    """The new rating; with a doubt alone the old one, whose answers the callback has closed."""
    before = opened(held.seal, row.before, row.handle) if row.before else None
    if before is None:
        return given if progress.rating_open else Rating(given.at, doubt=given.doubt)
    if not progress.rating_open:
        return replace(before, at=given.at, doubt=given.doubt)
    return given if given.doubt else replace(given, doubt=before.doubt)


def _keep(connection: Connection, row: Row[Any], held: Token, rating: Rating) -> Told:
    """Store it, in a single statement; two at once are two changes."""
    content = sealed(held.seal, rating, row.handle)
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    made: sqlite.Insert | postgresql.Insert = insert(RATINGS).values(
        handle=row.handle, content=content, revision=1, taken=0
    )
    changed = made.on_conflict_do_update(
        index_elements=[RATINGS.c.handle],
        set_={"content": content, "revision": RATINGS.c.revision + 1},
        where=RATINGS.c.revision < MOST_CHANGES,
    )
    kept = connection.execute(changed.returning(RATINGS.c.revision)).first()
    return Told.TAKEN if kept else Told.OFTEN


def sealed(key: bytes, rating: Rating, handle: bytes) -> bytes:
    """A rating that only the key of its case's row opens."""
    told = {name: value for name, value in vars(rating).items() if value}
    content = json.dumps(told, default=datetime.isoformat, ensure_ascii=False).encode()
    return sealing.seal(keys.derive(key, "rating"), content, handle, BLOCK)


def opened(key: bytes, content: bytes, handle: bytes) -> Rating | None:
    """A rating by the key of its case's row; None where it does not fit."""
    found = sealing.unseal(keys.derive(key, "rating"), content, handle)
    if found is None:
        return None
    told = json.loads(found)
    reasons = tuple(told.get("reasons", ()))
    return Rating(**told | {"at": datetime.fromisoformat(told["at"]), "reasons": reasons})
