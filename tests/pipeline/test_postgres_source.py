"""A live view of another department: read whole, read only, and without a password anywhere."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url, select, text

from cities import City
from data_access.cases.records import Case, Event
from data_access.cases.schema import Batch, Finding
from pipeline.__main__ import main
from pipeline.ingest import Accounting, ingest
from pipeline.sources import SourceError

pytestmark = pytest.mark.postgres
COLUMNS = (
    'number = "gdbh", received_at = "slsj", nature = "xz", due_at = "Frist; --", latitude = "wd"'
)
VIEW = f'[cases]\nfrom = "other.gd"\ncolumns = {{ {COLUMNS} }}\n'
EVENTS = """[events]
from = "other.sj"
columns = { number = "gdbh", seq = "n", kind = "lx", at = "sj" }
"""


@pytest.fixture
def other(postgres_url: str) -> Iterator[Connection]:
    """The other department's database, with two tables that keep everything as they like."""
    engine = create_engine(postgres_url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (
            "DROP SCHEMA IF EXISTS other CASCADE",
            "CREATE SCHEMA other",
            'CREATE TABLE other.gd (gdbh bigint, slsj timestamp, xz varchar, "Frist; --" text, '
            "wd numeric)",
            "CREATE TABLE other.sj (gdbh text, n smallint, lx text, sj timestamptz)",
            "INSERT INTO other.gd VALUES "
            "(3, '2026-09-03 09:00', '咨询', NULL, NULL), "
            "(1, '2026-09-01 09:00:00.5', '求助', '2026-09-20 18:00:00', 32.7), "
            "(2, '2026-09-02 09:00', '投诉', '1900-01-01', 0)",
            "INSERT INTO other.sj VALUES ('1', 1, '延期', '2026-09-05 09:00+08')",
        ):
            connection.execute(text(statement))
        yield connection
        connection.execute(text("DROP SCHEMA other CASCADE"))
    engine.dispose()


@pytest.fixture
def map_of(tmp_path: Path, postgres_url: str) -> Callable[[str], str]:
    def write(tables: str) -> str:
        path = tmp_path / "map.toml"
        plain = postgres_url.replace("+psycopg", "")
        path.write_text(f'url = "{plain}"\n{tables}', "utf-8")
        return str(path)

    return write


MapOf = Callable[[str], str]


def counts(result: Accounting) -> tuple[int, int, int, int]:
    tally = result.tally
    return tally.rows_in, tally.stored, tally.quarantined, tally.unchanged


def test_views_become_cases_and_events(
    engine: Engine, ankang: City, other: Connection, map_of: MapOf
) -> None:
    path = map_of(VIEW + EVENTS)
    result = ingest(engine, "postgres", path, ankang)
    assert counts(result) == (4, 4, 0, 0)
    assert result.reasons["empty_date"] == 1
    with engine.connect() as connection:
        found = connection.execute(select(Case.__table__).order_by(Case.number)).all()
        assert connection.execute(select(Event.kind)).scalar_one() == "extension"
        assert connection.execute(select(Batch.origin)).scalar_one() == path
    assert [row.nature for row in found] == ["help", "complaint", "consult"]
    assert found[0].received_at.isoformat() == "2026-09-01T01:00:00.500000+00:00"
    assert found[0].due_at.isoformat() == "2026-09-20T10:00:00+00:00"
    assert found[0].latitude is None  # a latitude alone is no place

    assert counts(ingest(engine, "postgres", path, ankang)) == (4, 0, 0, 4)
    other.execute(text("UPDATE other.gd SET xz = '举报' WHERE gdbh = 3"))
    assert counts(ingest(engine, "postgres", path, ankang)) == (4, 1, 0, 3)


def test_a_bad_row_comes_back_through_hotline(
    engine: Engine, ankang: City, other: Connection, map_of: MapOf, tmp_path: Path
) -> None:
    other.execute(text("UPDATE other.gd SET xz = '??' WHERE gdbh = 2"))
    assert counts(ingest(engine, "postgres", map_of(VIEW + EVENTS), ankang)) == (4, 3, 1, 0)
    with engine.connect() as connection:
        query = select(Finding.__table__).where(
            Finding.quarantined, Finding.rule == "unknown_choice"
        )
        found = connection.execute(query).one()
    assert (found.part, found.row, found.column, found.value) == ("cases", 3, "nature", "??")
    out = tmp_path / "kept"
    assert main(["quarantine", "postgres", str(out), "--city", "ankang"]) == 0
    kept = out / "cases.csv"
    kept.write_text(kept.read_text("utf-8-sig").replace("??", "投诉", 1), "utf-8")
    assert counts(ingest(engine, "hotline", str(out), ankang)) == (1, 1, 0, 0)
    with engine.connect() as connection:
        open_ones = select(Finding.rule).where(Finding.quarantined, Finding.settled_by.is_(None))
        assert connection.execute(open_ones).all() == []


def test_the_other_database_is_only_read(
    engine: Engine, ankang: City, other: Connection, map_of: MapOf
) -> None:
    other.execute(text("CREATE SEQUENCE other.s"))
    other.execute(
        text(
            "CREATE VIEW other.writes AS SELECT gdbh, slsj, xz, wd, "
            "nextval('other.s')::text AS \"Frist; --\" FROM other.gd"
        )
    )
    with pytest.raises(SourceError, match="read-only transaction"):
        ingest(engine, "postgres", map_of(VIEW.replace("other.gd", "other.writes")), ankang)


@pytest.mark.parametrize(
    ("tables", "says"),
    [
        ("", r"no table; add \[cases\]"),
        ("cases = 3\n", "nothing else"),
        (VIEW.replace("other.gd", "other.gone"), "does not exist; correct from"),
        (VIEW.replace('"xz"', '"gone"'), "does not exist; correct from"),
        (VIEW.replace("nature", "natur"), "unknown field natur"),
        (VIEW.replace('received_at = "slsj", ', ""), "no column for received_at"),
        (VIEW.replace("other.gd", "a.b.c"), "is not"),
        (VIEW.replace('"xz"', "3"), "correct it"),
        (VIEW + 'where = "1 = 1"\n', "nothing else"),
        (VIEW.replace("other.gd", 'other.gd\\"; DROP SCHEMA other CASCADE; --'), "does not exist"),
        (VIEW + "[case]\n", "unknown case; there are url"),
        ("[", "not TOML"),
    ],
)
def test_a_wrong_map_says_why_and_stores_nothing(
    engine: Engine, ankang: City, other: Connection, map_of: MapOf, tables: str, says: str
) -> None:
    with pytest.raises(SourceError, match=says):
        ingest(engine, "postgres", map_of(tables), ankang)
    with engine.connect() as connection:
        assert connection.execute(select(Batch.id)).all() == []
    assert other.execute(text("SELECT count(*) FROM other.gd")).scalar_one() == 3


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ('url = "postgresql://a:s3cret@nowhere/db"', "PGPASSWORD"),
        ('url = "postgresql://a@nowhere/db?password=s3cret"', "PGPASSWORD"),
        ('url = "sqlite:///x"', "not postgresql"),
        ('url = "::s3cret"', "no address"),
        ('url_env = "NOT_SET"', "NOT_SET is no address"),
        ("", "either url or url_env"),
        ('url_env = "OTHER"', "check url"),
    ],
)
def test_a_wrong_address_tells_no_password(
    engine: Engine, ankang: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    url: str, says: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("OTHER", f"postgresql://a:s3cret@/db?host={tmp_path}/s3cret")
    path = tmp_path / "map.toml"
    path.write_text(f"{url}\n{VIEW}", "utf-8")
    with pytest.raises(SourceError, match=says) as raised:
        ingest(engine, "postgres", str(path), ankang)
    assert "s3cret" not in str(raised.value)
    assert "s3cret" not in repr(raised.value.__cause__)


def test_the_address_may_stand_in_the_environment(
    engine: Engine, ankang: City, other: Connection, tmp_path: Path, postgres_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    secret = make_url(postgres_url).set(password="s3cret")  # noqa: S106
    monkeypatch.setenv("OTHER", secret.render_as_string(hide_password=False))
    path = tmp_path / "map.toml"
    path.write_text(f'url_env = "OTHER"\n{VIEW}', "utf-8")
    assert counts(ingest(engine, "postgres", str(path), ankang)) == (3, 3, 0, 0)
    with engine.connect() as connection:
        assert "s3cret" not in repr(connection.execute(select(Batch.__table__)).all())
