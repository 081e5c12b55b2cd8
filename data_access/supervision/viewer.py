"""Who looks, and which cases are theirs. Every function over case data begins with this."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, false, or_

from data_access.cases.kinds import CASES

CASE = CASES.table.c


class Role(StrEnum):
    """What somebody may do here. Nobody has a role who was not given it by name."""

    CITY = "city_supervisor"  # 市级督办: all cases of the city
    DEPARTMENT = "department_supervisor"  # 部门督办: cases that their units lead
    REVIEWER = "reviewer"  # 文本审核: texts under review
    EDITOR = "editor"  # 通报编辑: bulletins and public notes, no cases
    AUDITOR = "auditor"  # 审计: the audit log, no cases


class Refused(PermissionError):
    """The viewer may not see or do this. It never tells whether the thing exists."""


@dataclass(frozen=True)
class Viewer:
    """A person who is logged in, with what they may do at this very call."""

    name: str  # stable, unique: the provider's `sub`, or the name of a local account
    shown: str  # for the screen and for signatures
    city: str
    roles: frozenset[Role] = frozenset()
    # Codes of the handling units that a department supervisor answers for, as in cases.unit.
    units: frozenset[str] = field(default=frozenset())

    def has(self, *roles: Role) -> bool:
        """Whether the viewer has any of these roles."""
        return not self.roles.isdisjoint(roles)


def require(viewer: Viewer, *roles: Role) -> None:
    """Go on only with one of these roles. Raises Refused."""
    if not viewer.has(*roles):
        raise Refused(f"{viewer.name} has none of the roles {', '.join(roles)}")


def may_see_cases(viewer: Viewer) -> bool:
    """Whether any list of cases may be theirs at all."""
    return viewer.has(Role.CITY) or (viewer.has(Role.DEPARTMENT) and bool(viewer.units - {""}))


def sees(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on `cases` that every query of case data carries; for others no row at all.

    A city supervisor sees the city's cases, a department supervisor those that their units lead.
    """
    theirs: list[ColumnElement[bool]] = []
    if viewer.has(Role.CITY):
        theirs.append(CASE.city == viewer.city)
    if viewer.has(Role.DEPARTMENT):
        led = CASE.unit.in_(sorted(viewer.units - {""}))
        theirs.append(and_(CASE.city == viewer.city, led))
    return or_(false(), *theirs)


def sees_case(viewer: Viewer, city: str, unit: str) -> bool:
    """The same rule for one case whose city and lead unit are at hand."""
    if city != viewer.city:
        return False
    return viewer.has(Role.CITY) or (
        viewer.has(Role.DEPARTMENT) and unit != "" and unit in viewer.units
    )


def roles(names: Iterable[str]) -> frozenset[Role]:
    """Roles by their names; unknown names give nothing."""
    known = {role.value for role in Role}
    return frozenset(Role(name) for name in names if name in known)
