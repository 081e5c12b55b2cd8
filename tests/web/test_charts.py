"""Charts over HTTP: what a file tells of itself, and how little a visitor can ask of the server."""

import csv
import io
import os
import re
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from components import exports
from components.drawn import Drawn, Sheet
from components.locales import text
from data_access.published import Release
from web import chart_sheet, charts, rendering
from web.rendering import RENDERER, Busy, Failed, Renderer

STAGES = "/charts/stages.{}?period=2026-Q3&lang={}"


@pytest.fixture
def client(application: TestClient) -> TestClient:
    application.cookies.clear()
    return application


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "SHELF", charts.Shelf(charts.KEPT))


@pytest.fixture(scope="module", autouse=True)
def drawing_ends() -> Iterator[None]:
    yield
    RENDERER.close()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_drawing_says_what_it_is_and_where_it_is_from(
    client: TestClient, demo: Release, language: str
) -> None:
    answer = client.get(STAGES.format("svg", language))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/svg+xml"
    told = answer.text
    sheet = exports.sheet("stages", {"period": "2026-Q3", "lang": language})
    shown = re.sub("<[^>]*>", "", told).replace("&amp;", "&")
    for part in (
        demo.id, "2026-11-01", "模拟数据", "CC-BY-4.0", "12345",
        f"http://localhost/times?lang={language}&city=ankang&period=2026-Q3",
    ):  # fmt: skip
        assert part in shown
    assert sheet.drawn.title.replace(" ", "") in shown.replace(" ", "")
    assert "<script" not in told
    assert "http://" not in told.replace("http://www.w3.org", "").replace("http://localhost", "")


def test_a_picture_is_a_png_with_the_same(client: TestClient, demo: Release) -> None:
    answer = client.get(STAGES.format("png", "zh"))
    assert answer.content.startswith(b"\x89PNG")
    assert int.from_bytes(answer.content[16:20]) == 2 * (760 + 2 * chart_sheet.MARGIN)
    assert demo.id in answer.headers["content-disposition"]


def test_a_table_has_the_chart_s_rows_and_their_source(client: TestClient, demo: Release) -> None:
    answer = client.get(STAGES.format("csv", "zh"))
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    told = exports.sheet("stages", {"period": "2026-Q3"}).drawn.rows
    assert [row["numerator"] for row in rows] == [str(row["numerator"]) for row in told]
    assert {row["release"] for row in rows} == {demo.id}
    assert all("模拟数据" in row["label"] for row in rows)
    assert answer.headers["content-disposition"].startswith("attachment")


def test_the_same_chart_is_not_sent_twice(client: TestClient, demo: Release) -> None:
    first = client.get(STAGES.format("csv", "zh"))
    tag = {"If-None-Match": first.headers["etag"]}
    assert client.get(STAGES.format("csv", "zh"), headers=tag).status_code == 304
    for other in (
        STAGES.format("csv", "en"),
        "/charts/stages.csv?period=2025",
        "/charts/stages.svg",
    ):
        assert client.get(other, headers=tag).status_code == 200


def test_any_site_may_read_and_frame_it(client: TestClient, demo: Release) -> None:
    assert client.get(STAGES.format("csv", "zh")).headers["access-control-allow-origin"] == "*"
    assert client.options(STAGES.format("csv", "zh")).status_code == 204
    page = client.get("/embed/stages?period=2026-Q3")
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert demo.id in page.text
    assert "模拟数据" in page.text
    assert 'href="/times?lang=zh&amp;city=ankang&amp;period=2026-Q3"' in page.text
    assert "frame-ancestors 'none'" in client.get("/").headers["content-security-policy"]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/charts/nowhere.svg", 404),
        ("/charts/stages.gif", 404),
        ("/charts/stages.svg?period=2031-Q4", 400),
        ("/charts/stages.svg?width=100000", 400),
        ("/charts/unit_past.svg?unit=%3Cscript%3E", 400),
        ("/charts/stages.svg?city=atlantis", 404),
        ("/embed/nowhere", 404),
        ("/embed/stages?period=%3Cscript%3E", 400),
    ],
)
def test_what_there_is_not_is_refused_in_words(
    client: TestClient, demo: Release, address: str, status: int
) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert re.search("[\u4e00-\u9fff]", answer.text)
    assert "<script" not in answer.text


def test_without_a_chinese_font_there_is_no_picture(
    client: TestClient, demo: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(charts, "chinese_font", lambda: False)
    answer = client.get(STAGES.format("png", "zh"))
    assert (answer.status_code, answer.text) == (503, text("zh", "chart.no_font"))
    assert client.get(STAGES.format("csv", "zh")).status_code == 200


def test_who_comes_while_many_wait_is_told_so(
    client: TestClient, demo: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendering, "PATIENCE", 0.01)
    with RENDERER._lock:
        answer = client.get(STAGES.format("svg", "zh"))
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert client.get(STAGES.format("svg", "zh")).status_code == 200


def test_a_process_that_ends_is_replaced() -> None:
    own = Renderer()
    empty = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    try:
        assert own.png(empty).startswith(b"\x89PNG")
        with pytest.raises(Failed):
            own.png("no drawing")
        assert own._process is not None
        os.kill(own._process.pid, signal.SIGKILL)
        own._process.wait()
        assert own.png(empty).startswith(b"\x89PNG")
    finally:
        own.close()
    assert issubclass(Busy, RuntimeError)


def test_only_so_many_bytes_are_kept() -> None:
    shelf = charts.Shelf(10)
    for name in "abc":
        shelf.put(name, b"1234")
    assert [shelf.get(name) for name in "abc"] == [None, b"1234", b"1234"]
    shelf.put("b", b"12345678")
    assert (shelf.get("b"), shelf.get("c")) == (b"12345678", None)


def sheet(name: str) -> Sheet:
    drawn = Drawn({}, rows=({"name": name, "value": -1},), title="=1+1")
    return Sheet(
        id="x", drawn=drawn, language="zh", city="ankang", publisher="@x", release="r",
        as_of="2026-11-01", synthetic=False, licence="CC0-1.0", query={}, page="/",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", "'x"])
def test_no_text_of_a_table_is_a_formula(name: str) -> None:
    row = next(csv.DictReader(io.StringIO(chart_sheet.table(sheet(name), ""))))
    assert row["name"] == f"'{name}"
    assert row["title"] == "'=1+1"
    assert row["value"] == "-1"


def test_markup_in_a_name_stays_text() -> None:
    named = replace(sheet("x"), drawn=Drawn({}, "<b>&", title="<script>alert(1)</script>"))
    told = chart_sheet.svg(named, '<svg width="10" height="10"></svg>', "http://x")
    assert "<script" not in told
    assert "<b>" not in told


def test_lines_fit_and_lose_nothing() -> None:
    told = "2026 年第 3 季度 parks department 承办的工单"
    lines = list(chart_sheet.lines(told, 120, 12))
    assert len(lines) > 1
    assert "".join(lines).replace(" ", "") == told.replace(" ", "")
