"""Small releases made once, and copies of them that a test may spoil."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from sqlalchemy import Engine

from cities import City
from data_access.settings import releases
from pipeline import alerts, cells, chain
from pipeline.__main__ import main
from pipeline.engines import Counter
from pipeline.engines.folder import Facts
from pipeline.sources.demo import COMPLETE_UNTIL
from tests.shared import built_once
from tests.small_release import CITY, FEW_CASES, contents, publish

if TYPE_CHECKING:  # an extra: where it is missing, only its tests fail
    from tests.spark_cluster import Cluster


@pytest.fixture(autouse=True)
def no_look_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A first refresh judges no day for early warning, which takes longest; its own tests do."""
    for name in ("BACK", "DEMO_BACK"):
        monkeypatch.setattr(alerts, name, 0)


@pytest.fixture(scope="session")
def spark_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Cluster"]:
    """A master and two workers."""
    from tests.spark_cluster import cluster

    with cluster(tmp_path_factory.mktemp("spark")) as running:
        yield running


@pytest.fixture(scope="session")
def counts_on_spark(spark_cluster: "Cluster") -> Iterator[Callable[[Facts], Counter]]:
    """Counting on that cluster, from a machine in another time zone."""
    from pipeline.engines import spark
    from tests.spark_cluster import HOST, JAVA

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_MASTER", spark_cluster.url)
        patch.setenv("SPARK_LOCAL_IP", HOST)
        patch.setenv("JAVA_TOOL_OPTIONS", f"{JAVA} -Duser.timezone=Asia/Shanghai")
        session = spark.session()
    yield partial(spark.Counter, session=session)
    session.stop()


@pytest.fixture(scope="session")
def facts_folder(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The facts of the small demo city, written by the command."""
    written = tmp_path_factory.mktemp("written") / "facts"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_DATA", str(demo_folder))
        assert main(["facts", str(written)]) == 0
    return written


@pytest.fixture
def demo_cells(demo_cases: Engine, ankang: City) -> pd.DataFrame:
    """The cells counted in memory, straight from the case database."""
    return cells.cells(demo_cases, ankang, COMPLETE_UNTIL)


def _published(factory: pytest.TempPathFactory, name: str, *made: tuple[int, int]) -> Path:
    """Releases of so many cases and seeds, one after the other."""

    def build(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SUNLINE_DATA", str(folder))
            for size, seed in made:
                publish(contents(size, seed))

    return built_once(factory, name, build) / "releases" / CITY


@pytest.fixture(scope="session")
def one_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _published(tmp_path_factory, "one", (60, 1))


@pytest.fixture(scope="session")
def two_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the first much is withheld, of the second nothing."""
    return _published(tmp_path_factory, "two", (FEW_CASES, 2), (60, 1))


@pytest.fixture(scope="session")
def three_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second has fewer cases."""
    return _published(tmp_path_factory, "three", (60, 1), (20, 2), (60, 3))


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
