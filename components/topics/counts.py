"""Published counts of what came in, by kind and place, and what these are called."""

from collections.abc import Mapping
from dataclasses import replace

from cities.second_level import second_level
from components import cached, filters, session, words
from data_access.published import NONE, SENSITIVE, Scope
from metrics.hotspots import Key
from metrics.measure import Figure

VOLUME = "received"
UNNAMED = (NONE, SENSITIVE)  # members that hold what has no kind, or many kinds together


def kinds(scope: Scope) -> dict[str, Figure]:
    """By first-level category, of the city or of the area of the scope."""
    return _named(cached.measure(VOLUME, scope, by="category"))


def areas(scope: Scope) -> dict[str, Figure]:
    """By county, of all cases or of the category of the scope."""
    return _named(cached.measure(VOLUME, scope, by="area"))


def types(scope: Scope, category: str | None) -> dict[Key, Figure]:
    """City-wide by (category, category2), of all categories or of one."""
    found: dict[Key, Figure] = {}
    for first in [category] if category else filters.members("category"):
        told = cached.measure(VOLUME, replace(scope, category=first), by="category2")
        found |= {(first, key): figure for key, figure in _named(told).items()}
    return found


def cells(scope: Scope) -> dict[Key, Figure]:
    """By (area, category)."""
    return {
        (area, kind): figure
        for area in filters.members("area")
        for kind, figure in kinds(replace(scope, area=area)).items()
    }


def looked_at(scope: Scope, area: str | None, category: str | None) -> dict[Key, Figure]:
    """What the rising and falling are sought among, as fine as it is published for the period.

    Of one county its first-level categories, of the city the second-level ones, or the first-level
    ones where those are not told.
    """
    if area:
        told = kinds(replace(scope, area=area))
        return {(key,): one for key, one in told.items() if category in (None, key)}
    found = types(scope, category)
    if any(figure.numerator for figure in found.values()):
        return found
    return {(key,): one for key, one in kinds(scope).items() if category in (None, key)}


def name(key: Key) -> str:
    """What a category or a second-level category is called, the first level behind it."""
    first = filters.called("category", key[0])
    if len(key) == 1:
        return first
    names: Mapping[str, str] = second_level(session.city().id).get((key[0], key[1]), {})
    return f"{names.get(session.language()) or words.plain(key[1])} · {first}"


def _named(figures: list[Figure]) -> dict[str, Figure]:
    return {figure.key: figure for figure in figures if figure.key not in UNNAMED}
