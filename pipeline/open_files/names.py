"""The names of codes in the published tables, as far as the city's profile knows them."""

import pandas as pd

from cities import City, codes
from cities.codes import BESIDE


def columns(city: City, dimension: str, told: "pd.Series[str]") -> dict[str, "pd.Series[str]"]:
    """The columns that name a dimension's codes; none of a dimension that names itself."""
    known = {code: codes.beside(city.id, dimension, code) for code in told.unique()}
    return {
        column: told.map({code: known[code][column] for code in known})
        for column in (f"{dimension}_{language}" for language in BESIDE.get(dimension, ()))
    }
