"""What search engines find: sitemap, robots, schema.org, and the page in other languages."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from rdflib import RDF, Graph, Namespace, URIRef
from starlette.applications import Starlette
from starlette.testclient import TestClient

from components import sitemap
from components.locales import LANGUAGES
from data_access import shelf
from data_access.published import Release
from web import dataset
from web.application import routes

SCHEMA = Namespace("https://schema.org/")
BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=routes(sitemap.PAGES)), base_url="http://localhost")


def told(html: str) -> dict[str, Any]:
    (block,) = BLOCK.findall(html)
    found: dict[str, Any] = json.loads(block)
    return found


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_open_data_describes_every_set(
    client: TestClient, demo: Release, language: str
) -> None:
    found = told(client.get("/open_data", params={"lang": language}).text)
    here = found | {"@context": {"@vocab": str(SCHEMA)}}  # the context lies on another machine
    graph = Graph().parse(data=json.dumps(here), format="json-ld")
    (catalogue,) = graph.subjects(RDF.type, SCHEMA.DataCatalog)
    sets = set(graph.objects(catalogue, SCHEMA.dataset))
    packages = shelf.packages(shelf.open_shelf(demo.folder))
    folder = f"http://localhost/open-data/ankang-{{}}/{demo.id}/"
    assert sets == {URIRef(folder.format(item)) for item in packages}
    for one in sets:
        for needed in ("name", "description", "license", "version", "distribution", "creator"):
            assert list(graph.objects(one, SCHEMA[needed])), (one, needed)
        about = str(graph.value(one, SCHEMA.description))
        assert 50 <= len(about) <= 5000
        assert about.startswith({"zh": "模拟数据", "en": "Simulated data"}[language])


def test_every_file_that_is_named_is_served_under_its_checksum(
    client: TestClient, demo: Release
) -> None:
    found = told(client.get("/open_data").text)
    for one in found["dataset"]:
        file = one["distribution"][0]
        path = urlsplit(file["contentUrl"]).path
        answer = client.head(path, headers={"accept-encoding": "identity"})
        assert answer.status_code == 200, file["contentUrl"]
        assert answer.headers["etag"] == f'"{file["sha256"]}"'


def test_a_text_cannot_end_the_block(demo: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = "</script><script>alert(1)</script>"
    monkeypatch.setattr(dataset, "catalogue", lambda *_: {"name": evil})
    block = dataset.script("zh", demo, "")
    assert block.count("</script>") == 1
    assert told(block) == {"name": evil}


def test_pages_name_their_other_languages_and_feeds(client: TestClient, demo: Release) -> None:
    units = client.get("/units?lang=en").text
    for language, tag in LANGUAGES.items():
        assert f'hreflang="{tag}" href="/units?lang={language}&amp;city=ankang"' in units
    assert "application/atom+xml" not in units
    assert "ld+json" not in units
    page = client.get("/open_data").text
    feeds = re.findall(r'type="application/atom\+xml"[^>]*href="([^"]+)"', page)
    assert len(feeds) == 3
    for address in feeds:
        assert client.get(unescape(address)).status_code == 200


def test_the_sitemap_leads_to_pages_and_feeds_that_are_there(
    client: TestClient, demo: Release
) -> None:
    answer = client.get("/sitemap.xml")
    assert answer.headers["content-type"].startswith("application/xml")
    root = ElementTree.fromstring(answer.content)  # noqa: S314
    found = [one.findtext(f"{MAP}loc") or "" for one in root]
    assert len(found) == len(set(found)) > 2 * len(sitemap.PAGES)
    paths = {urlsplit(one).path for one in found}
    assert {page.path for page in sitemap.PAGES} <= paths
    assert {"/feeds/area/610902.atom", "/feeds/releases.atom", "/api/", "/open-data/"} <= paths
    for address in found[::40]:
        assert client.get(address).status_code == 200, address
    days = {one.findtext(f"{MAP}lastmod") for one in root} - {None}
    assert days == {str(demo.published_at.date())}


def test_robots_may_read_all_but_the_look_up(client: TestClient, demo: Release) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert "Disallow: /lookup" in lines
    assert "Disallow: /" not in lines
    assert "Sitemap: http://localhost/sitemap.xml" in lines


def test_a_site_without_public_pages_asks_to_be_left_alone() -> None:
    alone = TestClient(Starlette(routes=routes(())), base_url="http://localhost")
    assert alone.get("/robots.txt").text == "User-agent: *\nDisallow: /\n"
    for path in ("/sitemap.xml", "/api/v1/units", "/feeds/releases.atom", "/open311/v2/x.json"):
        assert alone.get(path).status_code == 404


def test_before_the_first_release_there_is_nothing_to_describe(
    client: TestClient, data: Path
) -> None:
    assert "ld+json" not in client.get("/open_data").text
    assert client.get("/sitemap.xml").status_code == 200
    assert client.get("/feeds/releases.atom").status_code == 503
