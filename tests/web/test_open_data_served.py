"""A release over a real connection: downloaded and verified, loaded, streamed; asked by curl."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from components.open_data_snippets import snippets, tables
from data_access.settings import FILES, MANIFEST, PROJECT
from pipeline import chain
from pipeline.verify import verify
from tests.browser.conftest import free_port, serving, uvicorn
from tests.small_release import CITY, writable

LATEST = "2026-07-01-002"
LARGE = 96 << 20  # bytes of a file whose download must not be held in memory


@pytest.fixture(scope="module")
def home(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small city with one large file more in its newest release."""
    copy = shutil.copytree(small_home, tmp_path_factory.mktemp("served") / "data")
    folder = Path(copy) / "releases" / CITY / LATEST
    with (folder / FILES / "cells" / "large.csv").open("wb") as file:
        file.truncate(LARGE)
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    digest = chain.sha256(folder / FILES / "cells" / "large.csv")
    manifest["files"][f"{FILES}/cells/large.csv"] = digest
    writable(folder / MANIFEST).write_text(json.dumps(manifest), "utf-8")
    signed = f"{chain.sha256(folder / MANIFEST)}  {MANIFEST}\n"
    writable(folder / "manifest.sha256").write_text(signed)
    return Path(copy)


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[str]:
    port = free_port()
    with serving(uvicorn(port), port, home, cold=True) as url:  # a process that tells who it is
        yield url


def fetched(site: str, release: str, folder: Path) -> Path:
    """A release, downloaded as the page says, by a program with none of our packages loaded."""
    address = f"{site}/open-data/{CITY}-release/{release}/"
    run = subprocess.run(
        [sys.executable, "-I", "-c", RUN, str(PROJECT), address, str(folder)],
        capture_output=True, text=True, check=False, cwd=folder.parent,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return folder


RUN = """
import sys, runpy
sys.path.insert(0, sys.argv[1])
sys.argv = ["download", *sys.argv[2:]]
for heavy in ("pandas", "duckdb", "sqlalchemy", "starlette", "streamlit", "numpy"):
    sys.modules[heavy] = None
runpy.run_module("pipeline.download", run_name="__main__")
"""


def test_a_downloaded_release_verifies_and_a_changed_cell_is_named(
    site: str, tmp_path: Path
) -> None:
    folder = fetched(site, "2026-07-01-001", tmp_path / "downloaded")
    assert verify(folder) == []
    path = writable(folder / FILES / "cells" / "cells-unit.csv")
    rows = path.read_text("utf-8").splitlines()
    place = next(n for n, row in enumerate(rows) if re.search(r",\d+,\d+,0\.", row))
    rows[place] = re.sub(r",(\d+),(\d+),0\.", lambda m: f",{int(m[1]) + 1},{m[2]},0.", rows[place])
    path.write_text("\n".join(rows) + "\n", "utf-8")
    metric, period = rows[place].split(",")[0], rows[place].split(",")[5]
    found = verify(folder)
    assert f"{FILES}/cells/cells-unit.csv: not the file that the manifest names" in found
    assert any(f"cells-unit.csv: {metric} {period} u" in one and "instead" in one for one in found)


def test_latest_is_downloaded_as_the_release_it_leads_to(site: str, tmp_path: Path) -> None:
    folder = fetched(site, "latest", tmp_path / "latest")
    assert json.loads((folder / MANIFEST).read_text("utf-8"))["id"] == LATEST
    assert [text for text in verify(folder) if "csv" in text] == []


def test_a_release_that_is_not_there_is_said(site: str, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "pipeline.download", f"{site}/open-data/x/", str(tmp_path / "x")],
        capture_output=True, text=True, check=False, cwd=PROJECT,
    )  # fmt: skip
    assert run.returncode == 1
    assert "404" in run.stderr


def described(home: Path, item: str) -> dict[str, Any]:
    path = home / "releases" / CITY / LATEST / FILES / item / "datapackage.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


@pytest.mark.parametrize(("item", "name"), [("cells", "cells-unit"), ("divisions", "divisions")])
def test_the_snippets_of_the_page_load_a_table(site: str, home: Path, item: str, name: str) -> None:
    folder = f"{site}/open-data/{CITY}-{item}/{LATEST}/"
    told = snippets(folder, tables(described(home, item))[name])
    assert all(len(code.splitlines()) == 2 for code in told.values())
    space: dict[str, Any] = {}
    exec(told["pandas"], space)  # noqa: S102 - that is what a reader does
    table = space.pop("table")
    exec(told["DuckDB"], space)  # noqa: S102
    other = space["table"].df()
    assert len(table) == len(other) > 0
    assert list(table) == list(other)
    codes = table[table.columns[0]].tolist()
    assert codes == other[other.columns[0]].tolist()
    if item == "divisions":
        assert "610902" in codes


def test_the_snippet_for_r_loads_a_table(site: str, home: Path, tmp_path: Path) -> None:
    program = shutil.which("Rscript")
    if program is None:
        pytest.fail("Rscript not found: run `make system` to install it")
    code = snippets(
        f"{site}/open-data/{CITY}-units/{LATEST}/", tables(described(home, "units"))["units"]
    )
    (tmp_path / "load.R").write_text(code["R"] + "\ncat(nrow(table), table$unit[1])", "utf-8")
    run = subprocess.run([program, "load.R"], cwd=tmp_path, capture_output=True, text=True)
    assert run.stdout.endswith("610902"), run.stderr


