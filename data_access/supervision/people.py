"""People and what they may do. A change of roles is in the audit log, and in force at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select, update

from data_access.supervision import audit
from data_access.supervision.people_tables import GRANTS, PEOPLE
from data_access.supervision.viewer import Role, Viewer

Grants = frozenset[tuple[Role, str]]  # a role and, for a department supervisor, a unit


@dataclass(frozen=True)
class Known:
    """A person as the database knows them."""

    id: int
    viewer: Viewer
    password: str
    suspended: bool


def find(connection: Connection, name: str) -> Known | None:
    """A person by stable name."""
    row = connection.execute(select(PEOPLE).where(PEOPLE.c.name == name)).one_or_none()
    if row is None:
        return None
    roles, units = _roles(grants(connection, row.id))
    return Known(
        row.id, Viewer(row.name, row.shown, row.city, roles, units), row.password, row.suspended
    )


def everyone(connection: Connection, city: str) -> list[Known]:
    """The people of a city, by name."""
    names = select(PEOPLE.c.name).where(PEOPLE.c.city == city).order_by(PEOPLE.c.name)
    found = [find(connection, name) for name in connection.execute(names).scalars()]
    return [person for person in found if person is not None]


def grants(connection: Connection, person: int) -> Grants:
    """What a person was granted. Roles that this version does not know give nothing."""
    rows = connection.execute(
        select(GRANTS.c.role, GRANTS.c.unit).where(GRANTS.c.person_id == person)
    )
    known = {role.value: role for role in Role}
    return frozenset((known[role], unit) for role, unit in rows if role in known)


def viewer(connection: Connection, person: int) -> Viewer | None:
    """Who a person is at this moment; None if suspended or gone."""
    row = connection.execute(select(PEOPLE).where(PEOPLE.c.id == person)).one_or_none()
    if row is None or row.suspended:
        return None
    return Viewer(row.name, row.shown, row.city, *_roles(grants(connection, person)))


def _roles(granted: Grants) -> tuple[frozenset[Role], frozenset[str]]:
    units = frozenset(unit for role, unit in granted if role is Role.DEPARTMENT and unit)
    return frozenset(role for role, _ in granted), units


def enrol(
    connection: Connection, name: str, shown: str, city: str, granted: Grants, by: str,
    password: str = "",
) -> int:  # fmt: skip
    """Write down a person as their provider, or an operator, tells of them now; their id."""
    person = connection.execute(select(PEOPLE.c.id).where(PEOPLE.c.name == name)).scalar()
    if person is None:
        values = {"name": name, "shown": shown[:128], "city": city, "password": password}
        made = insert(PEOPLE).values(**values, suspended=False, created_at=datetime.now(UTC))
        person = connection.execute(made.returning(PEOPLE.c.id)).scalar_one()
    else:
        changed = {"shown": shown[:128], "city": city} | (
            {"password": password} if password else {}
        )
        connection.execute(update(PEOPLE).where(PEOPLE.c.id == person).values(**changed))
    grant(connection, person, granted, by)
    return int(person)


def grant(connection: Connection, person: int, granted: Grants, by: str) -> None:
    """Give a person these roles and no others."""
    before = grants(connection, person)
    if before == granted:
        return
    connection.execute(delete(GRANTS).where(GRANTS.c.person_id == person))
    rows = [{"person_id": person, "role": role, "unit": unit} for role, unit in granted]
    if rows:
        connection.execute(insert(GRANTS), rows)
    who = connection.execute(select(PEOPLE).where(PEOPLE.c.id == person)).one()
    doer = Viewer(by, by, who.city)
    audit.record(
        connection, doer, audit.Did.ROLES, who.name, before=_told(before), after=_told(granted)
    )


def suspend(connection: Connection, name: str, suspended: bool, by: str) -> None:
    """Shut a person out whatever the provider says, or let them in again. LookupError."""
    known = find(connection, name)
    if known is None:
        raise LookupError(f"nobody is called {name}")
    connection.execute(update(PEOPLE).where(PEOPLE.c.id == known.id).values(suspended=suspended))
    doer = Viewer(by, by, known.viewer.city)
    audit.record(connection, doer, audit.Did.ROLES, name, suspended=str(suspended).lower())


def _told(granted: Iterable[tuple[Role, str]]) -> str:
    return ", ".join(sorted(f"{role} {unit}".strip() for role, unit in granted))
