"""Story kits over HTTP: every figure is the API's, what is withheld stays so, bytes repeat."""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from components.drawn import Drawn, Sheet
from components.locales import LANGUAGES, text
from data_access import shelf
from data_access.published import Release
from metrics import numerals, registry
from metrics.measure import Figure
from tests.web.test_api import problem
from web import charts
from web.api import routes as api
from web.kit import bundle, routes, sheet
from web.rendering import RENDERER, Busy

Rows = list[dict[str, str]]
UNIT = "unit=610923"  # the smallest county: few of its figures are told
QUESTIONS = ("2026-Q3", "2025?area=610902", f"2026-Q3?{UNIT}", "2026-09?lang=en")


@pytest.fixture
def client() -> TestClient:
    """Kits without charts, and the API beside them."""
    found = [*routes.routes(lambda query, release: []), *api.routes()]
    return TestClient(Starlette(routes=found), base_url="http://localhost", follow_redirects=False)


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "KEPT", charts.Shelf(2**24))


@pytest.fixture(scope="module", autouse=True)
def drawing_ends() -> Iterator[None]:
    yield
    RENDERER.close()


def address(release: Release, question: str) -> str:
    period, _, query = question.partition("?")
    return f"/kits/{release.city}/{release.id}/{period}.zip{'?' if query else ''}{query}"


def kit(client: TestClient, release: Release, question: str) -> dict[str, bytes]:
    answer = client.get(address(release, question))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows(files: dict[str, bytes]) -> Rows:
    told = files["figures.csv"].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(told, newline="")))


def shown(page: bytes) -> str:
    """What a reader sees of a page."""
    body = page.decode().partition("<body>")[2]
    return unescape(re.sub("<[^>]*>", "\n", body))


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_figure_is_the_cell_of_the_api(
    client: TestClient, demo: Release, question: str
) -> None:
    checked = 0
    for row in rows(kit(client, demo, question)):
        if row["part"] == "silent":
            continue
        cut = row["slice"]
        asked = {name: row[name] for name in ("metric", "slice", "grain", "period")}
        if cut != "city":
            asked[cut] = row["member"]
        answer = client.get("/api/v1/cells", params=asked)
        if row["withheld"] == "not published":
            assert answer.status_code == 404
            continue
        (cell,) = answer.json()["items"]
        for name in ("numerator", "denominator", "value", "low", "high", "p90"):
            if cell[name] is None:
                assert row[name] == "", (row["metric"], name)
            else:
                assert float(row[name]) == cell[name], (row["metric"], name)
        assert row["withheld"] == (cell["withheld"] or "")
        checked += 1
    assert checked > 10


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_number_of_the_story_is_a_row(
    client: TestClient, demo: Release, question: str
) -> None:
    """Each figure stands in page and text as its row has it, and the facts are no others."""
    files = kit(client, demo, question)
    page, plain = shown(files["story.html"]), files["story.md"].decode()
    told = rows(files)
    for row in told:
        if row["part"] in ("before", "silent") or (row["part"], row["metric"]) in HIDDEN:
            continue
        if row["numerator"]:
            number = numerals.count(int(row["numerator"]))
            assert number in page, row
            assert number in plain, row
        assert row["name"] in page
        assert row["name"] in plain
    values = re.findall(r"<dd><strong>([^<]*)</strong>", files["story.html"].decode())
    facts = [
        row for row in told if row["part"] in FACTS and (row["part"], row["metric"]) not in HIDDEN
    ]
    assert len(values) == len(facts)
    for value, row in zip(values, facts, strict=True):
        metric = registry.get(row["metric"])
        if not row["value"]:
            assert value in (text(language(question), "kit.none"), "–")
        elif metric.kind == "ratio":
            figure = Figure("", None, int(row["denominator"]), float(row["value"]))
            assert value == numerals.value(figure)
        elif metric.kind == "count":
            assert numerals.count(int(row["numerator"])) in value


FACTS = ("headline", "official", "callbacks", "overdue", "reasons")
HIDDEN = {
    ("callbacks", name) for name in ("satisfied", "basically_satisfied", "not_dissatisfied")
}  # told by the silent's bounds


