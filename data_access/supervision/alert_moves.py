"""What may become of an alert, who may do it and from where; and doing it.

Writers take their turn at the audit log and say which version they had seen, as in the ledger.
"""

from datetime import UTC, datetime

from sqlalchemy import Engine, insert

from cities import profile
from data_access.supervision.alert_tables import ALERT_ENTRIES
from data_access.supervision.alerts import (
    ACKNOWLEDGED,
    ASSIGNED,
    DECIDED,
    FALSE,
    OPEN,
    STATES,
    SUPERVISORS,
    TRUE,
    UNDECIDED,
    Alert,
    read_one,
)
from data_access.supervision.audit import Did
from data_access.supervision.deeds import deed
from data_access.supervision.moves import Move
from data_access.supervision.viewer import Role, Viewer, require

ASSIGN, NOTE = "assign", "note"
LONGEST = 2_000  # characters of an entry
MOVES = {
    move.name: move
    for move in (
        Move("acknowledge", (OPEN, ASSIGNED), SUPERVISORS, to=ACKNOWLEDGED, words=False),
        Move(ASSIGN, UNDECIDED, (Role.CITY,), to=ASSIGNED, words=False),
        Move("close_true", UNDECIDED, (Role.CITY,), to=TRUE),
        Move("close_false", UNDECIDED, (Role.CITY,), to=FALSE),
        Move("reopen", DECIDED, (Role.CITY,), to=ACKNOWLEDGED),
        Move(NOTE, STATES, SUPERVISORS),
    )
}


class BadMove(ValueError):
    """A move that cannot be made as it was asked for; the message is a key of the words."""


class Outdated(RuntimeError):
    """Somebody else has moved the alert on; `now` is how it stands. Read it and try again."""

    def __init__(self, now: Alert) -> None:
        super().__init__(f"alert {now.id} is at entry {now.version}")
        self.now = now


def open_to(viewer: Viewer, state: str) -> list[Move]:
    """The moves that a viewer may make from a state, in the order of their declaration."""
    return [move for move in MOVES.values() if state in move.states and viewer.has(*move.roles)]


def add(
    viewer: Viewer, engine: Engine, alert: int, move: str, seen: int, words: str = "",
    unit: str = "",
) -> int:  # fmt: skip
    """Move an alert on and return the number of the new entry; `unit` is whom it is assigned to.

    `seen` is the version that the viewer had before them. Outdated if there is a newer one, but
    for a note; Refused if the alert or the move is not the viewer's; BadMove.
    """
    asked = MOVES.get(move)
    if asked is None:
        raise BadMove("state")
    require(viewer, *asked.roles)
    if (asked.words and not words.strip()) or len(words) > LONGEST:
        raise BadMove("words")
    if move == ASSIGN and unit not in {known.code for known in profile(viewer.city).units}:
        raise BadMove("unit")
    with deed(viewer, engine, Did.ACTED, f"alert {alert}", move=move) as connection:
        now = read_one(viewer, connection, alert)
        if move != NOTE and now.version != seen:
            raise Outdated(now)
        if now.state not in asked.states:
            raise BadMove("state")
        row = insert(ALERT_ENTRIES).values(
            alert_id=alert, seq=now.version + 1, at=datetime.now(UTC), actor=viewer.name[:300],
            shown=viewer.shown[:128], move=move, state=asked.to or now.state,
            unit=unit if move == ASSIGN else now.unit, words=words.strip(),
        )  # fmt: skip
        connection.execute(row)
        return now.version + 1
