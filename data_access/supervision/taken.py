"""Lists that are taken away as files: the same rows as on the page, all of them, on record."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from data_access.supervision import ledger, moment, overdue
from data_access.supervision.audit import Did
from data_access.supervision.deeds import deed
from data_access.supervision.ledger import Action
from data_access.supervision.overdue import Listed, Question
from data_access.supervision.viewer import Refused, Viewer, may_see_cases

MOST = 50_000  # cases in one file
AT_ONCE = 5_000


@dataclass(frozen=True)
class Cases:
    """Cases with the newest action of each; `more` says that the list goes on."""

    rows: tuple[Listed, ...]
    latest: dict[str, Action]
    more: bool
    as_of: datetime
    synthetic: bool


@dataclass(frozen=True)
class Ledger:
    """All actions that a viewer may see, oldest first."""

    actions: tuple[Action, ...]
    synthetic: bool


def cases(viewer: Viewer, engine: Engine, asked: Question, form: str) -> Cases:
    """The cases of a list. Refused for who sees no cases at all."""
    detail = {name: str(value) for name, value in vars(asked).items() if value}
    with deed(viewer, engine, Did.DOWNLOADED, "overdue", form=form, **detail) as connection:
        _theirs(viewer)
        rows: list[Listed] = []
        found = overdue.page(viewer, connection, asked, None, AT_ONCE)
        rows += found.rows
        while found.following and len(rows) < MOST:
            found = overdue.page(viewer, connection, asked, found.following, AT_ONCE)
            rows += found.rows
        latest: dict[str, Action] = {}
        for start in range(0, len(rows), AT_ONCE):
            some = [row.number for row in rows[start : start + AT_ONCE]]
            latest |= ledger.latest(viewer, connection, some)
        made_up = moment.synthetic(connection, viewer.city)
        return Cases(tuple(rows), latest, found.following is not None, found.as_of, made_up)


def whole_ledger(viewer: Viewer, engine: Engine, form: str) -> Ledger:
    """The ledger of actions, as far as it is theirs. Refused for who sees no cases at all."""
    with deed(viewer, engine, Did.DOWNLOADED, "ledger", form=form) as connection:
        _theirs(viewer)
        found = ledger.everything(viewer, connection)
        return Ledger(tuple(found), moment.synthetic(connection, viewer.city))


def _theirs(viewer: Viewer) -> None:
    if not may_see_cases(viewer):
        raise Refused(f"{viewer.name} sees no cases")
