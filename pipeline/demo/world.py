"""What stays the same over all years: the places, subjects and habits of the made-up city."""

import csv
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import cities
from cities import ROOT, City, reasons
from pipeline.demo.quota import Mask, Numbers, Reals

Texts = NDArray[np.object_]
HANBIN, GAOXIN, HENGKOU = "610902", "gaoxin", "hengkou"  # the zones lie in Hanbin
HENGKOU_TOWNS = ("恒口镇", "大同镇")


@dataclass(frozen=True)
class Places:
    """Every village with its town, county, likelihood of being called from, and a point."""

    village: Texts
    town: Texts
    county: Texts
    names: dict[str, str]  # of counties, towns and villages, by code
    weight: Reals
    latitude: Reals
    longitude: Reals


@dataclass(frozen=True)
class Habits:
    """How each unit works; one number a unit, in the order of the city's profile."""

    lateness: Reals  # weight for breaking a deadline
    extending: Reals  # share of cases extended
    closing_at_once: Reals  # share closed within a minute of being signed
    closing_last_hour: Reals
    speed: Reals  # share of the time allowed that a case takes, in the middle
    displeasing: Reals  # weight for dissatisfied callers
    recategorising: Reals  # share put into another category


@dataclass(frozen=True)
class World:
    city: City
    units: Texts  # codes
    categories: pd.DataFrame
    lines: pd.DataFrame
    reasons: pd.DataFrame
    texts: dict[str, Any]
    places: Places
    habits: Habits

    def unit_numbers(self, codes: Texts) -> Numbers:
        """The places of unit codes in the city's profile."""
        order = np.argsort(self.units)
        return order[np.searchsorted(self.units[order], codes)]

    def reasons_of(self, kind: str) -> pd.DataFrame:
        return self.reasons[self.reasons["kind"] == kind].reset_index(drop=True)


@cache
def world(city: str, seed: int) -> World:
    """The made-up city; FileNotFoundError where a profile lacks what it is made from."""
    profile, folder = cities.profile(city), ROOT / city
    rng = np.random.default_rng([seed, 0])
    categories, lines = (
        pd.read_csv(folder / f"{name}.csv", dtype={"code": object}, keep_default_na=False)
        for name in ("categories", "lines")
    )
    return World(
        profile,
        np.array([unit.code for unit in profile.units], dtype=object),
        categories,
        lines,
        _reasons(profile),
        tomllib.loads((folder / "demo_texts.toml").read_text("utf-8")),
        _places(rng, city),
        _habits(rng, len(profile.units), np.random.default_rng([seed, 6])),
    )


def _reasons(city: City) -> pd.DataFrame:
    """The catalogue as it is written on cases, in Chinese, with the weight of each reason."""
    return pd.DataFrame(
        {
            "code": reason.code, "kind": reason.kind, "name": reason.names["zh"],
            "legal_basis": reasons.cited(reason, "zh"),
            "right_channel": reason.right_channel["zh"], "weight": reason.weight,
        }
        for reason in city.reasons
    )  # fmt: skip


def _habits(rng: np.random.Generator, units: int, apart: np.random.Generator) -> Habits:
    """What came later is drawn `apart`, so that nothing before it changes."""
    return Habits(
        lateness=rng.lognormal(0, 1.1, units),
        extending=np.minimum(0.35, rng.beta(1.2, 14, units)),
        closing_at_once=np.where(rng.random(units) < 0.1, 0.12, 0.004),
        closing_last_hour=np.where(rng.random(units) < 0.15, 0.15, 0.01),
        speed=rng.uniform(0.15, 0.42, units),
        displeasing=rng.lognormal(0, 0.4, units),
        recategorising=np.where(apart.random(units) < 0.12, 0.09, 0.004),
    )


def _places(rng: np.random.Generator, city: str) -> Places:
    rows = pd.read_csv(ROOT / city / "divisions.csv", dtype=object)
    names = dict(zip(rows["code"].str.slice(0, 6), rows["name"], strict=True))
    names = dict(zip(rows["code"], rows["name"], strict=True)) | {
        code[:6]: name for code, name in zip(rows["code"], rows["name"], strict=True)
        if code.endswith("000000")
    }  # fmt: skip
    villages = rows[rows["level"] == "village"]
    town = villages["parent_code"].to_numpy(object)
    county = villages["code"].str.slice(0, 6).to_numpy(object)
    centre = _town_centres(rng, city, sorted(set(town)))
    middle = np.array([centre[code] for code in town])
    points = middle + rng.normal(0, 0.012, middle.shape)
    inside = np.zeros(len(points), dtype=bool)
    for code, rings in _borders(city).items():
        here = county == code
        inside[here] = _within(rings, points[here])
    points = np.where(inside[:, None], points, middle)
    weight = _weights(city, names, town, county)
    return Places(
        villages["code"].to_numpy(object), town, county, names, weight, points[:, 1], points[:, 0]
    )


def _weights(city: str, names: dict[str, str], town: Texts, county: Texts) -> Reals:
    """Residents of the county, its seat counting four times; villages of a town alike."""
    with (ROOT / city / "population.csv").open(encoding="utf-8", newline="") as lines:
        people = {row["code"]: float(row["population_2020"]) for row in csv.DictReader(lines)}
    urban = np.array(
        [4.0 if names[c].endswith("街道") or names[c] == "城关镇" else 1.0 for c in town]
    )
    table = pd.DataFrame({"town": town, "county": county, "weight": urban})
    table["weight"] /= table.groupby("town")["weight"].transform("size")
    share = table["weight"] / table.groupby("county")["weight"].transform("sum")
    return (share * table["county"].map(people)).to_numpy()


def _borders(city: str) -> dict[str, list[Reals]]:
    """The rings of each county, as arrays of (longitude, latitude)."""
    features = json.loads((ROOT / city / "counties.geojson").read_text("utf-8"))["features"]
    return {
        item["properties"]["code"]: [
            np.array(ring) for polygon in item["geometry"]["coordinates"] for ring in polygon
        ]
        for item in features
    }


def _within(rings: list[Reals], points: Reals) -> Mask:
    """Whether points lie inside: a ray to the east crosses the rings an odd number of times."""
    inside = np.zeros(len(points), dtype=bool)
    x, y = points[:, :1], points[:, 1:]
    for ring in rings:
        (x1, y1), (x2, y2) = ring[:-1].T, ring[1:].T
        across = (y1 > y) != (y2 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            meets = x < (x2 - x1) * (y - y1) / (y2 - y1) + x1
        inside ^= (across & meets).sum(axis=1) % 2 == 1
    return inside


def _town_centres(rng: np.random.Generator, city: str, towns: list[str]) -> dict[str, Reals]:
    """An invented point for each town, somewhere in its county."""
    centres: dict[str, Reals] = {}
    for code, rings in _borders(city).items():
        mine = [town for town in towns if town.startswith(code)]
        corners = np.concatenate(rings)
        tries = rng.uniform(corners.min(axis=0), corners.max(axis=0), (200 * len(mine), 2))
        found = tries[_within(rings, tries)]
        centres |= dict(zip(mine, found, strict=False))
    return centres
