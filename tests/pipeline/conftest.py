"""Small releases made once, and copies of them that a test may spoil."""

import shutil
from pathlib import Path

import pytest

from data_access.settings import releases
from pipeline import chain
from tests.small_release import CITY, FEW_CASES, contents, publish


def _published(folder: Path, *made: tuple[int, int]) -> Path:
    """Releases of so many cases and seeds, one after the other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_DATA", str(folder))
        for size, seed in made:
            publish(contents(size, seed))
        return releases(CITY)


@pytest.fixture(scope="session")
def one_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _published(tmp_path_factory.mktemp("one"), (60, 1))


@pytest.fixture(scope="session")
def two_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the first much is withheld, of the second nothing."""
    return _published(tmp_path_factory.mktemp("two"), (FEW_CASES, 2), (60, 1))


@pytest.fixture(scope="session")
def three_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second has fewer cases."""
    return _published(tmp_path_factory.mktemp("three"), (60, 1), (20, 2), (60, 3))


@pytest.fixture
def first(one_release: Path, data: Path) -> Path:
    """The only release of a city, in force."""
    shutil.copytree(one_release, releases(CITY))
    (folder,) = chain.folders(releases(CITY))
    return folder


@pytest.fixture
def three(three_releases: Path, data: Path) -> tuple[Path, Path, Path]:
    """The releases of a city, the last one in force."""
    shutil.copytree(three_releases, releases(CITY))
    one, two, last = chain.folders(releases(CITY))
    return one, two, last


@pytest.fixture
def both(two_releases: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two releases, one beside the other."""
    home = shutil.copytree(two_releases, tmp_path / "both")
    return home / "2026-07-01-001", home / "2026-07-01-002"


@pytest.fixture
def downloaded(two_releases: Path, tmp_path: Path) -> Path:
    """The later one, as somebody downloaded it: alone, under a name of his own."""
    copy = shutil.copytree(two_releases / "2026-07-01-002", tmp_path / "downloads" / "hotline")
    return Path(copy)
