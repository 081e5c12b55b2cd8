"""Open311 as clients read it: our own source, and `georeport` from outside this project."""

import csv
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
import uvicorn
from georeport import GeoReport  # type: ignore[import-untyped] # brings no type information
from starlette.applications import Starlette
from starlette.testclient import TestClient

import cities
from data_access.published import Release
from data_access.settings import FILES
from metrics.periods import first_day
from pipeline.sources import open311 as source
from tests.browser.conftest import free_port
from web.open311 import routes

V2 = "/open311/v2"
ZONE = cities.profile("ankang").zone


@contextmanager
def serving(app: Starlette) -> Iterator[str]:
    """An application on a port of its own, in a thread of this process."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://localhost:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def site(demo: Release) -> Iterator[str]:
    with serving(Starlette(routes=routes.routes())) as url:
        yield url


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=routes.routes()), base_url="http://localhost")


def rows(release: Release) -> list[dict[str, str]]:
    """The case-level table, as it is published."""
    path = release.folder / FILES / "open-cases" / "open-cases.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("form", ["json", "xml"])
def test_our_own_client_reads_every_row(site: str, demo: Release, form: str, data: Path) -> None:
    address = f"{site}{V2}/requests.{form}?page_size=1000"
    found = list(source.read(address, cities.profile("ankang")))
    published = {row["row"]: row for row in rows(demo)}
    seen = [case for chunk in found for case in chunk.records.to_dict("records")]
    assert len(seen) == len({case["number"] for case in seen}) == len(published) > 100
    for case in seen:
        row = published[case["number"]]
        assert case["category"] == row["category"]
        assert case["received_at"].astimezone(ZONE).date() == first_day(row["when"])
    assert not [problem for chunk in found for problem in chunk.problems if problem.fatal]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_client_from_outside_reads_it(site: str, demo: Release, form: str) -> None:
    client = GeoReport(f"{site}{V2}", jurisdiction="ankang", output_format=form)
    services = client.get_service_list()
    codes = [one["service_code"] for one in services]
    assert set(codes) == {row["category"] for row in rows(demo)}
    assert client.get_service_definition(codes[0])["service_code"] == codes[0]
    found = client.get_service_requests(
        service_code=codes[0], start_date="2024-01-01T00:00:00+08:00", status="closed"
    )
    assert found
    for one in found:
        assert (one["service_code"], one["status"]) == (codes[0], "closed")
        assert one["requested_datetime"] >= "2024"
    again = client.get_service_request(found[0]["service_request_id"])
    assert again == found[0]
    with pytest.raises(Exception, match="404"):
        client.get_service_request("r0")


def test_nothing_is_told_finer_than_the_row(client: TestClient, demo: Release) -> None:
    published = {row["row"]: row for row in rows(demo)}
    answer = client.get(f"{V2}/requests.json?page_size=1000")
    for one in answer.json():
        row = published[one["service_request_id"]]
        moment = datetime.fromisoformat(one["requested_datetime"])
        assert (moment.date(), moment.hour) == (first_day(row["when"]), 0)
        assert one["address_id"] == row["where"]
        empty = ("lat", "long", "updated_datetime", "expected_datetime", "zipcode", "media_url")
        assert {one[name] for name in empty} == {None}
        for name in ("outcome", "days", "satisfaction", "reason_code"):
            assert one["extended_attributes"][name] == row[name]
        assert one["description"].startswith("模拟数据")
        if row["days"] == row["outcome"] == "*":
            assert one["status"] is None
        assert row["unit"] != "*" or one["agency_responsible"] is None


def test_open_closed_and_untold_are_all_there_are(client: TestClient, demo: Release) -> None:
    told = {}
    for status in ("open", "closed", "open,closed"):
        query = {"status": status, "page_size": 1000}
        pages = [client.get(f"{V2}/requests.json", params=query | {"page": n}) for n in (1, 2, 3)]
        told[status] = [one for page in pages for one in page.json()]
    assert {one["status"] for one in told["closed"]} == {"closed"}
    assert {one["status"] for one in told["open"]} <= {"open"}
    assert len(told["open,closed"]) == len(rows(demo))
    untold = [one for one in told["open,closed"] if one["status"] is None]
    assert len(untold) + len(told["open"]) + len(told["closed"]) == len(told["open,closed"])
    days = [one["requested_datetime"] for one in told["open,closed"]]
    assert days == sorted(days, reverse=True)


def test_rows_are_asked_for_by_period_and_id(client: TestClient, demo: Release) -> None:
    years = {"start_date": "2025-01-01T00:00:00Z", "end_date": "2025-04-01T00:00:00+08:00"}
    found = client.get(f"{V2}/requests.json", params=years | {"page_size": 1000}).json()
    assert {one["requested_datetime"][:7] for one in found} <= {"2025-02", "2025-03", "2025-04"}
    some = [row["row"] for row in rows(demo)[:3]]
    query = {"service_request_id": ",".join(some), "status": "open"}
    told = client.get(f"{V2}/requests.json", params=query).json()
    assert {one["service_request_id"] for one in told} == set(some)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("requests.json?page=0", 400), ("requests.json?page_size=1001", 400),
        ("requests.json?status=lost", 400), ("requests.json?start_date=yesterday", 400),
        ("requests.json?start_date=2025-13-01", 400), ("requests.json?lat=32", 400),
        ("requests.json?jurisdiction_id=paris", 404), ("services/nothing.json", 404),
        ("requests/r0.json", 404), ("requests.csv", 400), ("tokens/1.json", 404),
    ],
)  # fmt: skip
def test_errors_are_told_as_georeport_tells_them(
    client: TestClient, demo: Release, path: str, status: int
) -> None:
    answer = client.get(f"{V2}/{path}")
    assert answer.status_code == status
    (told,) = answer.json()
    assert told.keys() == {"code", "description"}
    assert told["code"] == status
    if ".json" in path:
        root = ElementTree.fromstring(client.get(f"{V2}/{path.replace('.json', '.xml')}").content)  # noqa: S314
        assert (root.tag, [child.tag for child in root[0]]) == ("errors", ["code", "description"])


def test_requests_cannot_be_filed_here(client: TestClient, demo: Release) -> None:
    answer = client.post(f"{V2}/requests.json", data={"service_code": "1"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.json()[0]["code"] == 405


def test_discovery_says_where_it_is_and_what_is_coarse(client: TestClient, demo: Release) -> None:
    told = client.get("/open311/discovery.json").json()
    (endpoint,) = told["endpoints"]
    assert endpoint["url"] == "http://localhost/open311/v2"
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["type"] == "test"  # the data are made up
    assert "第一刻" in told["key_service"]
    root = ElementTree.fromstring(client.get("/open311/discovery.xml").content)  # noqa: S314
    assert root.findtext("endpoints/endpoint/url") == endpoint["url"]
    again = client.get("/open311/discovery.xml", headers={"if-none-match": "*"})
    assert again.status_code == 304


def test_english_names_are_given_on_request(client: TestClient, demo: Release) -> None:
    told = client.get(f"{V2}/services.json", params={"lang": "en"}).json()
    names = {one["service_code"]: one["service_name"] for one in told}
    assert names["城市管理"] == "City Management"


def test_a_release_without_such_a_table_has_no_requests(
    client: TestClient, small_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUNLINE_DATA", str(small_home))
    for name in ("services", "requests"):
        assert client.get(f"{V2}/{name}.json").json() == []
