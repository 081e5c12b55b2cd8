"""From which parts of the city cases came: by hexagons of some five square kilometres.

RESOLUTION 7 of H3 is the finest that may be told of every kind of case (never a point). A cell is
told where it has ROUND cases or more in a closed quarter or year, rounded down to ROUND, so that
neither the difference of two periods nor that of two releases is one of few. Sensitive kinds, and
kinds that the city has not marked, are not counted at all.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

import pandas as pd
from h3 import latlng_to_cell
from sqlalchemy import Engine

from cities import ROOT, City, midnight
from data_access.cases import located
from data_access.hexagons import EVERYWHERE, hexagons
from data_access.tens import ROUND, down
from metrics.periods import closed, label
from pipeline.open_subjects import LEVELS, SENSITIVE_NATURES, Subjects, subjects

RESOLUTION = 7
GRAINS = ("quarter", "year")


def table(engine: Engine, city: City, as_of: date) -> pd.DataFrame | None:
    """The cells as of a day; None where the city marks no categories, so none may be told."""
    marks = ROOT / city.id / "categories.csv"
    if not marks.exists():
        return None
    about = subjects(marks)
    counts = Counter[tuple[str, str]]()
    for part in located.parts(engine, city.id, midnight(as_of, city)):
        for (year, month, cell), cases in monthly(part.to_pandas(), about, city.zone).items():
            for period in (label(year, month, grain) for grain in GRAINS):
                counts[period, cell] += cases
                counts[period, EVERYWHERE] += cases
    return told(counts, as_of)


def monthly(
    cases: pd.DataFrame, about: Subjects, zone: ZoneInfo
) -> dict[tuple[int, int, str], int]:
    """How many cases that may be told came in, by year, month and cell."""
    may = pd.MultiIndex.from_frame(cases[LEVELS]).isin(about.place_or_thing | about.neither)
    cases = cases[may & ~cases["nature"].isin(SENSITIVE_NATURES).to_numpy()]
    received = cases["received_at"].dt.tz_convert(zone)
    points = zip(cases["latitude"], cases["longitude"], strict=True)
    cells = [latlng_to_cell(*point, RESOLUTION) for point in points]
    keys = zip(received.dt.year, received.dt.month, cells, strict=True)
    return Counter(keys)


def told(counts: Mapping[tuple[str, str], int], as_of: date) -> pd.DataFrame:
    """The table, of cases by period and cell."""
    rows = [
        (*key, down(cases))
        for key, cases in sorted(counts.items())
        if cases >= ROUND and closed(key[0], as_of)
    ]
    return pd.DataFrame(rows, columns=hexagons.c.keys())
