"""What may become of an action, who may do it and from where: declared here, obeyed everywhere."""

from dataclasses import dataclass

from data_access.supervision.viewer import Role, Viewer

SENT, REPLIED, RETURNED, SETTLED, WITHDRAWN = (
    "sent", "replied", "returned", "settled", "withdrawn",
)  # fmt: skip
WAITING = (SENT, RETURNED)  # for the unit's reply
OPEN = (*WAITING, REPLIED)
STATES = (*OPEN, SETTLED, WITHDRAWN)
BEGIN, NOTE = "begin", "note"


@dataclass(frozen=True)
class Move:
    """One move: from these states, by these roles, into `to` ("" = the state stays).

    `words` have to be given where they are wanted; `due` says that it sets the day for the reply.
    """

    name: str
    states: tuple[str, ...]
    roles: tuple[Role, ...]
    to: str = ""
    words: bool = True
    due: bool = False


MOVES = {
    move.name: move
    for move in (
        Move(BEGIN, (), (Role.CITY,), to=SENT, words=False, due=True),
        Move("reply", WAITING, (Role.DEPARTMENT, Role.CITY), to=REPLIED),
        Move("return", (REPLIED,), (Role.CITY,), to=RETURNED, due=True),
        Move("settle", (REPLIED,), (Role.CITY,), to=SETTLED),
        Move("extend", WAITING, (Role.CITY,), due=True),
        Move("withdraw", OPEN, (Role.CITY,), to=WITHDRAWN),
        Move(NOTE, STATES, (Role.CITY, Role.DEPARTMENT)),
    )
}


def open_to(viewer: Viewer, state: str) -> list[Move]:
    """The moves that a viewer may make from a state, in the order of their declaration."""
    return [move for move in MOVES.values() if state in move.states and viewer.has(*move.roles)]
