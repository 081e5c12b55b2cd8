"""Fixtures: a data folder per test, both databases, the real exports, a small published city."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings
from sqlalchemy import Engine, text
from starlette.testclient import TestClient
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime import Runtime
from streamlit.runtime.pages_manager import PagesManager

import cities
from cities import City
from data_access import published
from data_access.cases import batches, merging
from data_access.cases.engine import connect
from data_access.cases.kinds import CASES, Kind
from data_access.published import Release, current
from data_access.settings import PROJECT, data_root, releases
from metrics import lattice
from metrics.lattice import Table
from metrics.periods import GRAINS
from pipeline import callers, signals
from pipeline.ingest import ingest
from pipeline.publish import publish
from tests import postgres
from tests.shared import built_once

SHARED = PROJECT.parent / "shared" / "data"
NYC_2011, NYC_2013 = "nyc311_2011_2000rows.csv", "nyc311_2013_old_schema_199rows.csv"
BOSTON = "boston311_2022_100rows.csv"
DEMO_CASES = 12_000

# How quick a test is depends on what else the machine does; hanging ones end by `timeout`.
settings.register_profile("busy", deadline=None)
settings.load_profile("busy")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own: no test reads or writes ./data."""
    secrets = ("LOOKUP_DATABASE_URL", "LOOKUP_PEPPER_FILE", "LOOKUP_FILLING_KEY_FILE")
    engines = ("SUNLINE_ENGINE", "SUNLINE_FACTS", "SPARK_MASTER")
    for name in ("CASE_DATABASE_URL", *secrets, *engines, "SITE", "SUNLINE_CITY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SUNLINE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    folder = Path(tempfile.mkdtemp(prefix="sunline-pg-", dir="/tmp"))
    try:
        with postgres.server(folder) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def on_postgres(postgres_url: str, data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The case database is an empty PostgreSQL for as long as the test runs."""
    monkeypatch.setenv("CASE_DATABASE_URL", postgres_url)
    yield
    opened = connect()
    with opened.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    opened.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, data: Path) -> Iterator[Engine]:
    """An empty case database, once on SQLite and once on PostgreSQL."""
    if request.param == "postgres":
        request.getfixturevalue("on_postgres")
    opened = connect()
    yield opened
    opened.dispose()


@pytest.fixture(autouse=True)
def the_site_goes_on() -> Iterator[None]:
    """AppTest leaves no runtime behind: a site that runs in this process gets its own back.

    Without it a socket of that site would never answer again.
    """
    running, flat = Runtime._instance, PagesManager.uses_pages_directory
    yield
    if running is not None:
        Runtime._instance, PagesManager.uses_pages_directory = running, flat


@pytest.fixture(scope="session", autouse=True)
def packages_read_once() -> Iterator[None]:
    """For each page anew, AppTest would read what every installed package says of itself."""
    scan = cache(manifest_scanner.scan_component_manifests)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


def export(name: str) -> Path:
    """One of the real exports; a test that needs it is skipped where it is not."""
    path = SHARED / name
    if not path.is_file():
        pytest.skip(
            f"real export {name} is not here: it lies in ../shared/data, next to the project"
        )
    return path


def store(
    engine: Engine,
    city: str,
    cases: pd.DataFrame,
    until: datetime | None = None,
    others: tuple[tuple[Kind, pd.DataFrame], ...] = (),
) -> merging.Merged:
    """Put a frame of cases, and others of what belongs to them, into a city as one batch."""
    about = batches.About(city, "test", "", "", synthetic=False)
    with (
        engine.connect() as connection,
        merging.staged(connection, [(CASES, cases), *others]) as kinds,
        connection.begin(),
    ):
        batch = batches.open_batch(connection, about)
        merged = merging.merge(connection, kinds, batch, city, until, set())
        batches.close_batch(connection, batch, batches.Tally(), until)
    return merged


@pytest.fixture(scope="session", autouse=True)
def no_early_warning() -> Iterator[None]:
    """Releases made by tests replay no early warning, which takes longest; its own tests do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(signals, "QUARTERS", 0)
        yield


FEW_TABLES = (
    Table(("received", "open_overdue"), (), GRAINS, 5),
    Table(("received",), ("unit",), ("quarter", "year"), 5),
    Table(("received",), ("area",), ("month", "quarter", "year"), 5),
    Table(("on_time_rate",), (), GRAINS, 30),
    Table(("on_time_rate",), ("unit",), ("quarter", "year"), 30),
)


@pytest.fixture
def few_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few tables are published: for tests of what happens to a release, whatever is in it."""
    monkeypatch.setattr(lattice, "tables", lambda path=None: FEW_TABLES)


@pytest.fixture(scope="session")
def nyc() -> City:
    return cities.profile("nyc")


@pytest.fixture(scope="session")
def ankang() -> City:
    return cities.profile("ankang")


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a small demo city, made once."""

    def build(folder: Path) -> None:
        opened = connect(f"sqlite:///{folder / 'cases.sqlite'}")
        ingest(opened, "demo", None, cities.profile("ankang"), cases=DEMO_CASES, seed=7)
        opened.dispose()

    return built_once(tmp_path_factory, "demo", build)


@pytest.fixture
def demo_cases(demo_folder: Path) -> Iterator[Engine]:
    """The case database of the small demo city. Read only: it is shared."""
    opened = connect(f"sqlite:///{demo_folder / 'cases.sqlite'}")
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def published_demo(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with one release."""

    def build(folder: Path) -> None:
        shutil.copytree(demo_folder, folder, dirs_exist_ok=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SUNLINE_DATA", str(folder))
            opened = connect()
            publish(opened, cities.profile("ankang"), None, callers.values(opened, "ankang"))
            opened.dispose()

    return built_once(tmp_path_factory, "published", build)


@pytest.fixture
def demo(published_demo: Path, monkeypatch: pytest.MonkeyPatch) -> Release:
    """The demo city's release, with SUNLINE_DATA pointing at it. Read only: it is shared."""
    monkeypatch.setenv("SUNLINE_DATA", str(published_demo))
    release = current("ankang")
    assert release is not None
    return release


@pytest.fixture
def publish_nyc(nyc: City, nyc_releases: Path, few_tables: None) -> "PublishNyc":
    return PublishNyc(nyc, nyc_releases)


@pytest.fixture(scope="session")
def nyc_releases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folders with a release of a real export each, as tests come to need them."""
    return tmp_path_factory.mktemp("nyc")


class PublishNyc:
    """Ingests one of the real exports and publishes it as of a day; what comes first, made once."""

    def __init__(self, city: City, made: Path) -> None:
        self.city, self.made = city, made

    def __call__(self, name: str, as_of: date | None = None) -> Release:
        kept = self.made / f"{name}-{as_of}"
        if not releases(self.city.id).exists() and kept.exists():
            shutil.copytree(kept, data_root(), dirs_exist_ok=True)
        else:
            first = not releases(self.city.id).exists()
            self._publish(name, as_of)
            if first:
                shutil.copytree(data_root(), kept)
        release = current(self.city.id)
        assert release is not None
        return release

    def _publish(self, name: str, as_of: date | None) -> None:
        opened = connect()
        ingest(opened, "nyc311", str(export(name)), self.city)
        publish(opened, self.city, as_of, callers.values(opened, self.city.id))
        opened.dispose()


@pytest.fixture(scope="session", autouse=True)
def close_releases() -> Iterator[None]:
    """Close the releases that were read, so that DuckDB has nothing to complain of at the end."""
    yield
    published._opened.cache_clear()


@pytest.fixture(scope="session")
def application() -> Iterator[TestClient]:
    """The site in this process. Streamlit starts once in one: entered a second time, it hangs."""
    import app

    with TestClient(
        app.app, base_url="http://localhost", follow_redirects=False, client=("127.0.0.1", 50000)
    ) as opened:
        yield opened
