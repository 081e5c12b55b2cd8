"""Write to the pledges: register one, tell of it, decide on what others handed in.

Writers take their turn at the audit log, as in the ledger, and say which version they had seen.
A deadline that has passed is no longer moved: the pledge is missed, whatever comes later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, Engine, insert

from cities import City, profile
from data_access.pledges import MOVES as TELLING
from data_access.pledges import PROGRESS, REDATE, REGISTER
from data_access.supervision import promised
from data_access.supervision.audit import Did
from data_access.supervision.deeds import deed
from data_access.supervision.doubts import doubts
from data_access.supervision.pledge_tables import PLEDGE_ENTRIES, PLEDGES
from data_access.supervision.promised import (
    APPROVE,
    APPROVED,
    CLOSING,
    REFUSE,
    SUBMITTED,
    WITHDRAW,
    Entry,
    Pledge,
)
from data_access.supervision.viewer import Refused, Role, Viewer, require

WRITERS, DECIDERS = (Role.CITY, Role.EDITOR), (Role.REVIEWER,)
READERS = (*WRITERS, *DECIDERS)
MOVES = (PROGRESS, REDATE, *CLOSING)  # what is told of a pledge once it is registered
LONGEST_TITLE = 200
Detect = Callable[[str], list[str]]


class BadPledge(ValueError):
    """What cannot be entered as it was asked for; the message is a key of the words."""


class Outdated(RuntimeError):
    """Somebody else has added to the pledge; `now` is how it stands. Read it and try again."""

    def __init__(self, now: Pledge) -> None:
        super().__init__(f"pledge {now.id} is at entry {now.version}")
        self.now = now


@dataclass(frozen=True)
class Wanted:
    """A pledge as it is to be registered."""

    title_zh: str
    title_en: str
    category: str
    area: str
    units: tuple[str, ...]
    why: str
    registered_on: date
    deadline: date


@dataclass(frozen=True)
class Telling:
    """What is to be told of a pledge: a move, its day, its text, and the deadline it sets."""

    move: str
    text: str
    day: date
    deadline: date | None = None


def listed(viewer: Viewer, connection: Connection) -> list[Pledge]:
    """All pledges of the viewer's city. Refused."""
    require(viewer, *READERS)
    return promised.read(connection, viewer.city)


def register(
    viewer: Viewer, engine: Engine, wanted: Wanted, detect: Detect, today: date | None = None
) -> int:
    """Register a pledge and return its number; it is public once somebody else approves it.

    Refused; BadPledge. `today` is the city's own day unless given.
    """
    require(viewer, *WRITERS)
    city = profile(viewer.city)
    _check_wanted(wanted, city, today or _today(city), detect)
    with deed(viewer, engine, Did.ACTED, "pledges", move=REGISTER) as connection:
        values = vars(wanted) | {"units": list(wanted.units), "city": viewer.city}
        row = insert(PLEDGES).values(**values).returning(PLEDGES.c.id)
        pledge = int(connection.execute(row).scalar_one())
        told = {"day": wanted.registered_on, "deadline": wanted.deadline}
        return _enter(viewer, connection, pledge, 1, REGISTER, **told)


def tell(
    viewer: Viewer, engine: Engine, pledge: int, telling: Telling, seen: int, detect: Detect,
    today: date | None = None,
) -> None:  # fmt: skip
    """Hand in what is to be told of a pledge; public once somebody else approves it.

    Refused; Outdated if there is a newer entry than `seen`; BadPledge.
    """
    require(viewer, *WRITERS)
    _check_text(telling.text, detect)
    day = today or _today(profile(viewer.city))
    with deed(viewer, engine, Did.ACTED, f"pledge {pledge}", move=telling.move) as connection:
        now = _now(viewer, connection, pledge, seen)
        _check_telling(now, telling, day)
        values = {"day": telling.day, "deadline": telling.deadline, "text": telling.text.strip()}
        _enter(viewer, connection, pledge, now.version + 1, telling.move, **values)


