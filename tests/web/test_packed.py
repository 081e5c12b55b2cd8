"""Streamlit's own scripts and styles come compressed, and are what Streamlit has."""

import gzip
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from web import packed

SCRIPTS = sorted((packed.ROOT / "js").glob("index.*.js"))
STYLES = sorted((packed.ROOT / "css").glob("*.css"))


def path(file: Path) -> str:
    return f"/static/{file.relative_to(packed.ROOT).as_posix()}"


@pytest.mark.parametrize("file", [SCRIPTS[0], STYLES[0]], ids=lambda file: file.suffix)
def test_a_file_comes_packed_and_whole(application: TestClient, file: Path) -> None:
    with application.stream("GET", path(file), headers={"Accept-Encoding": "gzip, br"}) as answer:
        sent = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) == len(sent) < file.stat().st_size / 2
    assert gzip.decompress(sent) == file.read_bytes()
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    plain = application.get(path(file), headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == file.read_bytes()
    media = [one.headers["content-type"].partition(";")[0] for one in (answer, plain)]
    assert media[0] == media[1]


@pytest.mark.parametrize("wrong", ["/static/..%2f..%2findex.html.js", "/static/%2e%2e/version.js"])
def test_what_lies_elsewhere_is_not_found(application: TestClient, wrong: str) -> None:
    answer = application.get(wrong, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code in (400, 404)
    assert answer.headers.get("content-encoding") is None
