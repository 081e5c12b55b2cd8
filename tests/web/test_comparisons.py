"""Comparisons over HTTP: what the data support, refusals as answers, and problems for the rest."""

from itertools import combinations
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import cities
from components.locales import text
from data_access.published import Release
from metrics import registry, sides
from metrics.pairs import REASONS, judge
from metrics.sides import Cut
from tests.web.test_api import problem
from web.api import routes

PATH = "/api/v1/comparisons"
CITY = {"metric": "on_time_rate", "a_period": "2026-Q3", "b_period": "2026-Q2"}
UNITS = {"metric": "on_time_rate", "by": "unit", "a_period": "2025"}


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=routes.routes()), base_url="http://localhost")


def ask(client: TestClient, **query: str) -> dict[str, Any]:
    answer = client.get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_comparison_tells_both_figures_as_the_cells_have_them(
    client: TestClient, demo: Release
) -> None:
    found = ask(client, **CITY)
    assert (found["release"], found["label"]) == (demo.id, "模拟数据 simulated data")
    item = found["item"]
    for name in ("a", "b"):
        cell = client.get(
            "/api/v1/cells", params={"metric": "on_time_rate", "period": item[name]["period"]}
        ).json()["items"][0]
        for value in ("numerator", "denominator", "value", "low", "high"):
            assert item[name][value] == cell[value]
    assert item["measure"] == "difference"
    assert item["difference"] == pytest.approx(item["a"]["value"] - item["b"]["value"], abs=2e-6)
    assert item["low"] <= item["difference"] <= item["high"]
    assert item["supported"] == (not item["low"] <= 0 <= item["high"])
    assert (item["refusal"] is None) == item["supported"]


def pairs(release: Release) -> dict[str, tuple[str, str]]:
    """A pair of units for each answer that the demo city has."""
    city, metric = cities.profile(release.city), registry.get("on_time_rate")
    there = [
        sides.side(city, metric.id, release, Cut("unit", unit.code, "2025")) for unit in city.units
    ]  # fmt: skip
    return {judge(metric, a, b).reason: (a.code, b.code) for a, b in combinations(there, 2)}


def test_refusals_are_answers_and_say_why_in_both_languages(
    client: TestClient, demo: Release
) -> None:
    found = pairs(demo)
    assert {"", "peers", "withheld", "apart"} <= set(found)
    for reason, (a, b) in found.items():
        item = ask(client, **UNITS, a=a, b=b)["item"]
        assert item["supported"] == (reason == "")
        assert item["refusal"] == (reason or None)
        for said in (item["said_zh"], item["said_en"]):
            assert said
        assert item["a"]["name_zh"] in item["said_zh"] or reason in ("withheld", "unpublished")
    few = found["withheld"]
    told = ask(client, **UNITS, a=few[0], b=few[1])["item"]
    assert (
        text("zh", "note.few") in told["said_zh"] or text("zh", "note.protected") in told["said_zh"]
    )
    assert told["difference"] is told["low"] is told["high"] is None


def test_the_source_names_release_day_licence_and_place(client: TestClient, demo: Release) -> None:
    item = ask(client, **CITY)["item"]
    for source in (item["source_zh"], item["source_en"]):
        for part in (
            demo.id,
            str(demo.as_of),
            "CC-BY-4.0",
            "模拟数据",
            "http://localhost/open_data?",
        ):
            assert part in source
        assert "compare=on_time_rate&by=city&from=2026-Q3&with=2026-Q2#compare" in source


def test_raw_counts_of_counties_are_refused_and_rates_are_not(
    client: TestClient, demo: Release
) -> None:
    asked = {"by": "area", "a": "610902", "b": "610921", "a_period": "2025"}
    raw = ask(client, metric="received", **asked)["item"]
    assert (raw["refusal"], raw["instead"]) == ("counts", "received_per_10k")
    assert "每万人受理量" in raw["said_zh"]
    item = ask(client, metric="received_per_10k", **asked)["item"]
    assert item["measure"] == "ratio"
    assert item["a"]["denominator"] > 10_000
    assert item["difference"] == pytest.approx(item["a"]["value"] / item["b"]["value"], abs=2e-6)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"metric": "time_closed", "a_period": "2026-Q3", "b_period": "2026-Q2"}, "metric"),
        ({"metric": "score", "a_period": "2026-Q3", "b_period": "2026-Q2"}, "metric"),
        ({**CITY, "b_period": "2026-10"}, "grains"),
        ({**CITY, "b_period": "2026-Q4"}, "running"),
        ({**CITY, "a_period": "all", "b_period": "2026-Q4"}, "grains"),
        ({**CITY, "b_period": "1999-Q1"}, "unpublished"),
        ({**UNITS, "a": "610902", "b": "610921", "b_period": "2024"}, "two_ways"),
        ({"metric": "not_handled", "by": "area", "a": "610902", "b": "610921",
          "a_period": "2025"}, "direction"),
    ],
)  # fmt: skip
def test_other_refusals(
    client: TestClient, demo: Release, query: dict[str, str], reason: str
) -> None:
    assert ask(client, **query)["item"]["refusal"] == reason
    assert reason in REASONS


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({**CITY, "b_period": "2026-Q3"}, "no_such_comparison"),
        ({"metric": "on_time_rate", "a_period": "2026-Q3"}, "no_such_comparison"),
        ({**CITY, "a": "610902"}, "no_such_comparison"),
        ({**CITY, "b": "610902"}, "no_such_comparison"),
        (UNITS, "no_such_comparison"),
        ({**UNITS, "a": "610902"}, "no_such_comparison"),
        ({**UNITS, "a": "nowhere", "b": "610902"}, "no_such_cells"),
        ({**UNITS, "metric": "reopened", "a": "610902", "b": "610921"}, "no_such_question"),
        ({**UNITS, "a": "610902", "b": "610921", "a_period": "2026-10"}, "no_such_question"),
        ({**CITY, "b_period": "2026-13"}, "bad_value"),
        ({**CITY, "by": "town"}, "bad_value"),
        ({**CITY, "colour": "red"}, "unknown_parameter"),
        ({"metric": "on_time_rate"}, "missing_parameter"),
        ({**CITY, "b_release": "2020-01-01-001"}, "no_such_release"),
        ({**CITY, "city": "atlantis"}, "no_such_city"),
    ],
)
def test_what_is_no_question_is_a_problem(
    client: TestClient, demo: Release, query: dict[str, str], name: str
) -> None:
    problem(client.get(PATH, params=query), name)


def test_two_releases_are_not_mixed(
    client: TestClient, small_home: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUNLINE_DATA", str(small_home))
    first, second = "2026-07-01-001", "2026-07-01-002"
    asked = {"metric": "on_time_rate", "a_period": "2026-Q2"}
    item = ask(client, **asked, release=second, b_release=first)["item"]
    assert item["refusal"] == "releases"
    assert [item[name]["release"] for name in ("a", "b")] == [second, first]
    for release in (first, second):
        assert release in item["said_zh"]
        assert release in item["said_en"]


def test_the_same_answer_is_not_sent_twice(client: TestClient, demo: Release) -> None:
    answer = client.get(PATH, params=CITY)
    tag = {"If-None-Match": answer.headers["etag"]}
    assert client.get(PATH, params=CITY, headers=tag).status_code == 304
    other = client.get(PATH, params={**CITY, "b_period": "2025-Q3"}, headers=tag)
    assert other.status_code == 200