def decide(
    viewer: Viewer, engine: Engine, pledge: int, move: str, of: int, seen: int, detect: Detect,
    words: str = "", today: date | None = None,
) -> None:  # fmt: skip
    """Approve, refuse or withdraw the entry `of` of a pledge.

    Reviewers approve; everybody here may refuse what waits, or withdraw what was approved.
    Refused; Outdated; BadPledge, for example `second`: who handed it in does not approve it.
    """
    require(viewer, *(DECIDERS if move == APPROVE else READERS))
    day = today or _today(profile(viewer.city))
    with deed(viewer, engine, Did.ACTED, f"pledge {pledge}", move=move, of=str(of)) as connection:
        now = _now(viewer, connection, pledge, seen)
        entry = next((one for one in now.entries if one.seq == of and one.move in TELLING), None)
        if entry is None or now.state(entry) != (APPROVED if move == WITHDRAW else SUBMITTED):
            raise BadPledge("state")
        if move == APPROVE:
            _check_approval(viewer, now, entry, day, detect)
        elif move not in (REFUSE, WITHDRAW) or not words.strip():
            raise BadPledge("words")
        _enter(viewer, connection, pledge, now.version + 1, move, of=of, words=words.strip())


def texts(pledge: Pledge, entry: Entry) -> tuple[str, ...]:
    """What of an entry the public reads."""
    if entry.move == REGISTER:
        return tuple(filter(None, (pledge.title_zh, pledge.title_en, pledge.why)))
    return (entry.text,)


def _today(city: City) -> date:
    return datetime.now(city.zone).date()


def _check_wanted(wanted: Wanted, city: City, today: date, detect: Detect) -> None:
    known = {unit.code for unit in city.units}
    areas = {unit.code for unit in city.units if unit.peer_group == "area"} | {""}
    if not wanted.units or not known.issuperset(wanted.units) or wanted.area not in areas:
        raise BadPledge("units")
    if wanted.category not in city.categories:
        raise BadPledge("category")
    if not wanted.registered_on <= today < wanted.deadline:
        raise BadPledge("days")
    if max(len(wanted.title_zh), len(wanted.title_en)) > LONGEST_TITLE:
        raise BadPledge("long")
    for text in (wanted.title_zh, wanted.why, *filter(None, (wanted.title_en,))):
        _check_text(text, detect)


def _check_text(text: str, detect: Detect) -> None:
    """As the review of texts does; but a day may stand in it, because it belongs to no case."""
    found = [doubt for doubt in (*doubts(text), *detect(text)) if doubt != "day"]
    if found:
        raise BadPledge(found[0])


def _check_telling(now: Pledge, telling: Telling, today: date) -> None:
    if telling.move not in MOVES or not now.public or now.closed:
        raise BadPledge("state")
    if not now.registered_on <= telling.day <= today:
        raise BadPledge("days")
    single = (REDATE, *CLOSING)
    if telling.move in single and any(entry.move in single for entry in now.waiting):
        raise BadPledge("waits")
    if (telling.move == REDATE) != (telling.deadline is not None):
        raise BadPledge("days")
    if telling.deadline is not None:
        if now.deadline < today:
            raise BadPledge("passed")
        if telling.day != today or telling.deadline < today or telling.deadline == now.deadline:
            raise BadPledge("days")


def _check_approval(viewer: Viewer, now: Pledge, entry: Entry, today: date, detect: Detect) -> None:
    if entry.actor == viewer.name:
        raise BadPledge("second")
    if entry.move in (REGISTER, REDATE) and now.deadline < today:
        raise BadPledge("passed")  # neither a promise nor another day is told when it is over
    for text in texts(now, entry):
        _check_text(text, detect)


def _now(viewer: Viewer, connection: Connection, pledge: int, seen: int) -> Pledge:
    found = promised.read(connection, viewer.city, PLEDGES.c.id == pledge)
    if not found:
        raise Refused(f"no pledge {pledge} for {viewer.name}")
    if found[0].version != seen:
        raise Outdated(found[0])
    return found[0]


def _enter(
    viewer: Viewer, connection: Connection, pledge: int, seq: int, move: str, **values: object
) -> int:
    row = {"of": None, "day": None, "deadline": None, "text": "", "words": ""} | values
    connection.execute(
        insert(PLEDGE_ENTRIES).values(
            pledge_id=pledge, seq=seq, at=datetime.now(UTC), actor=viewer.name[:300],
            shown=viewer.shown[:128], move=move, **row,
        )
    )  # fmt: skip
    return pledge
