"""Review of texts for the public: the queue, one text beside its original, and the moves.

A machine drafts from the official reply (`python -m pipeline draft`), somebody reads, mends and
hands it in, and a second person approves. Nothing is rewritten: every move is an entry with the
text it left. A text in which a machine still sees something doubtful cannot be approved.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, and_, func, insert, select

from data_access.cases.private import CaseText
from data_access.cases.records import Case
from data_access.cases.schema import table_of
from data_access.supervision.approved import APPROVED, SUBMITTED
from data_access.supervision.audit import Did
from data_access.supervision.deeds import deed
from data_access.supervision.doubt_tables import ANSWER, DOUBT_ENTRIES, DOUBTS
from data_access.supervision.doubts import doubts
from data_access.supervision.review_tables import QUESTION, REVIEW_ENTRIES, REVIEWS
from data_access.supervision.viewer import Refused, Role, Viewer, require

DRAFTED, REFUSED, WITHDRAWN = "drafted", "refused", "withdrawn"
READERS = (Role.REVIEWER, Role.EDITOR)
E = REVIEW_ENTRIES.c
Detect = Callable[[str], list[str]]


@dataclass(frozen=True)
class Move:
    """Who may make it, from which states, into which; whether it needs words or a new text."""

    roles: tuple[Role, ...]
    states: tuple[str, ...]
    to: str
    words: bool = False
    text: bool = False


MOVES = {
    "submit": Move(READERS, (DRAFTED, REFUSED, WITHDRAWN), SUBMITTED, text=True),
    "approve": Move((Role.REVIEWER,), (SUBMITTED,), APPROVED),
    "refuse": Move((Role.REVIEWER,), (SUBMITTED, DRAFTED), REFUSED, words=True),
    "withdraw": Move(READERS, (APPROVED, SUBMITTED), WITHDRAWN, words=True),
}


class BadReview(ValueError):
    """A move that cannot be made as it was asked for; the message is a key of the words."""


class Outdated(RuntimeError):
    """Somebody else has moved the review on. Read it and try again."""


@dataclass(frozen=True)
class Text:
    """A review as it stands."""

    id: int
    number: str
    kind: str
    risk: int
    version: int
    at: datetime
    actor: str
    shown: str
    state: str
    text: str
    doubts: tuple[str, ...]
    words: str


def queue(
    viewer: Viewer, connection: Connection, state: str, most: int, skip: int = 0
) -> tuple[list[Text], int]:
    """Reviews in a state, the riskiest first, and how many there are. Refused for others."""
    require(viewer, *READERS)
    texts = _texts(viewer).where(E.state == state)
    total = connection.execute(select(func.count()).select_from(texts.subquery())).scalar_one()
    found = texts.order_by(REVIEWS.c.risk.desc(), REVIEWS.c.id).limit(most).offset(skip)
    return [_text(row) for row in connection.execute(found)], int(total)


def one(viewer: Viewer, engine: Engine, review: int) -> tuple[Text, str]:
    """A review beside the reply that it was drafted from, on record. Refused for others."""
    require(viewer, *READERS)
    with deed(viewer, engine, Did.SAW, f"review {review}") as connection:
        found = one_of(viewer, connection, review)
        return found, _original(connection, viewer.city, found)


def move(
    viewer: Viewer, engine: Engine, review: int, name: str, seen: int, detect: Detect,
    text: str = "", words: str = "",
) -> None:  # fmt: skip
    """Move a review on. `seen` is the version that the viewer had before them.

    `detect` says what a machine finds in a text besides `doubts`. Refused if the review or the
    move is not the viewer's; Outdated if there is a newer version; BadReview if it cannot be made
    from where it stands: `state`, `second` (who handed a text in does not approve it), `words`, or
    a doubt.
    """
    asked = MOVES[name]
    require(viewer, *asked.roles)
    with deed(viewer, engine, Did.ACTED, f"review {review}", move=name) as connection:
        now = one_of(viewer, connection, review)
        left = text.strip() if asked.text else now.text
        if now.version != seen:
            raise Outdated(str(now.version))
        if now.state not in asked.states:
            raise BadReview("state")
        if asked.words and not words.strip():
            raise BadReview("words")
        found = [*doubts(left), *detect(left)]
        if asked.to in (SUBMITTED, APPROVED) and found:
            raise BadReview(found[0])
        if asked.to == APPROVED and now.actor == viewer.name:
            raise BadReview("second")
        values = {"move": name, "state": asked.to, "text": left, "words": words.strip()}
        enter(connection, now.id, now.version + 1, viewer, doubts=found, **values)


def enter(
    connection: Connection,
    review: int,
    seq: int,
    viewer: Viewer,
    source: str = "",
    **values: object,
) -> None:
    """Add an entry; the source is that of the one before unless a draft brings its own."""
    if not source:
        before = select(E.source).where(E.review_id == review, E.seq == seq - 1)
        source = connection.execute(before).scalar_one()
    connection.execute(
        insert(REVIEW_ENTRIES).values(
            review_id=review, seq=seq, at=datetime.now(UTC), actor=viewer.name[:300],
            shown=viewer.shown[:128], source=source, **values,
        )
    )  # fmt: skip


def _texts(viewer: Viewer) -> Select[Any]:
    """The reviews of the viewer's city as their last entries left them."""
    newest = select(func.max(E.seq)).where(E.review_id == REVIEWS.c.id).correlate(REVIEWS)
    return (
        select(
            *(REVIEWS.c[name] for name in ("id", "number", "kind", "risk")), E.seq,
            *(E[name] for name in ("at", "actor", "shown", "state", "text", "doubts", "words")),
        )
        .join_from(REVIEWS, REVIEW_ENTRIES, E.review_id == REVIEWS.c.id)
        .where(REVIEWS.c.city == viewer.city, E.seq == newest.scalar_subquery())
    )  # fmt: skip


def _text(row: Row[Any]) -> Text:
    values = dict(row._mapping)
    return Text(version=values.pop("seq"), doubts=tuple(values.pop("doubts")), **values)


def one_of(viewer: Viewer, connection: Connection, review: int) -> Text:
    row = connection.execute(_texts(viewer).where(REVIEWS.c.id == review)).one_or_none()
    if row is None:
        raise Refused(f"no review {review} for {viewer.name}")
    return _text(row)


def _original(connection: Connection, city: str, found: Text) -> str:
    """The reply as the unit wrote it, or the answer to a doubt; "" where it is gone."""
    if found.kind == QUESTION:
        return _answer(connection, city, found.number)
    cases, texts = table_of(Case), table_of(CaseText)
    mine = and_(cases.c.city == city, cases.c.number == found.number)
    query = select(texts.c.reply).join(cases, cases.c.id == texts.c.case_id).where(mine)
    return connection.execute(query.order_by(texts.c.seq.desc()).limit(1)).scalar() or ""


def _answer(connection: Connection, city: str, number: str) -> str:
    """What staff last wrote for the public about a doubt. The caller's own words stay away."""
    about, said = DOUBTS.c, DOUBT_ENTRIES.c
    mine = and_(about.city == city, about.number == number, said.kind == ANSWER)
    query = select(said.text).join(DOUBTS, about.id == said.doubt_id).where(mine)
    return connection.execute(query.order_by(said.seq.desc()).limit(1)).scalar() or ""
