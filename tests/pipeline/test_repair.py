"""Repairs that every source shares: codes that were replaced, coordinates of map services."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cities import City
from data_access.cases.frames import frame
from data_access.cases.kinds import ASSIGNMENTS, CALLBACKS, CASES
from pipeline.coordinates import to_wgs84
from pipeline.repair import repair

ANKANG = (32.692897, 109.024251)


def test_a_retired_code_is_replaced_wherever_it_leads(ankang: City) -> None:
    given = {"number": ["1", "2"], "area": ["610928", "610902"], "town": ["610928100000", ""]}
    cases, notes = repair(frame(given), CASES, ankang)
    assert cases["area"].tolist() == ["610981", "610902"]
    assert cases["town"].tolist() == ["610981100000", ""]
    assert [(n.line, n.column, n.value, n.rule, n.fatal) for n in notes] == [
        (1, "area", "610928", "retired_code", False),
        (1, "town", "610928100000", "retired_code", False),
    ]


@pytest.mark.parametrize(
    ("system", "latitude", "longitude"),
    [  # as coordTransform 0.2.1 gives them for ANKANG
        ("GCJ-02", 32.690816740646575, 109.02909790687308),
        ("BD-09", 32.69652872540328, 109.03569392095015),
        ("CGCS2000", *ANKANG),
        ("WGS-84", *ANKANG),
    ],
)
def test_points_of_map_services_become_wgs84(
    ankang: City, system: str, latitude: float, longitude: float
) -> None:
    given = {"number": ["1"], "latitude": [latitude], "longitude": [longitude],
             "coordinate_system": [system]}  # fmt: skip
    cases, notes = repair(frame(given), CASES, ankang)
    assert notes == []
    assert (cases["latitude"][0], cases["longitude"][0]) == pytest.approx(ANKANG, abs=1e-8)
    assert cases["coordinate_system"][0] == system  # as delivered


@given(st.floats(31.7, 33.9), st.floats(108.0, 110.2), st.sampled_from(["GCJ-02", "BD-09"]))
def test_no_point_of_the_city_moves_further_than_a_kilometre(
    latitude: float, longitude: float, system: str
) -> None:
    lat, lon = to_wgs84(system, np.array([latitude]), np.array([longitude]))
    assert 0.0001 < np.hypot(lat - latitude, lon - longitude)[0] < 0.02


def test_a_system_that_nobody_knows_costs_the_point_not_the_case(ankang: City) -> None:
    given = {"number": ["1"], "latitude": [32.7], "longitude": [109.0],
             "coordinate_system": ["Beijing 54"]}  # fmt: skip
    cases, notes = repair(frame(given), CASES, ankang)
    assert [note.rule for note in notes] == ["unknown_coordinate_system"]
    assert cases["latitude"].isna().all()


def test_other_records_are_left_alone(ankang: City) -> None:
    records = frame({"number": ["1"], "channel": ["610928"]}, CALLBACKS)
    assert repair(records, CALLBACKS, ankang) == (records, [])


def test_units_are_recoded_in_every_kind_of_record(ankang: City) -> None:
    """A county is a unit too, and may be told by its old name."""
    given = {"number": ["1", "2", "3"], "unit": ["610928", "旬阳县", "chengguan"]}
    records, notes = repair(frame(given, ASSIGNMENTS), ASSIGNMENTS, ankang)
    assert records["unit"].tolist() == ["610981", "610981", "chengguan"]
    assert [note.value for note in notes] == ["610928", "旬阳县"]
