"""Reading a release: whole, read-only, and the newest one without a restart."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import duckdb
import pytest

from data_access import published
from data_access.published import ALL, Release, Scope, total
from metrics import registry
from metrics.measure import figures
from tests.conftest import NYC_2011, PublishNyc


def test_a_cell_is_read_at_its_scope(demo: Release) -> None:
    whole = published.total(demo, "received", Scope())
    assert whole is not None
    assert (whole.key, whole.numerator, whole.denominator) == (ALL, demo.cases, None)


def test_a_published_duration_is_told_with_its_90th_percentile(demo: Release) -> None:
    cell = total(demo, "time_solving", Scope())
    assert cell is not None
    (figure,) = figures(registry.get("time_solving"), [cell])
    assert (figure.note, figure.denominator) == ("", None)
    assert figure.value is not None
    assert figure.p90 is not None
    assert 0 < figure.value < figure.p90


def test_every_row_of_a_table_stands_once(demo: Release) -> None:
    scope = Scope(grain="year", period="2025")
    keys = [cell.key for cell in published.read(demo, "on_time_rate", scope, by="unit")]
    assert len(keys) == len(set(keys)) > 50
    assert ALL not in keys


def test_no_release_is_told_from_an_empty_one() -> None:
    assert published.current("ankang") is None
    assert published.published_cities() == []


@pytest.mark.real
def test_a_new_release_is_noticed_by_its_id(publish_nyc: PublishNyc) -> None:
    first = publish_nyc(NYC_2011, date(2011, 4, 1))
    second = publish_nyc(NYC_2011, date(2011, 7, 1))
    assert (first.id, second.id) == ("2011-04-01-001", "2011-07-01-001")
    scope = Scope(grain="quarter", period="2011-Q2")
    assert published.read(first, "on_time_rate", scope, by="unit") == []
    assert published.read(second, "on_time_rate", scope, by="unit") != []


@pytest.mark.real
def test_the_page_figure_of_a_unit_is_the_hand_checked_one(publish_nyc: PublishNyc) -> None:
    release = publish_nyc(NYC_2011, date(2011, 4, 1))
    scope = Scope(grain="quarter", period="2011-Q1")
    cells = published.read(release, "on_time_rate", scope, by="unit")
    found = {figure.key: figure for figure in figures(registry.get("on_time_rate"), cells)}
    assert (found["DPR"].numerator, found["DPR"].denominator) == (34, 55)
    assert found["DFTA"].value is None  # 28 cases
    assert found["DFTA"].note == "few"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO about VALUES ('x', 'y')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/hostname')",
        "ATTACH '/tmp/other.duckdb'",
        "COPY cells TO '/tmp/cells.csv'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ],
)
def test_a_release_cannot_be_written_nor_the_machine_read(demo: Release, statement: str) -> None:
    published.total(demo, "received", Scope())
    connection = published._database(demo.folder / published.DATABASE)
    with connection.cursor() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(statement)


def test_threads_do_not_get_each_others_rows(demo: Release) -> None:
    months = [cell.key for cell in published.read(demo, "received", Scope(grain="month"))]

    def ask(month: str) -> bool:
        cell = published.total(demo, "received", Scope(grain="month", period=month))
        return cell is not None and cell.key == month

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, months * 10))
