"""The files of a release: every form tells the same, byte for byte, and no spreadsheet runs it."""

import csv
import gzip
import hashlib
import io
import json
import shutil
import subprocess
import unicodedata
from pathlib import Path
from zipfile import ZipFile

import duckdb
import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_access import spreadsheets
from data_access.settings import FILES, MANIFEST, releases
from pipeline import chain
from pipeline.open_files import dictionary, forms, licences, papers, sets, workbook, writing
from pipeline.open_files.model import About, Table
from tests.small_release import CITY, cells, contents, publish

ABOUT = About(
    CITY, {"zh": "安康市", "en": "Ankang"}, "12345", "2026-07-01-001", "2026-07-01",
    "2026-07-02T00:00:00+00:00", 7_001, "模拟数据 simulated data", "CC-BY-4.0",
)  # fmt: skip
STARTS = "=+-@|%'\t\r\n \u200b\uff1d\uff0b\uff0d\uff20\ufe62"
RISKY = st.builds(str.__add__, st.sampled_from(STARTS), st.text(max_size=8))
TEXTS = RISKY | st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\n\r,;\"'"), max_size=20
)
NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**12), 10**12)


@pytest.fixture(scope="module")
def folder(one_release: Path) -> Path:
    """The files of the small city's only release."""
    return one_release / "2026-07-01-001" / FILES


def table(frame: pd.DataFrame) -> Table:
    return dictionary.table("probe", frame, ())


def a_formula(text: str) -> bool:
    """Whether a spreadsheet could take a text for one: by what it sees first, folded to ASCII."""
    seen = "".join(c for c in text if not c.isspace() and unicodedata.category(c)[0] != "C")
    return unicodedata.normalize("NFKC", seen)[:1] in tuple("=+-@|%")


@given(TEXTS)
def test_a_guarded_text_is_no_formula_and_can_be_had_back(text: str) -> None:
    told = spreadsheets.guarded(text)
    assert not a_formula(told)
    assert told.removeprefix(spreadsheets.GUARD) == text


@given(st.lists(st.tuples(TEXTS, NUMBERS), min_size=1, max_size=8))
@settings(max_examples=60)
def test_no_cell_of_csv_or_workbook_is_a_formula_and_numbers_stay_numbers(
    rows: list[tuple[str, float]],
) -> None:
    frame = pd.DataFrame(rows, columns=["text", "number"]).astype({"number": float})
    safe = forms.safe(table(frame))
    told = list(csv.reader(io.StringIO(forms.csv(safe).decode(), newline="")))[1:]
    plain = [text.replace("\r\n", "\n").replace("\r", "\n") for text, _ in rows]
    assert [text.removeprefix("'") for text, _ in told] == plain
    assert not any(a_formula(text) for text, _ in told)
    assert [float(number) for _, number in told] == frame["number"].tolist()
    book = openpyxl.load_workbook(io.BytesIO(workbook.workbook({"s": safe})))
    for (text, number), row in zip(rows, book["s"].iter_rows(min_row=2), strict=True):
        assert row[0].data_type in "sn"  # never f; an empty text may be read as nothing
        assert not a_formula(str(row[0].value or ""))
        assert row[1].value == pytest.approx(number, rel=1e-14)
        shown = str(row[0].value or "").removeprefix("'")
        assert shown.split() == text.split() or not text.isprintable()


def test_the_same_tables_give_the_same_bytes() -> None:
    made = []
    for _ in range(2):
        item = sets.sets({"cells": cells()}, ABOUT)[0]
        found = item.tables[0]
        safe = forms.safe(found)
        made.append((forms.csv(safe), forms.parquet(found), forms.json(found),
                     forms.packed(forms.csv(safe)), workbook.workbook({"s": safe})))  # fmt: skip
    assert made[0] == made[1]


def test_the_same_release_gives_the_same_files(first: Path, tmp_path: Path) -> None:
    manifest = json.loads((first / MANIFEST).read_text("utf-8"))
    copy = tmp_path / "again"
    copy.mkdir()
    writing.write(copy, manifest, contents().tables)
    made = (path for path in copy.rglob("*") if path.is_file())
    again = {path.relative_to(copy).as_posix(): chain.sha256(path) for path in made}
    assert len(again) > 90
    assert again.items() <= manifest["files"].items()


def tables(folder: Path) -> list[tuple[Path, dict[str, object]]]:
    """Every table with its description, but for the dictionaries."""
    return [
        (path.parent / resource["path"], resource)
        for path in sorted(folder.glob("*/datapackage.json"))
        for resource in json.loads(path.read_text("utf-8"))["resources"]
        if "schema" in resource and resource["name"] != "dictionary"
    ]


def test_every_form_tells_the_same(folder: Path) -> None:
    found = tables(folder)
    assert len(found) > 8
    for path, _ in found:
        plain = path.read_bytes()
        stem = str(path).removesuffix(".csv")
        assert Path(f"{stem}-excel.csv").read_bytes() == b"\xef\xbb\xbf" + plain
        if (packed := Path(f"{path}.gz")).exists():
            assert gzip.decompress(packed.read_bytes()) == plain
        parquet = duckdb.read_parquet(f"{stem}.parquet").df()
        from_json = pd.DataFrame(json.loads(Path(f"{stem}.json").read_text("utf-8")))
        text = pd.read_csv(path, dtype=str, keep_default_na=False)
        assert list(text) == list(parquet) == list(from_json)
        for column in text:
            numbers = pd.to_numeric(parquet[column], errors="coerce")
            if numbers.notna().any() and parquet[column].dtype.kind in "fi":
                np.testing.assert_allclose(pd.to_numeric(text[column]), numbers)
                np.testing.assert_allclose(pd.to_numeric(from_json[column]), numbers)
            elif parquet[column].dtype != bool:
                shown = text[column].str.removeprefix("'").tolist()
                for other in (parquet, from_json):
                    told = other[column].astype(object)
                    assert shown == told.where(told.notna(), "").tolist(), (path, column)


