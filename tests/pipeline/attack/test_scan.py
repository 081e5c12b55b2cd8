"""Values of callers are found wherever they lie in a file, and public texts are no leak."""

import gzip
import json
import time
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from metrics import lattice
from pipeline.attack import attack, summary
from pipeline.attack.scan import ENCODINGS, Leak, Values, leaks, scan
from tests.pipeline.attack import city
from tests.pipeline.attack.city import COUNT, Axes

PHONE, NAME, PLATE, ADDRESS = "13900001234", "欧阳桂", "陕G12345", "江北街道育才路79号3栋2单元1104"
IDENTITY = "61240119800101000X"
CALLERS = [PHONE, NAME, PLATE, ADDRESS, IDENTITY]


def where(folder: Path, *values: str) -> set[str]:
    return {leak.where for leak in scan(folder, Values(values or CALLERS))}


def database(folder: Path, *statements: str) -> Path:
    path = folder / "some.duckdb"
    with duckdb.connect(path) as opened:
        for statement in statements:
            opened.execute(statement)
    return path


def test_free_pages_of_a_database_are_read(tmp_path: Path) -> None:
    """Deleted rows are in the file until their pages are used again."""
    path = database(
        tmp_path,
        "PRAGMA force_compression='uncompressed'",
        f"CREATE TABLE t AS SELECT '{ADDRESS}' || i AS address FROM range(50000) r(i)",  # noqa: S608
        "CHECKPOINT",
        "CREATE TABLE last AS SELECT hash(i) AS x FROM range(50000) r(i)",  # keeps the file long
        "CHECKPOINT",
        "DELETE FROM t",
        "CHECKPOINT",
        "DROP TABLE t",
    )
    assert ADDRESS.encode() in path.read_bytes()
    with duckdb.connect(path, read_only=True) as opened:
        assert opened.sql("SHOW TABLES").fetchall() == [("last",)]
    assert where(tmp_path) == {"raw bytes, utf-8"}


def test_a_compressed_column_is_read_as_text(tmp_path: Path) -> None:
    note = f"'关于' || hash(i) || '{ADDRESS}的'"
    path = database(
        tmp_path,
        "PRAGMA force_compression='dict_fsst'",
        f"CREATE TABLE t AS SELECT {note} AS note FROM range(20000) r(i)",  # noqa: S608
        "CHECKPOINT",
    )
    assert ADDRESS.encode() not in path.read_bytes()
    assert where(tmp_path) == {"t.note"}


def test_a_number_in_a_column_of_integers_is_read(tmp_path: Path) -> None:
    database(tmp_path, f"CREATE TABLE t AS SELECT {PHONE}::BIGINT AS n")
    assert where(tmp_path) == {"t.n"}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("value", CALLERS)
def test_raw_bytes_in_every_encoding(tmp_path: Path, encoding: str, value: str) -> None:
    random = np.random.default_rng(1).bytes(5000)
    (tmp_path / "file.bin").write_bytes(random + b"\0" + value.encode(encoding) + b"\0" + random)
    assert any(place.startswith("raw bytes") for place in where(tmp_path))


def test_packed_files_are_unpacked(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(f"a,b\n1,{ADDRESS}\n".encode()))
    (tmp_path / "b.json").write_text(json.dumps({"x": NAME}))  # \\u escapes
    pd.DataFrame({"plate": [PLATE]}).to_parquet(tmp_path / "c.parquet", compression="zstd")
    with zipfile.ZipFile(tmp_path / "d.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(tmp_path / "a.csv.gz", "deep/a.csv.gz")
        archive.write(tmp_path / "c.parquet", "deep/c.parquet")
    found = {(leak.file, leak.where) for leak in scan(tmp_path, Values(CALLERS))}
    assert {
        ("a.csv.gz", "gzip text"), ("b.json", "text"), ("c.parquet", "parquet.plate"),
        ("d.zip", "deep/a.csv.gz gzip text"), ("d.zip", "deep/c.parquet parquet.plate"),
    } <= found  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "139 0000 1234",
        "139-0000-1234",
        "１３９００００１２３４",
        "+86 13900001234",
        "A13900001234B",
    ],
)
def test_numbers_written_otherwise(text: str) -> None:
    assert leaks(f"请拨打{text}联系", Values(CALLERS)) == {PHONE}


@pytest.mark.parametrize(
    "text", ["139000012345 ", "2024-03-15 2024-03-16", "桂", "", "12345", "3212345a"]
)
def test_what_is_no_value(text: str) -> None:
    told = {*leaks(text, Values(["15202403161", "桂", "12345", "3212345", NAME]))}
    assert told == set()


def test_a_name_inside_a_public_text_is_explained_and_beside_it_is_not() -> None:
    values = Values(["安康", "安康平"], ["安康市", "平安路"])
    assert leaks("安康市水务局", values) == set()
    assert leaks("安康市的安康", values) == {"安康"}
    assert leaks("安康平", values) == {"安康", "安康平"}


def test_random_bytes_hold_no_caller(tmp_path: Path) -> None:
    """Also not checksums in texts: short numbers must stand by themselves."""
    random = np.random.default_rng(2)
    (tmp_path / "a.bin").write_bytes(random.bytes(3_000_000))
    digests = [random.bytes(32).hex() for _ in range(5000)]
    (tmp_path / "b.json").write_text(json.dumps(digests))
    phones = [f"139{n:08d}" for n in random.integers(0, 10**8, 20_000)]
    short = [f"32{n:05d}" for n in range(0, 100_000, 5)]
    assert scan(tmp_path, Values([*phones, *short])) == []


def test_no_value_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = city.lattice_of(tmp_path, city.table([COUNT], [], ["month"]))
    monkeypatch.setattr(lattice, "FILE", path)
    axes, as_of = Axes((202410,), {"unit": (("u",),)}), date(2025, 1, 1)
    cells = city.count(axes, np.array([[50]]), COUNT, as_of)
    never = city.base(cells) < 0
    folder = city.write(tmp_path / "v", city.hide(cells, never, never), as_of)
    (folder / "note.txt").write_text(f"回访{NAME}，{PHONE}")
    report = attack([folder], CALLERS)
    assert {one.how for one in report.recovered} == {"scan"}
    assert not any(value in summary(report) + repr(report) for value in CALLERS)
    assert attack([folder], [PLATE]).recovered == ()


def test_many_values_take_seconds(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    values = [f"139{n:08d}" for n in random.integers(0, 10**8, 100_000)]
    values += [f"江北街道育才路{n}号" for n in range(100_000)]
    text = "，".join(f"江北街道第{n}次" for n in range(200_000)) + values[-1]
    (tmp_path / "a.txt").write_text(text)
    began = time.perf_counter()
    found = scan(tmp_path, Values(values))
    print(f"{len(values)} values, {len(text.encode())} bytes: {time.perf_counter() - began:.1f} s")  # noqa: T201
    assert Leak("a.txt", "text", len(values[-1])) in found
