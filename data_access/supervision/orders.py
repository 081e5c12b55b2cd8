"""One action and the facts of its case, for the document that goes out about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select

from data_access.supervision import ledger, moment
from data_access.supervision.audit import Did
from data_access.supervision.deeds import deed
from data_access.supervision.ledger import Action
from data_access.supervision.levels import Standing, seen
from data_access.supervision.viewer import CASE, Refused, Viewer, sees

OF_CASE = (
    "number", "category", "category2", "category3", "area", "unit", "received_at", "due_at",
    "deadline_at", "closed_at",
)  # fmt: skip


@dataclass(frozen=True)
class Order:
    """An action with its case: OF_CASE, None once the case is no longer there.

    `standing` and `as_of` are as they were when the action began, so that a document which has
    gone out reads the same whenever it is made again.
    """

    city: str
    action: Action
    case: Mapping[str, Any] | None
    standing: Standing | None
    as_of: datetime
    synthetic: bool


def fetch(viewer: Viewer, engine: Engine, action: int, form: str) -> Order:
    """An action that is to be taken away as a file, on record. Refused where it is not theirs."""
    with deed(viewer, engine, Did.DOWNLOADED, f"action {action}", form=form) as connection:
        found = ledger.one(viewer, connection, action)
        if found is None:
            raise Refused(f"no action {action} for {viewer.name}")
        now = moment.as_of(connection, viewer.city, found.entries[0].at)
        case = _case(viewer, connection, found.number, now)
        stands = seen(viewer.city, case["deadline_at"], case["closed_at"], now)[0] if case else None
        made_up = moment.synthetic(connection, viewer.city)
        return Order(viewer.city, found, case, stands, now, made_up)


def _case(
    viewer: Viewer, connection: Connection, number: str, now: datetime
) -> Mapping[str, Any] | None:
    """The case as far as it was known; a closing that came later is left out."""
    query = select(*(CASE[name] for name in OF_CASE)).where(sees(viewer), CASE.number == number)
    found = connection.execute(query).mappings().one_or_none()
    if found is None:
        return None
    closed = found["closed_at"]
    return dict(found) | {"closed_at": closed if closed and closed <= now else None}
