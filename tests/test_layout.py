"""The shape of the house: what may not exist, and who may not import whom."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from components import sitemap
from data_access.settings import PROJECT

PACKAGES = (
    "pages",
    "supervision",
    "components",
    "web",
    "metrics",
    "data_access",
    "cities",
    "pipeline",
)


def flat_pages(root: Path) -> list[str]:
    """Page files that Streamlit would serve without running app.py."""
    return sorted(path.name for path in (root / "pages").glob("*.py"))


def test_there_are_no_flat_page_files() -> None:
    assert flat_pages(PROJECT) == []


def test_a_flat_page_file_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "pages" / "public").mkdir(parents=True)
    (tmp_path / "pages" / "public" / "good.py").touch()
    (tmp_path / "pages" / "secret.py").touch()
    assert flat_pages(tmp_path) == ["secret.py"]


def test_the_site_map_and_the_page_files_are_the_same_set() -> None:
    files = {
        str(path.relative_to(PROJECT))
        for path in (PROJECT / "pages").glob("*/*.py")
        if path.name != "__init__.py"
    }
    assert files == {page.file for page in (*sitemap.PAGES, *sitemap.SUPERVISION)}


def test_pages_stay_short() -> None:
    for page in (*sitemap.PAGES, *sitemap.SUPERVISION):
        assert len((PROJECT / page.file).read_text("utf-8").splitlines()) <= 60, page.file


def test_app_only_composes() -> None:
    tree = ast.parse((PROJECT / "app.py").read_text("utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else
                     [alias.name for alias in node.names])
    }  # fmt: skip
    loaded_ahead = {"altair", "pydeck"}
    assert imported == {"streamlit", "components", "supervision", "web"} | loaded_ahead


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    program = PROJECT / ".venv" / "bin" / "lint-imports"
    return subprocess.run(
        [str(program) if program.exists() else "lint-imports", "--no-cache"],
        cwd=root, capture_output=True, text=True, check=False, env=os.environ | {"NO_COLOR": "1"},
    )  # fmt: skip


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the packages, to be spoilt."""
    ignore = shutil.ignore_patterns("__pycache__")
    for name in PACKAGES:
        shutil.copytree(PROJECT / name, tmp_path / name, ignore=ignore)
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_are_kept(copy: Path) -> None:
    result = lint_imports(copy)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "forbidden", "contract"),
    [
        ("pages/public/overview.py", "import sqlalchemy", "Pages touch no database"),
        ("pages/public/units.py", "import data_access.published", "Pages touch no database"),
        ("metrics/measure.py", "import streamlit", "Only components and pages know the screen"),
        ("web/shell.py", "import components.charts", "Only components and pages know the screen"),
        ("components/cached.py", "import data_access.cases", "The public plane never reaches"),
        ("components/notes.py", "import data_access.supervision.viewer", "The public plane never"),
        ("web/serve.py", "import supervision.access", "Nothing public knows the supervision"),
        ("pages/supervision/audit.py", "import sqlalchemy", "Pages touch no database"),
        ("supervision/web/login.py", "import supervision.frame", "Only components and pages know"),
        ("pipeline/count.py", "import data_access.cases.private", "Counting and publishing never"),
        ("web/application.py", "import pipeline.count", "Nobody imports the pipeline"),
        ("metrics/periods.py", "import components.words", "Pages draw, components compose"),
    ],
)
def test_a_forbidden_import_fails(copy: Path, file: str, forbidden: str, contract: str) -> None:
    path = copy / file
    path.write_text(path.read_text("utf-8") + f"\n{forbidden}\n", "utf-8")
    result = lint_imports(copy)
    assert result.returncode == 1
    broken = [line for line in result.stdout.splitlines() if line.endswith("BROKEN")]
    assert any(line.startswith(contract) for line in broken), result.stdout


def test_a_public_site_never_loads_what_opens_the_case_database() -> None:
    """All its pages run in this process; only the pipeline and supervision may load it."""
    code = (
        "import sys, app; from streamlit.testing.v1 import AppTest; "
        "AppTest.from_file('app.py').run(); "
        "print([n for n in sys.modules if n.startswith(('data_access.cases', 'pipeline', "
        "'data_access.supervision', 'supervision', 'pages.supervision'))])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT, env=os.environ | {"SITE": "public"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.strip() == "[]"


def test_nothing_shows_markup_from_data() -> None:
    for folder in ("pages", "components"):
        for path in (PROJECT / folder).rglob("*.py"):
            assert "unsafe_allow" not in path.read_text("utf-8"), path


def test_the_public_plane_has_no_ignored_contracts() -> None:
    assert "ignore_imports" not in (PROJECT / "pyproject.toml").read_text("utf-8")
