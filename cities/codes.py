"""The names of codes in the published tables, as far as a city's profile knows them."""

from collections.abc import Mapping
from functools import cache

import cities
from cities import divisions

LANGUAGES = ("zh", "en")
# Categories are told by their Chinese names, so only the English ones stand beside them.
BESIDE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("unit", "area", "town", "reason_code"), LANGUAGES),
    "category": ("en",),
}


@cache
def names(city_id: str) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Dimension → code → language → name."""
    city = cities.profile(city_id)
    return {
        "unit": {unit.code: unit.names for unit in city.units},
        "area": {unit.code: unit.names for unit in city.units if unit.peer_group == "area"},
        "town": {town.code: town.names for town in divisions.towns(city_id)},
        "reason_code": {reason.code: reason.names for reason in city.reasons},
        "category": city.categories,
    }


def beside(city_id: str, dimension: str, code: str) -> dict[str, str]:
    """The columns that name a code, empty where the profile lacks it: unit_zh, unit_en."""
    known = names(city_id).get(dimension, {}).get(code, {})
    return {f"{dimension}_{name}": known.get(name, "") for name in BESIDE.get(dimension, ())}