def test_the_workbook_opens_and_has_chinese_and_numbers(site: str, tmp_path: Path) -> None:
    path = tmp_path / "cells.xlsx"
    curl(f"{site}/open-data/{CITY}-cells/latest/cells.xlsx", "-L", "-o", str(path))
    rows = openpyxl.load_workbook(path)["cells-city"].iter_rows(values_only=True)
    head, first = next(rows), next(rows)
    told = dict(zip(head, first, strict=True))
    assert told["label"] == "模拟数据 simulated data"
    assert isinstance(told["numerator"], int)


def test_every_csv_opens_in_libreoffice(home: Path, tmp_path: Path) -> None:
    """As its import window proposes: Chinese text whole, numbers as numbers, not one formula.

    Without a window it takes no notice of the byte order mark, so the encoding is told.
    """
    program = shutil.which("soffice")
    if program is None:
        pytest.fail("soffice not found: run `make system` to install it")
    folder = home / "releases" / CITY / LATEST / FILES
    files = {f"{path.parent.name}-{path.name}": path for path in folder.glob("*/*-excel.csv")}
    assert len(files) > 10
    for name, path in files.items():
        shutil.copy(path, tmp_path / name)
    subprocess.run(
        [program, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
         "--infilter=CSV:44,34,76", "--convert-to", "xlsx", *files],
        check=True, capture_output=True, timeout=240, cwd=tmp_path,
    )  # fmt: skip
    for name, path in files.items():
        book = openpyxl.load_workbook((tmp_path / name).with_suffix(".xlsx"))
        (sheet,) = book.worksheets
        with path.open(encoding="utf-8-sig", newline="") as lines:
            told = list(csv.reader(lines))
        seen = [[shown(cell) for cell in row] for row in sheet.iter_rows(max_col=len(told[0]))]
        assert seen == [[plain(value) for value in row] for row in told], name


def shown(cell: Any) -> str | float:
    assert cell.data_type != "f", cell.coordinate
    if isinstance(cell.value, bool):
        return str(cell.value).lower()
    if isinstance(cell.value, datetime):
        return f"{cell.value:%Y-%m-%d}"
    return "" if cell.value is None else cell.value


def plain(value: str) -> str | float:
    """What a spreadsheet makes of a value: a number where it looks like one."""
    try:
        return float(value)
    except ValueError:
        return value


def curl(*arguments: str) -> str:
    return subprocess.run(
        ["curl", "-sS", "--path-as-is", *arguments], capture_output=True, text=True, check=True
    ).stdout


def status(url: str, *arguments: str) -> str:
    return curl(url, "-o", os.devnull, "-w", "%{http_code}", *arguments)


def test_curl_gets_parts_nothing_new_and_redirects(site: str, tmp_path: Path) -> None:
    url = f"{site}/open-data/{CITY}-metrics/{LATEST}/metrics.csv"
    heads = curl(url, "-I")
    etag = re.search(r'etag: ("[0-9a-f]{64}")', heads)
    assert etag is not None
    assert status(url, "-H", f"If-None-Match: {etag[1]}") == "304"
    assert status(url, "-r", "0-9") == "206"
    whole, part = tmp_path / "whole.csv", tmp_path / "part.csv"
    curl(url, "-o", str(whole))
    part.write_bytes(whole.read_bytes()[:1000])
    curl(url, "-C", "-", "-o", str(part))
    assert part.read_bytes() == whole.read_bytes()
    assert f'"{chain.sha256(whole)}"' == etag[1]
    curl(url, "--compressed", "-o", str(part))
    assert part.read_bytes() == whole.read_bytes()
    assert "content-encoding: gzip" in curl(url, "-I", "--compressed")
    assert status(url.replace(LATEST, "latest")) == "307"
    assert status(url.replace(LATEST, "latest"), "-L") == "200"
    assert status(f"{site}/open-data/metrics/latest/LICENSE", "-L") == "200"


@pytest.mark.parametrize(
    "path",
    [
        "/../../../app.py", "/%2e%2e/%2e%2e/CURRENT", "/..%2f..%2fCURRENT", "//etc/passwd",
        "/..%5c..%5capp.py", "/....//....//CURRENT", "/%252e%252e/CURRENT", "/files/%00",
    ],
)  # fmt: skip
def test_curl_finds_no_way_out(site: str, path: str) -> None:
    found = status(f"{site}/open-data/{CITY}-release/{LATEST}{path}")
    assert found == "404"


def memory(site: str) -> int:
    """The most bytes that the serving process ever held."""
    port = site.rpartition(":")[2]
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().decode().split("\0")
            if "app:app" in command and port in command:
                told = re.search(r"VmHWM:\s+(\d+) kB", (folder / "status").read_text())
                return int(told[1]) << 10 if told else 0
        except OSError:
            continue
    raise LookupError(f"no process serves {site}")


def test_a_large_file_is_streamed_in_flat_memory(site: str) -> None:
    assert status(f"{site}/healthz") == "200"
    before = memory(site)
    url = f"{site}/open-data/{CITY}-cells/{LATEST}/large.csv"
    size = curl(url, "-o", os.devnull, "-w", "%{size_download}", "--compressed")
    assert int(size) == LARGE
    assert memory(site) - before < LARGE / 4
