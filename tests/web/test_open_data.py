"""/open-data: the files of releases over HTTP, by name only, with what caches and browsers need."""

import gzip
import hashlib
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.testclient import TestClient

from components import locales
from data_access.settings import DATABASE, FILES, MANIFEST, SIGNED, releases
from pipeline import history, retention
from tests.small_release import CITY, writable
from web import open_data, open_file

FIRST, SECOND = "2026-07-01-001", "2026-07-01-002"
HOME = f"/open-data/{CITY}-cells/{SECOND}"
NAME = "cells-category.csv"
LARGE = f"/open-data/{CITY}-metrics/{SECOND}/metrics.csv"


@pytest.fixture
def home(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The two releases. Read only: they are shared."""
    monkeypatch.setenv("SUNLINE_DATA", str(small_home))
    return releases(CITY)


@pytest.fixture
def copied(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, to be changed."""
    copy = shutil.copytree(home, tmp_path / "copied" / "releases" / CITY)
    monkeypatch.setenv("SUNLINE_DATA", str(tmp_path / "copied"))
    return Path(copy)


@pytest.fixture
def client() -> TestClient:
    """The routes behind a middleware that would compress everything, as Streamlit's does."""
    packing = [Middleware(open_file.OwnEncoding), Middleware(GZipMiddleware, minimum_size=100)]
    return TestClient(
        Starlette(routes=open_data.routes(), middleware=packing), base_url="http://localhost",
        follow_redirects=False, headers={"accept-encoding": "identity"},
    )  # fmt: skip


def test_a_file_is_served_as_it_lies_under_its_checksum(client: TestClient, home: Path) -> None:
    raw = (home / SECOND / FILES / "cells" / NAME).read_bytes()
    answer = client.get(f"{HOME}/{NAME}")
    assert (answer.status_code, answer.content) == (200, raw)
    headers = answer.headers
    assert headers["etag"] == f'"{hashlib.sha256(raw).hexdigest()}"'
    assert headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert headers["content-length"] == str(len(raw))
    assert headers["access-control-allow-origin"] == "*"
    assert headers["accept-ranges"] == "bytes"
    assert 'rel="license"' in headers["link"]
    assert f"<{NAME}-metadata.json>" in headers["link"]
    head = client.head(f"{HOME}/{NAME}")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == headers["etag"]


def test_the_name_is_ascii_and_chinese(client: TestClient, home: Path) -> None:
    told = client.get(f"{HOME}/{NAME}").headers["content-disposition"]
    plain, _, chinese = told.partition("filename*=UTF-8''")
    assert plain == f'attachment; filename="{CITY}-cells-{SECOND}-{NAME}"; '
    assert unquote(chinese) == f"安康市-统计数字（长表）-按一级类别-{SECOND}.csv"


def test_what_one_has_is_not_sent_again(client: TestClient, home: Path) -> None:
    etag = client.get(f"{HOME}/{NAME}").headers["etag"]
    for tag in (etag, f'"x", {etag}', f"W/{etag}", "*"):
        again = client.get(f"{HOME}/{NAME}", headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == etag
    assert client.get(f"{HOME}/{NAME}", headers={"if-none-match": '"x"'}).status_code == 200
    when = client.get(f"{HOME}/{NAME}").headers["last-modified"]
    assert client.get(f"{HOME}/{NAME}", headers={"if-modified-since": when}).status_code == 304
    for wrong in ("Thu, 01 Jan 1970 00:00:00 GMT", "nonsense"):
        answer = client.get(f"{HOME}/{NAME}", headers={"if-modified-since": wrong})
        assert answer.status_code == 200


def test_a_part_can_be_asked_for(client: TestClient, home: Path) -> None:
    raw = (home / SECOND / FILES / "cells" / NAME).read_bytes()
    part = client.get(f"{HOME}/{NAME}", headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, raw[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(raw)}"
    etag = part.headers["etag"]
    given = {"range": "bytes=-5", "if-range": etag, "accept-encoding": "gzip"}
    assert client.get(f"{HOME}/{NAME}", headers=given).content == raw[-5:]
    whole = client.get(f"{HOME}/{NAME}", headers=given | {"if-range": '"other"'})
    assert (whole.status_code, whole.content) == (200, raw)
    beyond = client.get(f"{HOME}/{NAME}", headers={"range": f"bytes={len(raw)}-"})
    assert beyond.status_code == 416


def test_a_packed_file_is_sent_packed_under_a_checksum_of_its_own(
    client: TestClient, home: Path
) -> None:
    plain = client.get(LARGE)
    packed = client.get(LARGE, headers={"accept-encoding": "br, gzip;q=0.5"})
    raw = (home / SECOND / FILES / "metrics" / "metrics.csv.gz").read_bytes()
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"] == f'"{hashlib.sha256(raw).hexdigest()}"'
    assert packed.headers["content-length"] == str(len(raw))
    assert packed.content == plain.content == gzip.decompress(raw)
    for answer in (plain, packed):
        assert set(answer.headers["vary"].split(", ")) == {"Accept-Encoding"}
    refused = client.get(LARGE, headers={"accept-encoding": "gzip;q=0, br"})
    assert "content-encoding" not in refused.headers
    itself = client.get(f"{LARGE}.gz", headers={"accept-encoding": "gzip"})
    assert itself.content == raw
    small = client.get(f"{HOME}/README.md", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in small.headers
    assert hashlib.sha256(small.content).hexdigest() == small.headers["etag"].strip('"')


def test_latest_leads_to_the_release_in_force(client: TestClient, copied: Path) -> None:
    answer = client.get(f"/open-data/{CITY}-cells/latest/{NAME}?x=1")
    assert answer.status_code == 307
    assert answer.headers["location"] == f"{HOME}/{NAME}?x=1"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["access-control-allow-origin"] == "*"
    history.rollback(CITY, FIRST, "the correction was wrong")
    answer = client.get(f"/open-data/{CITY}-cells/latest/{NAME}")
    assert answer.headers["location"] == f"/open-data/{CITY}-cells/{FIRST}/{NAME}"
    assert client.get(f"{HOME}/{NAME}").status_code == 200  # what was cited stays


def test_a_set_without_its_city_is_that_of_the_home_city(client: TestClient, home: Path) -> None:
    answer = client.get(f"/open-data/cells/latest/{NAME}", follow_redirects=True)
    assert (answer.status_code, answer.url.path) == (200, f"{HOME}/{NAME}")
    for path in ("/open-data/ankang-cells", f"/open-data/ankang-cells/{FIRST}"):
        assert client.get(path).headers["location"] == f"{path}/"


@pytest.mark.parametrize(
    "path",
    [
        "ankang-cells/2026-07-01-009/cells-city.csv", "ankang-cells/2026-07-01-001/nothing.csv",
        "ankang-nothing/latest/", "nowhere-cells/latest/", "boston-release/latest/manifest.json",
        "ankang-release/../CURRENT", "ankang-release/.lock", "ankang-release/CURRENT/",
        "ankang-release/2026-07-01-001/../CURRENT", "ankang-release/2026-07-01-001//etc/passwd",
        "ankang-release/2026-07-01-001/%2e%2e/journal.jsonl", "ankang-release//etc/passwd",
        "ankang-release/2026-07-01-001/files/../../CURRENT",
        "ankang-cells/2026-07-01-001/../units/units.csv", "ankang-release/..%2f..%2fapp.py",
        "ankang-release/2026-07-01-001/files\\cells", "../ankang-cells/latest/", "ankang-/latest/",
        "ankang-release/2026-07-01-001/manifest.json%00.csv", "ankang-files/2026-07-01-001/",
    ],
)  # fmt: skip
def test_nothing_but_what_a_manifest_names_is_served(
    client: TestClient, home: Path, path: str
) -> None:
    answer = client.get(f"/open-data/{path}")
    assert answer.status_code == 404, answer.text


def test_the_folder_of_a_release_is_there_whole(client: TestClient, home: Path) -> None:
    whole = f"/open-data/{CITY}-release/{FIRST}"
    for name in (MANIFEST, SIGNED, DATABASE, "chain.txt", f"files/cells/{NAME}"):
        answer = client.get(f"{whole}/{name}")
        assert answer.content == (home / FIRST / name).read_bytes(), name
    listed = client.get(f"{whole}/index.json").json()
    manifest = client.get(f"{whole}/{MANIFEST}").json()
    assert {row["name"] for row in listed} == {*manifest["files"], MANIFEST}


def test_what_retention_removed_is_gone(client: TestClient, copied: Path) -> None:
    history.rollback(CITY, FIRST, "so that the second may go")
    writable(copied / SECOND / MANIFEST)
    text = (copied / SECOND / MANIFEST).read_text("utf-8")
    assert retention.prune(CITY, today=datetime.now(UTC) + timedelta(days=1200)) == []
    removal = retention._removal(CITY, SECOND)
    retention._remove(copied / SECOND, removal, "test", datetime.now(UTC))
    answer = client.get(f"{HOME}/{NAME}")
    assert answer.status_code == 410
    told = client.get(f"/open-data/{CITY}-release/{SECOND}/removed.json")
    assert told.json()["why"] == "test"
    assert client.get(f"/open-data/{CITY}-release/{SECOND}/{MANIFEST}").text == text
    state = client.get(f"/open-data/{CITY}-cells/").text
    assert locales.text("zh", "page.open_data.files.removed") in state


def test_the_lists_name_everything(client: TestClient, home: Path) -> None:
    found = client.get("/open-data/index.json").json()[CITY]
    assert found["release"] == SECOND
    sets = [item["set"] for item in found["sets"]]
    assert sets[:2] == [f"{CITY}-cells", f"{CITY}-cells-wide"]
    for item in found["sets"]:
        assert client.get(item["latest"], follow_redirects=True).status_code == 200
    assert client.get(found["catalogue"], follow_redirects=True).headers["content-type"] == (
        "application/ld+json"
    )
    versions = client.get(f"/open-data/{CITY}-cells/index.json").json()
    assert [one["release"] for one in versions] == [SECOND, FIRST]
    assert versions[0]["corrects"] == {"id": FIRST, "reason": "周末算错了"}
    assert versions[1]["withdrawn_by"] == SECOND
    files = client.get(f"{HOME}/index.json").json()
    assert {row["name"] for row in files} == {
        path.name for path in (home / SECOND / FILES / "cells").iterdir()
    }


@pytest.mark.parametrize("language", locales.LANGUAGES)
def test_the_lists_speak_and_say_that_data_are_simulated(
    client: TestClient, home: Path, language: str
) -> None:
    for path in ("/open-data/", f"/open-data/{CITY}-cells/", f"{HOME}/"):
        answer = client.get(path, params={"lang": language})
        assert f'<html lang="{locales.LANGUAGES[language]}">' in answer.text
        assert "<script" not in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        if path != f"/open-data/{CITY}-cells/":
            assert "模拟数据" in answer.text


def test_any_site_may_ask_first(client: TestClient, home: Path) -> None:
    answer = client.options(f"{HOME}/{NAME}", headers={"origin": "https://example.org"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (204, "*")
    assert "Range" in answer.headers["access-control-allow-headers"]
    assert client.post(f"{HOME}/{NAME}").status_code == 405


def test_without_a_release_there_is_nothing(client: TestClient, data: Path) -> None:
    assert client.get("/open-data/").status_code == 200
    assert client.get("/open-data/cells/latest/").status_code == 404
