"""Repairs that hold for the records of every source: each leaves a note, none invents a value."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from cities import City
from data_access.cases.kinds import CASES, Kind
from pipeline.coordinates import SYSTEMS, to_wgs84
from pipeline.sources import Problem

CODES = ("area", "town", "village", "grid", "unit")


def repair(records: pd.DataFrame, kind: Kind, city: City) -> tuple[pd.DataFrame, list[Problem]]:
    """The records with what can be mended mended, and a note for every value that was."""
    coded = [name for name in CODES if name in kind.content]
    if not coded or records.empty:
        return records, []
    records = records.copy()
    notes = list(_codes(records, coded, city))
    return records, [*notes, *_coordinates(records, city)] if kind is CASES else notes


def _codes(records: pd.DataFrame, coded: list[str], city: City) -> Iterator[Problem]:
    """Division codes that were replaced by others: 610928 became 610981."""
    for old, new in city.retired_codes.items():
        remedy = f"taken as {new}, which replaced it"
        for name in coded:
            texts = records[name]
            wrong = texts.str.startswith(old)
            if wrong.any():
                yield from _notes(records, name, wrong, "retired_code", remedy)
                records[name] = texts.where(~wrong, new + texts.str.slice(len(old)))


def _coordinates(records: pd.DataFrame, city: City) -> Iterator[Problem]:
    """Latitude and longitude the right way round, inside the city, in WGS-84."""
    lat, lon = records["latitude"], records["longitude"]
    told = records["coordinate_system"].where(lat.notna() | lon.notna(), "")
    records["coordinate_system"] = told
    if lat.isna().all() and lon.isna().all():
        return
    half, zero = lat.isna() != lon.isna(), (lat == 0) & (lon == 0)
    swapped = _inside(lon, lat, city) & ~_inside(lat, lon, city) if city.bounds else half & False
    lat, lon = lat.where(~swapped, lon), lon.where(~swapped, lat)
    outside = ~_inside(lat, lon, city) & lat.notna() & lon.notna() & ~zero
    unknown = ~records["coordinate_system"].isin(["", *SYSTEMS]) & lat.notna()
    pair = records["latitude"].astype(str) + " " + records["longitude"].astype(str)
    shown = records.assign(coordinates=pair)
    for wrong, rule, remedy in (
        (swapped, "swapped_coordinates", "taken the other way round, as they lie in the city then"),
        (half, "half_a_coordinate", "left out: give both latitude and longitude"),
        (zero, "empty_coordinates", "read as none: 0, 0 lies in the sea"),
        (outside, "outside_the_city", "left out: correct the coordinates"),
        (unknown, "unknown_coordinate_system", f"left out: name one of {', '.join(SYSTEMS)}"),
    ):
        yield from _notes(shown, "coordinates", wrong, rule, remedy)
    none = half | zero | outside | unknown
    records["latitude"], records["longitude"] = lat.mask(none), lon.mask(none)
    _convert(records)


def _inside(lat: "pd.Series[float]", lon: "pd.Series[float]", city: City) -> "pd.Series[bool]":
    west, south, east, north = city.bounds or (-180.0, -90.0, 180.0, 90.0)
    return lat.between(south, north) & lon.between(west, east)


def _convert(records: pd.DataFrame) -> None:
    for system in set(records["coordinate_system"]) & {"GCJ-02", "BD-09"}:
        here = (records["coordinate_system"] == system).to_numpy()
        lat, lon = (records.loc[here, n].to_numpy(np.float64) for n in ("latitude", "longitude"))
        records.loc[here, "latitude"], records.loc[here, "longitude"] = to_wgs84(system, lat, lon)


def _notes(
    records: pd.DataFrame, column: str, wrong: "pd.Series[bool]", rule: str, remedy: str
) -> Iterator[Problem]:
    for line, value in records.loc[wrong, ["line", column]].itertuples(index=False):
        yield Problem(int(line), column, str(value), rule, remedy, fatal=False)
