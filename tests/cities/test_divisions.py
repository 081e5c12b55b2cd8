"""Towns and borders of the cities that have them."""

import csv
import re

import pytest

import cities
from cities import ROOT, City
from cities.divisions import borders, towns


def test_the_towns_are_those_of_the_register(ankang: City) -> None:
    with (ROOT / ankang.id / "divisions.csv").open(encoding="utf-8", newline="") as lines:
        register = {
            row["code"]: (row["name"], row["parent_code"][:6])
            for row in csv.DictReader(lines)
            if row["level"] == "town"
        }
    drawn = {town.code: (town.names["zh"], town.area) for town in towns(ankang.id)}
    assert drawn == register
    assert len(drawn) == 139


def test_no_two_towns_share_a_tile(ankang: City) -> None:
    tiles = [(town.col, town.row) for town in towns(ankang.id)]
    assert len(tiles) == len(set(tiles))


def test_english_names_are_pinyin_and_tell_the_towns_of_an_area_apart(ankang: City) -> None:
    found = towns(ankang.id)
    assert all(re.fullmatch(r"[A-Z][a-zü']+", town.names["en"]) for town in found)
    assert len({(town.area, town.names["en"]) for town in found}) == len(found)


def test_every_area_with_residents_has_borders_and_a_point_inside(ankang: City) -> None:
    found = borders(ankang.id)
    assert found is not None
    told = [feature["properties"] for feature in found["features"]]
    assert {one["code"] for one in told} == set(ankang.residents)
    assert ankang.bounds is not None
    west, south, east, north = ankang.bounds
    assert all(west < one["label_lon"] < east for one in told)
    assert all(south < one["label_lat"] < north for one in told)


def test_ankang_has_no_map_review_number_until_it_is_given_one(ankang: City) -> None:
    assert ankang.map_review_number == ""


@pytest.mark.parametrize("city", ["nyc", "boston"])
def test_a_city_without_these_files_has_neither(city: str) -> None:
    assert towns(city) == ()
    assert borders(city) is None
    assert cities.profile(city).map_review_number == ""
