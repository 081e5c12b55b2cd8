"""The names of codes in the published tables, as far as the city's profile knows them."""

from collections.abc import Mapping
from functools import cache

import pandas as pd

import cities
from cities import City, divisions
from pipeline.open_files.model import LANGUAGES, Words

# Categories are told by their Chinese names, so only the English ones stand beside them.
BESIDE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("unit", "area", "town", "reason_code"), LANGUAGES),
    "category": ("en",),
}


def columns(city: City, dimension: str, codes: "pd.Series[str]") -> dict[str, "pd.Series[str]"]:
    """The columns that name a dimension's codes; none of a dimension that names itself."""
    known = _known(city.id).get(dimension, {})
    return {
        f"{dimension}_{language}": codes.map(
            {code: known.get(code, {}).get(language, "") for code in codes.unique()}
        )
        for language in BESIDE.get(dimension, ())
    }


@cache
def _known(city_id: str) -> Mapping[str, Mapping[str, Words]]:
    city = cities.profile(city_id)
    return {
        "unit": {unit.code: unit.names for unit in city.units},
        "area": {unit.code: unit.names for unit in city.units if unit.peer_group == "area"},
        "town": {town.code: town.names for town in divisions.towns(city_id)},
        "reason_code": {reason.code: reason.names for reason in city.reasons},
        "category": city.categories,
    }
