"""From what a provider tells of a person to roles and units, by a file that the city writes.

A group that the file does not name gives nothing. See docs/login.md for an example.
"""

import os
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cities
from components.sitemap import home_city
from data_access.supervision.people import Grants
from data_access.supervision.viewer import Role
from supervision.web.place import NotSetUp


@dataclass(frozen=True)
class Mapping:
    """Which claims hold name and groups, and what each group may do."""

    city: str
    name: str
    groups: str
    grants: dict[str, Grants]


def mapping() -> Mapping:
    """The mapping of OIDC_ROLES_FILE. NotSetUp where it is missing or wrong."""
    path = Path(os.environ.get("OIDC_ROLES_FILE", ""))
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise NotSetUp(f"OIDC_ROLES_FILE={path}: {error}") from error


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> Mapping:
    told = tomllib.loads(path.read_text("utf-8"))
    city = told.get("city", home_city())
    units = {unit.code for unit in cities.profile(city).units}
    grants: dict[str, Grants] = {}
    for grant in told["grant"]:
        group = grant["group"]
        grants[group] = grants.get(group, frozenset()) | _granted(grant, units)
    return Mapping(city, told.get("name_claim", "name"), told.get("groups_claim", "groups"), grants)


def _granted(grant: dict[str, Any], known: set[str]) -> Grants:
    if unknown := grant.keys() - {"group", "role", "units"}:
        raise ValueError(f"unknown key {min(unknown)} in a grant")
    role, units = Role(grant["role"]), grant.get("units", [])
    if (role is Role.DEPARTMENT) != bool(units):
        raise ValueError(f"{grant['group']}: units belong to a {Role.DEPARTMENT}, and only to one")
    if strange := set(units) - known:
        raise ValueError(f"{grant['group']}: the city has no unit {min(strange)}")
    return frozenset((role, unit) for unit in units or [""])


def granted(mapped: Mapping, claims: dict[str, Any]) -> Grants:
    """What a person may do, by the groups in their claims; nothing if there are none known."""
    told = claims.get(mapped.groups, [])
    groups = [told] if isinstance(told, str) else told
    if not isinstance(groups, list):
        return frozenset()
    return frozenset().union(*(mapped.grants.get(str(group), frozenset()) for group in groups))


def shown(mapped: Mapping, claims: dict[str, Any]) -> str:
    """The person's name for the screen: the claim told for it, else the provider's number."""
    name = claims.get(mapped.name)
    return name if isinstance(name, str) and name.strip() else str(claims["sub"])
