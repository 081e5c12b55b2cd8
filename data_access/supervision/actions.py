"""Write to the ledger of actions: begin some, move one on. Nothing is ever rewritten.

Writers take their turn at the audit log, which every entry is told to first and in the same
transaction; after that they see whatever others have added. Who makes a move says which version
they had seen, so nobody answers what they have not read; a note is added whatever else happened.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, insert, select

from cities import profile
from cities.clock import end_of, forth
from cities.supervision import Step, rules
from data_access.supervision import ledger
from data_access.supervision.audit import Did, record
from data_access.supervision.deeds import deed
from data_access.supervision.ledger import Action
from data_access.supervision.ledger_tables import ACTIONS, ENTRIES
from data_access.supervision.moves import BEGIN, MOVES, NOTE, SENT, Move
from data_access.supervision.viewer import CASE, Refused, Viewer, require, sees

MOST = 200  # cases at once
LONGEST = 4_000  # characters of an entry


class BadMove(ValueError):
    """A move that cannot be made as it was asked for; the message says why."""


class Outdated(RuntimeError):
    """Somebody else has moved the action on; `now` is how it stands. Read it and try again."""

    def __init__(self, now: Action) -> None:
        super().__init__(f"action {now.id} has moved on to entry {now.version}")
        self.now = now


def reply_by(viewer: Viewer, kind: str, now: datetime | None = None) -> datetime:
    """The day by which a reply to an action begun now is wanted unless another is given."""
    city = profile(viewer.city)
    today = (now or datetime.now(UTC)).astimezone(city.zone).date()
    return end_of(forth(today, _step(viewer.city, kind).days), city.zone)


def begin(
    viewer: Viewer,
    engine: Engine,
    numbers: Sequence[str],
    kind: str,
    words: str = "",
    due_at: datetime | None = None,
) -> list[int]:
    """Begin an action of one kind about each of some cases: all of them or none.

    Returns the actions' numbers. Refused where one of the cases is not the viewer's; BadMove for
    an unknown kind, no case or too many, and where an action of that kind is still open.
    """
    require(viewer, *MOVES[BEGIN].roles)
    _step(viewer.city, kind)
    wanted = list(dict.fromkeys(numbers))
    if not 0 < len(wanted) <= MOST:
        raise BadMove(f"{len(wanted)} cases: choose 1 to {MOST}")
    due = due_at or reply_by(viewer, kind)
    _check(MOVES[BEGIN], words, due)
    with deed(viewer, engine, Did.ACTED, wanted[0], move=BEGIN, kind=kind) as connection:
        for number in wanted[1:]:
            record(connection, viewer, Did.ACTED, number, move=BEGIN, kind=kind)
        units = _units(viewer, connection, wanted)
        _none_open(viewer, connection, wanted, kind)
        return [_begin(viewer, connection, n, kind, units[n], words, due) for n in wanted]


def add(
    viewer: Viewer,
    engine: Engine,
    action: int,
    move: str,
    words: str,
    seen: int,
    due_at: datetime | None = None,
) -> int:
    """Move an action on and return the number of the new entry.

    `seen` is the version that the viewer had before them. Outdated if there is a newer one, but
    for a note; Refused if the action or the move is not the viewer's; BadMove if the move cannot be
    made from where the action stands, or lacks words or a day.
    """
    asked = MOVES.get(move)
    if asked is None or asked.name == BEGIN:
        raise BadMove(f"no move {move!r}")
    require(viewer, *asked.roles)
    _check(asked, words, due_at)
    with deed(viewer, engine, Did.ACTED, f"action {action}", move=move) as connection:
        now = ledger.one(viewer, connection, action)
        if now is None:
            raise Refused(f"no action {action} for {viewer.name}")
        if move != NOTE and now.version != seen:
            raise Outdated(now)
        if now.state not in asked.states:
            raise BadMove(f"{move} from {now.state}")
        due = due_at if asked.due else now.last.due_at
        state = asked.to or now.state
        return _enter(viewer, connection, action, now.version + 1, move, state, due, words)


def _step(city: str, kind: str) -> Step:
    told = rules(city)
    if told is None or kind not in told.steps:
        raise BadMove(f"no action {kind!r} in {city}")
    return told.steps[kind]


def _check(move: Move, words: str, due_at: datetime | None) -> None:
    if move.words and not words.strip():
        raise BadMove(f"{move.name}: say what and why")
    if len(words) > LONGEST:
        raise BadMove(f"{move.name}: at most {LONGEST} characters")
    if move.due and (due_at is None or due_at <= datetime.now(UTC)):
        raise BadMove(f"{move.name}: give a day that lies ahead")


def _units(viewer: Viewer, connection: Connection, numbers: Sequence[str]) -> dict[str, str]:
    """The lead units of the viewer's cases of these numbers."""
    query = select(CASE.number, CASE.unit).where(sees(viewer), CASE.number.in_(numbers))
    found = {row.number: row.unit for row in connection.execute(query)}
    if missing := [number for number in numbers if number not in found]:
        raise Refused(f"no case {missing[0]} for {viewer.name}")
    return found


def _none_open(viewer: Viewer, connection: Connection, numbers: Sequence[str], kind: str) -> None:
    for number in numbers:
        for action in ledger.of_case(viewer, connection, number):
            if action.kind == kind and action.due_at is not None:
                raise BadMove(f"{number}: {kind} of {action.last.at:%Y-%m-%d} waits for its reply")


def _begin(
    viewer: Viewer, connection: Connection, number: str, kind: str, unit: str, words: str,
    due: datetime,
) -> int:  # fmt: skip
    row = insert(ACTIONS).values(city=viewer.city, number=number, kind=kind, unit=unit)
    action = int(connection.execute(row.returning(ACTIONS.c.id)).scalar_one())
    _enter(viewer, connection, action, 1, BEGIN, SENT, due, words)
    return action


def _enter(
    viewer: Viewer, connection: Connection, action: int, seq: int, move: str, state: str,
    due: datetime | None, words: str,
) -> int:  # fmt: skip
    connection.execute(
        insert(ENTRIES).values(
            action_id=action, seq=seq, at=datetime.now(UTC), actor=viewer.name[:300],
            shown=viewer.shown[:128], move=move, state=state, due_at=due, words=words.strip(),
        )
    )  # fmt: skip
    return seq