def test_the_workbook_has_every_table_with_its_types(folder: Path) -> None:
    book = openpyxl.load_workbook(folder / "cells" / "cells.xlsx", read_only=True)
    assert book.sheetnames == ["cells-city", "cells-category", "cells-unit", "dictionary"]
    told = pd.read_csv(folder / "cells" / "cells-unit.csv")
    seen = pd.read_excel(folder / "cells" / "cells.xlsx", sheet_name="cells-unit")
    pd.testing.assert_frame_equal(seen, told, check_dtype=False)
    assert set(seen["label"]) == {"模拟数据 simulated data"}
    book.close()


def test_every_file_says_that_the_data_are_simulated(folder: Path) -> None:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        raw = path.read_bytes()
        if path.suffix == ".xlsx":
            raw = b"".join(map(ZipFile(path).read, ZipFile(path).namelist()))
        elif path.suffix == ".gz":
            raw = gzip.decompress(raw)
        if path.name != "changes.json":  # the first release has none
            assert "模拟数据".encode() in raw, path


def test_real_data_are_not_said_to_be_simulated() -> None:
    about = ABOUT.__class__(**(vars(ABOUT) | {"label": ""}))
    for item in sets.sets({"cells": cells()}, about):
        assert all("模拟" not in papers.readme(item, [], about) for _ in item.tables)
        assert all((table.frame["label"] == "").all() for table in item.tables)


def test_the_checksums_hold(folder: Path) -> None:
    for sums in folder.glob("*/SHA256SUMS"):
        run = subprocess.run(
            ["sha256sum", "--check", "--strict", sums.name], cwd=sums.parent, capture_output=True
        )
        assert run.returncode == 0, run.stderr
        named = {line.split()[1] for line in sums.read_text().splitlines() if line[0] != "#"}
        assert named == {path.name for path in sums.parent.iterdir()} - {sums.name}


def test_wide_and_long_tell_the_same_numbers(folder: Path) -> None:
    long = pd.read_csv(folder / "cells" / "cells-unit.csv")
    wide = pd.read_csv(folder / "cells-wide" / "wide-unit.csv").set_index(["period", "unit"])
    assert len(long) == 2 * len(wide)  # of two metrics each
    for row in long.to_dict("records"):
        metric, at = str(row["metric"]), wide.loc[[(row["period"], row["unit"])]].iloc[0]
        np.testing.assert_equal(at[metric], row["value"])
        assert str(at[f"{metric}_withheld"]) == str(row["withheld"])
        if metric == "on_time_rate":
            told = (at["on_time_rate_numerator"], at["on_time_rate_low"])
            assert told == pytest.approx((row["numerator"], row["low"]), nan_ok=True)


def test_the_changelog_says_what_changed_and_why(three: tuple[Path, Path, Path]) -> None:
    logs = [(path / FILES / "CHANGELOG.md").read_text("utf-8") for path in three]
    assert "第一个版本" in logs[0]
    assert logs[2].index(three[2].name) < logs[2].index(three[1].name)
    assert logs[2].count("\n## ") == 3
    told = json.loads((three[1] / FILES / "changes.json").read_text("utf-8"))
    assert (told["before"], told["after"]) == (three[0].name, three[1].name)
    assert told["cells"]["changed"] > 0
    assert f"数字变动 {told['cells']['changed']}" in logs[1]


def test_what_every_column_means_is_written_down(published_demo: Path) -> None:
    """A new table of a release needs its words in pipeline/open_files/dictionary.toml."""
    (home,) = chain.folders(published_demo / "releases" / CITY)
    unknown = [
        f"{resource['name']}.{field['name']}"
        for _, resource in tables(home / FILES)
        for field in resource["schema"]["fields"]  # type: ignore[index]
        if not dictionary.known(str(resource["name"]), field["name"])
    ]
    assert unknown == []
    there = {path.name for path in (home / FILES).iterdir() if path.is_dir()}
    assert there <= dictionary.words()["sets"].keys()


def test_codes_are_explained(published_demo: Path) -> None:
    """Each value of a column with a closed list is in the list."""
    (home,) = chain.folders(published_demo / "releases" / CITY)
    checked = 0
    for path, resource in tables(home / FILES):
        rows = pd.read_csv(path, dtype=str, keep_default_na=False)
        for field in resource["schema"]["fields"]:  # type: ignore[index]
            if "categories" in field:
                known = {one["value"] for one in field["categories"]} | {""}
                assert set(rows[field["name"]]) <= known, (path.name, field["name"])
                checked += 1
    assert checked > 20


def test_a_licence_is_one_of_those_known() -> None:
    assert licences.known("CC-BY-4.0").url.startswith("https://creativecommons.org/")
    with pytest.raises(LookupError, match="choose CC-BY"):
        licences.known("all mine")


def test_a_table_too_long_for_a_sheet_is_refused() -> None:
    frame = pd.DataFrame({"a": np.zeros(workbook.MOST_ROWS, dtype=int)})
    with pytest.raises(ValueError, match="a sheet holds"):
        workbook.workbook({"s": frame})


def test_a_release_that_comes_after_a_removed_one_says_so(first: Path) -> None:
    shutil.rmtree(first / FILES)
    (first / "published.duckdb").unlink()
    after = publish(contents(seed=2))
    told = json.loads((after / FILES / "changes.json").read_text("utf-8"))
    assert "not here" in told["incomparable"]
    assert releases(CITY) == after.parent
    assert hashlib.sha256((after / FILES / "CHANGELOG.md").read_bytes()).hexdigest()
