"""The API: figures as the release has them, and a problem for whatever is not a question."""

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from components.locales import LANGUAGES
from data_access.lookup.limits import Limit
from data_access.published import Release
from data_access.settings import FILES
from pipeline import retention
from tests.small_release import CITY
from web.api import cells, door, openapi, operations, parameters, problems, routes

V1 = "/api/v1"
FIRST, SECOND = "2026-07-01-001", "2026-07-01-002"
CUTS = {"city": {}, "unit": {}, "category": {"grain": "month"}}


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=routes.routes()), base_url="http://localhost")


@pytest.fixture
def small(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The two releases of the small city. Read only: they are shared."""
    monkeypatch.setenv("SUNLINE_DATA", str(small_home))
    return small_home / "releases" / CITY


def get(client: TestClient, path: str, **query: Any) -> dict[str, Any]:
    answer = client.get(f"{V1}{path}", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def problem(answer: Response, name: str) -> dict[str, Any]:
    """The answer as a problem of that name, told in both languages."""
    told: dict[str, Any] = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert (told["type"], told["status"]) == (problems.kind(name), answer.status_code)
    assert told["titles"].keys() == told["details"].keys() == LANGUAGES.keys()
    assert told["title"] == told["titles"]["zh"]
    return told


def published(release: Release, table: str) -> Iterator[dict[str, str]]:
    """The rows of a file of open data."""
    path = release.folder / FILES / "cells" / f"{table}.csv"
    yield from csv.DictReader(io.StringIO(path.read_text("utf-8"), newline=""))


@pytest.mark.parametrize(
    ("metric", "cut", "query"),
    [
        ("received", "city", {}),
        ("on_time_rate", "unit", {"grain": "quarter"}),
        ("time_closed", "area", {"area": "610902"}),
        ("received", "category", {"grain": "quarter"}),
        ("received", "area-town", {"grain": "year", "period": "2025"}),
        ("received", "category", {"grain": "year", "category": "城市管理"}),
    ],
)
def test_cells_are_those_of_the_open_data(
    client: TestClient, demo: Release, metric: str, cut: str, query: dict[str, str]
) -> None:
    asked = {"metric": metric, "slice": cut, "limit": "1000", **query}
    told = client.get(f"{V1}/cells", params=asked | {"format": "csv"}).text
    rows = list(csv.DictReader(io.StringIO(told, newline="")))
    expected = [
        row for row in published(demo, f"cells-{cut}")
        if row["metric"] == metric and all(row[name] == value for name, value in query.items())
    ]  # fmt: skip
    keys = ("grain", "period", *cut.split("-"))
    if cut == "city":
        keys = keys[:2]
    expected.sort(key=lambda row: tuple(row[name] for name in keys))
    assert len(rows) == len(expected) > 0
    for row, other in zip(rows, expected, strict=True):
        assert {name: plain(row[name]) for name in other} == {k: plain(v) for k, v in other.items()}
        assert (row["release"], row["as_of"]) == (demo.id, str(demo.as_of))
    listed = get(client, "/cells", **asked)
    assert [one["withheld"] for one in listed["items"]] == [r["withheld"] or None for r in rows]


def plain(text: str) -> str | float:
    return float(text) if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?(e-[0-9]+)?", text) else text


def test_every_answer_says_what_it_rests_on(client: TestClient, demo: Release) -> None:
    for path, query in (
        ("/metrics", {}), ("/metrics/on_time_rate", {}), ("/units", {}), ("/reasons", {}),
        ("/releases", {}), ("/cells", {"metric": "on_time_rate"}),
    ):  # fmt: skip
        told = get(client, path, **query)
        assert (told["release"], told["as_of"]) == (demo.id, str(demo.as_of))
        assert (told["label"], told["licence"]) == ("模拟数据 simulated data", "CC-BY-4.0")


def test_a_rate_has_all_it_rests_on_and_what_is_withheld_has_nothing(
    client: TestClient, demo: Release
) -> None:
    found = get(client, "/cells", metric="on_time_rate", slice="unit", limit=1000)["items"]
    shown = [one for one in found if not one["withheld"]]
    hidden = [one for one in found if one["withheld"]]
    assert shown
    assert hidden
    for one in shown:
        assert one["low"] <= one["value"] <= one["high"]
        assert one["value"] == round(one["numerator"] / one["denominator"], 6)
    for one in hidden:
        assert one["withheld"] in ("few", "protected", "too early")
        assert {one[name] for name in ("numerator", "denominator", "value", "low", "high")} == {
            None
        }


def test_a_metric_is_told_with_every_question_about_it(client: TestClient, demo: Release) -> None:
    told = get(client, "/metrics/on_time_rate")["item"]
    assert (told["name_zh"], told["name_en"]) == ("按期办结率", "On-time rate")
    assert told["formula"] == "closed_at <= due_at / due_at <= as_of"
    assert told["slices"] == " ".join(question["slice"] for question in told["questions"])
    for question in told["questions"]:
        for grain in question["grains"]:
            assert_answered(client, "on_time_rate", question["slice"], grain=grain)
    assert told == get(client, "/metrics/on_time_rate", release=demo.id)["item"]


def assert_answered(client: TestClient, metric: str, cut: str, **query: str) -> None:
    """A question of the lattice has cells, or its table was too thin to be told at all."""
    asked = {"metric": metric, "slice": cut, "limit": "1", **query}
    answer = client.get(f"{V1}/cells", params=asked)
    if answer.status_code != 200:
        assert problem(answer, "no_such_cells")["periods"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"slice": "area-town"}, {"slice": "unit", "grain": "month"}, {"slice": "unit", "area": "1"},
        {"unit": "610902"}, {"metric": "score"},
    ],
)  # fmt: skip
def test_what_the_lattice_does_not_have_is_refused_with_what_it_has(
    client: TestClient, demo: Release, query: dict[str, str]
) -> None:
    answer = client.get(f"{V1}/cells", params={"metric": "on_time_rate"} | query)
    told = problem(answer, "no_such_question")
    assert answer.status_code == 404
    for question in told["questions"]:
        assert_answered(client, question["metric"], question["slice"])


def test_cells_that_are_not_there_are_no_empty_list(client: TestClient, demo: Release) -> None:
    for query in ({"period": "1999"}, {"unit": "nobody"}, {"unit": "' OR 1=1 --"}):
        asked = {"metric": "received", "slice": "unit"} | query
        told = problem(client.get(f"{V1}/cells", params=asked), "no_such_cells")
        assert {"grain": "year", "period": "2025"} in told["periods"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("metric=received&metrik=1", "unknown_parameter"),
        ("metric=received&metric=received", "repeated_parameter"),
        ("", "missing_parameter"),
        ("metric=nonsense", "bad_value"),
        ("metric=received&limit=0", "bad_value"),
        ("metric=received&limit=1001", "bad_value"),
        ("metric=received&limit=1e2", "bad_value"),
        ("metric=received&offset=-1", "bad_value"),
        ("metric=received&offset=%D9%A3", "bad_value"),
        ("metric=received&period=2026-Q5", "bad_value"),
        ("metric=received&period=2026-Q1%0A", "bad_value"),
        ("metric=received&period=", "bad_value"),
        ("metric=received&release=../../etc", "bad_value"),
        ("metric=received&city=../etc", "bad_value"),
        ("metric=received&city=paris", "no_such_city"),
        ("metric=received&release=1999-01-01-001", "no_such_release"),
    ],
)
def test_a_question_that_is_not_one_is_a_problem(
    client: TestClient, demo: Release, query: str, name: str
) -> None:
    problem(client.get(f"{V1}/cells?{query}"), name)


@pytest.mark.parametrize("path", ["/api/v2/cells", "/api/v1", "/api/v1/cells/x"])
def test_an_address_that_is_none_is_a_problem(client: TestClient, demo: Release, path: str) -> None:
    problem(client.get(path), "no_such_address")


def test_pages_follow_one_another_and_are_all_of_one_release(
    client: TestClient, demo: Release
) -> None:
    query = {"metric": "received", "slice": "unit", "grain": "year"}
    whole = get(client, "/cells", limit=1000, **query)
    seen, path = [], f"{V1}/cells?metric=received&slice=unit&grain=year&limit=7"
    while path:
        answer = client.get(path)
        seen += answer.json()["items"]
        found = re.search(r'<([^>]+)>; rel="next"', answer.headers["link"])
        path = found[1] if found else ""
        assert not path or f"release={demo.id}" in path
    assert seen == whole["items"]
    assert len(seen) == whole["total"]
    last = client.get(f"{V1}/cells", params=query | {"offset": whole["total"]})
    assert last.json()["items"] == []
    assert 'rel="prev"' in last.headers["link"]


def test_what_one_has_is_not_sent_again(client: TestClient, small: Path) -> None:
    first = client.get(f"{V1}/cells?metric=received&release=latest")
    etag = first.headers["etag"]
    for tag in (etag, f'"x", {etag}', etag.removeprefix("W/"), "*"):
        again = client.get(first.url, headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
    others = [
        client.get(f"{V1}/cells?metric=received&limit=1"),
        client.get(f"{V1}/cells?metric=received", headers={"accept": "text/csv"}),
        client.get(f"{V1}/cells?metric=received&release={FIRST}"),
        client.get(f"{V1}/metrics"),
    ]
    assert len({answer.headers["etag"] for answer in (*others, first)}) == 5
    assert client.get(others[0].url, headers={"if-none-match": etag}).status_code == 200


def test_a_named_release_is_answered_by_itself(client: TestClient, small: Path) -> None:
    first, second = (
        get(client, "/cells", metric="received", release=name) for name in (FIRST, SECOND)
    )
    assert (first["release"], second["release"]) == (FIRST, SECOND)
    assert first["items"] != second["items"]
    listed = get(client, "/releases")["items"]
    assert [one["release"] for one in listed] == [SECOND, FIRST]
    assert (listed[0]["corrects"], listed[0]["reason"]) == (FIRST, "周末算错了")
    assert (listed[1]["withdrawn_by"], listed[1]["in_force"]) == (SECOND, False)


def test_a_lattice_of_another_day_decides_for_its_own_release(
    client: TestClient, small: Path
) -> None:
    told = problem(client.get(f"{V1}/cells?metric=received&slice=area"), "no_such_question")
    assert {one["slice"] for one in told["questions"]} == {"city", "unit", "category"}


@pytest.mark.parametrize(
    ("accept", "given", "form"),
    [
        ("", "", "json"), ("text/csv", "", "csv"), ("text/csv;q=0.5, application/json", "", "json"),
        ("application/json;q=0.1, text/csv", "", "csv"), ("text/html", "", "json"),
        ("text/csv", "json", "json"), ("application/json", "csv", "csv"),
        ("text/csv;q=x", "", "csv"),
    ],
)  # fmt: skip
def test_the_form_is_the_one_that_was_asked_for(
    client: TestClient, small: Path, accept: str, given: str, form: str
) -> None:
    query = {"format": given} if given else {}
    answer = client.get(f"{V1}/units", params=query, headers={"accept": accept})
    assert answer.headers["content-type"].startswith(
        {"json": "application/json", "csv": "text/csv"}[form]
    )
    assert answer.headers["vary"] == "Accept"


def test_methods_and_other_sites(client: TestClient, small: Path) -> None:
    path = f"{V1}/units"
    allowed = client.options(path)
    assert (allowed.status_code, allowed.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert allowed.headers["access-control-allow-origin"] == "*"
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == client.get(path).headers["etag"]
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        refused = client.request(method, path)
        problem(refused, "not_allowed")
        assert refused.headers["allow"] == "GET, HEAD, OPTIONS"


def test_too_many_questions_are_told_when_to_come_back(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "ADDRESS", Limit(5, 60))
    monkeypatch.setattr("web.api.door.time.time", lambda: 61.0)
    app = Starlette(routes=routes.routes())
    one, other = (TestClient(app, client=(f"192.0.2.{n}", 1)) for n in (1, 2))
    assert [one.get(f"{V1}/units").status_code for _ in range(7)] == [200] * 5 + [429] * 2
    refused = one.get(f"{V1}/metrics")
    problem(refused, "too_many")
    assert refused.headers["retry-after"] == "59"
    assert other.get(f"{V1}/units").status_code == 200
    monkeypatch.setattr("web.api.door.time.time", lambda: 120.0)
    assert one.get(f"{V1}/units").status_code == 200


def test_an_ipv6_household_is_one_address_and_counting_takes_no_end_of_memory() -> None:
    counter = door.Counter()
    for n in range(3):
        counter.enter(f"2001:db8::{n}", 0, Limit(2, 60))
    assert list(counter.counts.values()) == [3]
    counter.counts = dict.fromkeys(map(str, range(door.MOST_ADDRESSES)), 1)
    assert counter.enter("192.0.2.1", 0, Limit(2, 60)) == 0
    assert len(counter.counts) == door.MOST_ADDRESSES


def test_without_a_release_it_says_so(client: TestClient) -> None:
    problem(client.get(f"{V1}/units"), "nothing_published")


def test_figures_that_retention_removed_are_gone(
    client: TestClient, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(small, tmp_path / "copied" / "releases" / CITY)
    monkeypatch.setenv("SUNLINE_DATA", str(tmp_path / "copied"))
    removal = retention._removal(CITY, FIRST)
    folder = tmp_path / "copied" / "releases" / CITY / FIRST
    retention._remove(folder, removal, "test", datetime.now(UTC))
    for question in ("cells?metric=received&", "units?"):
        problem(client.get(f"{V1}/{question}release={FIRST}"), "removed")
    told = get(client, "/metrics", release=FIRST)
    assert (told["release"], told["label"]) == (FIRST, "模拟数据 simulated data")
    assert [one["removed"] for one in get(client, "/releases")["items"]] == [False, True]


def test_the_document_is_told_in_both_languages_and_names_every_word(
    client: TestClient, small: Path
) -> None:
    zh, en = (get(client, "/openapi.json", lang=language) for language in LANGUAGES)
    assert zh["openapi"] == "3.1.0"
    assert zh["paths"].keys() == en["paths"].keys()
    assert zh["info"]["title"] != en["info"]["title"]
    han = re.compile("[\u4e00-\u9fff]")
    assert not han.search(json.dumps(en, ensure_ascii=False))
    for one in operations.OPERATIONS:
        told = en["paths"][one.path]["get"]
        assert [parameter["name"] for parameter in told["parameters"]] == [
            parameter.name for parameter in one.parameters
        ]
        assert set(told["responses"]) >= {"200", "400", "404", "429"}
    assert openapi.document("zh") == zh


def test_every_slice_of_the_lattice_can_be_asked_for() -> None:
    assert set(parameters.slices()) >= {"city", "unit", "area", "area-town", "reason_code"}
    assert set(operations.CUT) >= set(cells.columns(("area", "town"))[6:9])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_explains_every_problem_at_the_place_of_its_type(
    client: TestClient, language: str
) -> None:
    page = client.get("/api/", params={"lang": language}).text
    assert f'<html lang="{LANGUAGES[language]}">' in page
    for name in problems.STATUS:
        assert f'id="{problems.kind(name).rpartition("#")[2]}"' in page
    for one in operations.OPERATIONS:
        assert f"{V1}{one.path}" in page


def test_no_text_is_a_formula(
    client: TestClient, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "data_access.shelf.rows",
        lambda *_: [{"unit": "=1+1", "name_zh": "@x\r\ny", "name_en": "a,b"}],
    )
    answer = client.get(f"{V1}/units?format=csv").text
    row = next(csv.DictReader(io.StringIO(answer, newline="")))
    assert (row["unit"], row["name_zh"], row["name_en"]) == ("'=1+1", "'@x\ny", "a,b")