def language(question: str) -> str:
    return "en" if "lang=en" in question else "zh"


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_what_is_withheld_is_so_in_every_form_and_says_why(
    client: TestClient, demo: Release, tongue: str
) -> None:
    files = kit(client, demo, f"2026-Q3?{UNIT}&lang={tongue}")
    hidden = [row for row in rows(files) if row["withheld"] and row["part"] == "headline"]
    assert {row["withheld"] for row in hidden} & {"few", "protected"}
    for row in hidden:
        assert not any(row[name] for name in ("numerator", "denominator", "value", "low", "high"))
        assert row["withheld_said"]
        for told in (shown(files["story.html"]), files["story.md"].decode()):
            assert row["withheld_said"] in told
        caveats = files["caveats.md"].decode()
        assert any(row["name"] in line and row["withheld_said"] in line
                   for line in caveats.splitlines())  # fmt: skip


def test_the_same_question_gives_the_same_bytes(
    client: TestClient, demo: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(address(demo, "2026-Q3"))
    monkeypatch.setattr(routes, "KEPT", charts.Shelf(2**24))
    again = client.get(address(demo, "2026-Q3"))
    assert first.content == again.content
    assert first.headers["etag"] == f'"{hashlib.sha256(first.content).hexdigest()}"'
    for other in ("2026-Q2", "2026-Q3?lang=en", "2026-Q3?area=610902"):
        assert client.get(address(demo, other)).headers["etag"] != first.headers["etag"]
    with zipfile.ZipFile(io.BytesIO(first.content)) as archive:
        assert {one.date_time for one in archive.infolist()} == {bundle.EPOCH}
        assert archive.namelist() == sorted(archive.namelist())


def test_who_has_it_is_told_so(client: TestClient, demo: Release) -> None:
    first = client.get(address(demo, "2026-Q3"))
    for header, name in (("etag", "If-None-Match"), ("last-modified", "If-Modified-Since")):
        answer = client.get(address(demo, "2026-Q3"), headers={name: first.headers[header]})
        assert (answer.status_code, answer.content) == (304, b"")
    assert client.get(address(demo, "2026-Q3"), headers={"If-None-Match": '"x"'}).status_code == 200
    assert first.headers["access-control-allow-origin"] == "*"
    assert first.headers["content-disposition"].startswith("attachment")
    assert client.options(address(demo, "2026-Q3")).status_code == 204


def test_the_sums_are_those_of_the_files(client: TestClient, demo: Release) -> None:
    files = kit(client, demo, "2026-Q3")
    sums = dict(line.split("  ")[::-1] for line in files.pop("SHA256SUMS").decode().splitlines())
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_a_citation_names_release_day_checksum_and_address(
    client: TestClient, demo: Release, tongue: str
) -> None:
    files = kit(client, demo, f"2026-Q3?lang={tongue}")
    line, bib = files["citation.txt"].decode(), files["citation.bib"].decode()
    (item,) = json.loads(files["citation.csl.json"])
    there = f"http://localhost/open-data/{demo.city}-release/{demo.id}/"
    sha256 = shelf.open_shelf(demo.folder).files["manifest.json"]
    for told in (line, bib, json.dumps(item, ensure_ascii=False)):
        for part in (demo.id, str(demo.as_of), sha256, there, "模拟数据", "CC-BY-4.0"):
            assert part.replace("_", r"\_") in told or part in told
    on = demo.published_at.date()
    assert item["issued"]["date-parts"] == [[on.year, on.month, on.day]]
    assert item["type"] == "dataset"
    assert bib.startswith("@misc{")
    assert bib.count("{") == bib.count("}")
    assert line.strip() in shown(files["story.html"])


def test_the_page_needs_nothing_else_and_says_what_it_is(client: TestClient, demo: Release) -> None:
    page = kit(client, demo, "2026-Q3")["story.html"].decode()
    assert '<html lang="zh-CN">' in page
    assert "<script" not in page
    assert not re.search(r"""(src|href)=["'](?!data:)""", page)
    assert "@media print" in page
    told = shown(page.encode())
    assert "模拟数据" in told
    for key in ("needs", "answers", "causes", "ranks", "pairs"):
        assert text("zh", f"kit.caveat.{key}") in told
    assert text("zh", "page.overview.official_why").replace("**", "") in told


def test_no_text_of_the_table_is_a_formula(
    client: TestClient, demo: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "_member", lambda asked, told: "=HYPERLINK(1)")
    files = kit(client, demo, "2026-Q3")
    assert files["figures.csv"].startswith(b"\xef\xbb\xbf")
    assert {row["member_name"] for row in rows(files)} == {"'=HYPERLINK(1)"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/kits/ankang/{id}/2026-Q4.zip", "not_over"),
        ("/kits/ankang/{id}/2026.zip", "not_over"),
        ("/kits/ankang/{id}/2999-Q1.zip", "not_over"),
        ("/kits/ankang/{id}/1999-Q1.zip", "no_such_kit"),
        ("/kits/ankang/{id}/2026-10.zip?unit=610902", "no_such_kit"),
        ("/kits/ankang/{id}/2026-Q3.zip?unit=nowhere", "no_such_kit"),
        ("/kits/ankang/{id}/2026-Q3.zip?unit=610902&area=610902", "one_place"),
        ("/kits/ankang/{id}/2026-13.zip", "bad_value"),
        ("/kits/ankang/{id}/all.zip", "bad_value"),
        ("/kits/ankang/{id}/2026-Q3.zip?lang=fr", "bad_value"),
        ("/kits/ankang/{id}/2026-Q3.zip?colour=red", "unknown_parameter"),
        ("/kits/ankang/2020-01-01-001/2026-Q3.zip", "no_such_release"),
        ("/kits/atlantis/{id}/2026-Q3.zip", "no_such_city"),
    ],
)
def test_what_there_is_not_is_a_problem(
    client: TestClient, demo: Release, path: str, name: str
) -> None:
    problem(client.get(path.format(id=demo.id)), name)


