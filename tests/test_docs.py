"""Generated documents are current, and the README keeps its promises."""

import re

import pytest

from data_access.settings import PROJECT
from tools import docs


@pytest.mark.parametrize("name", docs.DOCUMENTS)
def test_a_generated_document_is_current(name: str) -> None:
    assert (docs.FOLDER / name).read_text("utf-8") == docs.DOCUMENTS[name](), "run `make docs`"


def test_make_lists_at_most_twelve_targets() -> None:
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    targets = re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)
    assert {"setup", "run", "test", "check", "bench", "docs", "system"} <= set(targets)
    assert len(targets) <= 12


def test_every_path_that_the_documents_name_exists() -> None:
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (PROJECT / name).read_text("utf-8")
        for path in re.findall(r"\]\((?!http)([^)#]+)\)", text):
            assert (PROJECT / path).exists(), f"{name}: {path}"


def test_every_requirement_is_pinned() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-spark.txt"):
        for line in (PROJECT / name).read_text("utf-8").splitlines():
            assert not line or line.startswith(("#", "-r")) or "==" in line, line