def test_latest_leads_to_the_release_in_force(client: TestClient, demo: Release) -> None:
    answer = client.get("/kits/ankang/latest/2026-Q3.zip?lang=en")
    assert answer.status_code == 307
    assert answer.headers["location"] == address(demo, "2026-Q3?lang=en")


def test_a_release_that_was_corrected_says_so(
    client: TestClient, small_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUNLINE_DATA", str(small_home))
    first, second = "2026-07-01-001", "2026-07-01-002"
    told = {}
    for name in (first, second):
        found = shelf.find("ankang", name)
        assert found is not None
        told[name] = kit(client, found.release, "2026-Q2")["caveats.md"].decode()
    assert text("zh", "page.open_data.withdrawn", id=second) in told[first]
    assert text("zh", "page.open_data.corrects", id=first, reason="周末算错了") in told[second]


STARTS = {"png": b"\x89PNG", "svg": b"<svg", "csv": b"title,"}


def drawn(name: str) -> Sheet:
    spec = {
        "data": {"values": [{"a": 1}]}, "mark": "bar",
        "encoding": {"x": {"field": "a", "type": "quantitative"}},
    }  # fmt: skip
    return Sheet(
        id=name, drawn=Drawn(spec, "said", title=name), language="zh", city="ankang",
        publisher="x", release="r", as_of="2026-11-01", synthetic=True, licence="CC-BY-4.0",
        query={}, page="/times",
    )  # fmt: skip


def test_charts_are_in_the_kit_as_svg_and_png(demo: Release) -> None:
    found = Starlette(
        routes=routes.routes(lambda query, release: [drawn("a"), drawn("b"), drawn("a")])
    )
    files = kit(TestClient(found), demo, "2026-Q3")
    names = {name for name in files if name.startswith("charts/")}
    assert names == {f"charts/{n}.{form}" for n in ("a-1", "a-2", "b") for form in bundle.FORMS}
    for name in names:
        assert files[name].startswith(STARTS[name[-3:]])
    assert files["story.html"].count(b"<figure>") == 3
    assert files["story.md"].count(b"](charts/") == 3


def test_who_comes_while_many_wait_is_told_so(
    demo: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: Any) -> list[Sheet]:
        raise Busy

    answer = TestClient(Starlette(routes=routes.routes(busy))).get(address(demo, "2026-Q3"))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.text == text("zh", "chart.busy")


@pytest.mark.parametrize(
    ("question", "views"),
    [
        ("2026-Q3", {"stages", "callbacks", "reasons", "map", "still_open"}),
        ("2025?area=610902", {"map_towns"}),
        ("2025?unit=610902", {"unit_place"}),
    ],
)
def test_the_site_s_own_charts_of_that_period_are_in_it(
    application: TestClient, demo: Release, question: str, views: set[str]
) -> None:
    files = kit(application, demo, question)
    found = {re.sub(r"(-\d+)?\.svg$", "", one)[7:] for one in files if one.endswith(".svg")}
    assert views <= found
    for name in files:
        if name.endswith(".svg"):
            told = re.sub("<[^>]*>", "", files[name].decode())
            assert demo.id in told
            assert "模拟数据" in told
