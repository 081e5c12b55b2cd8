"""The exchange contract from end to end: every form, every rule, and nothing is ever lost."""

import csv
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select, text

from cities import City
from data_access.cases.kinds import KINDS
from data_access.cases.records import Callback, Case, Event
from data_access.cases.schema import Batch, Finding
from pipeline import quarantine, tables, template
from pipeline.__main__ import main
from pipeline.contract import BY_NAME, TABLES
from pipeline.ingest import Accounting, ingest
from pipeline.sources import SourceError

Row = dict[str, Any]
CASE = {"工单编号": "A1", "受理时间": "2026-09-01 09:30:00"}
NINE = datetime(2026, 9, 1, 9, 30)  # noqa: DTZ001 - workbooks know no zones
EVENT = {"number": "A1", "seq": "1", "kind": "return", "at": "2026-09-02 09:30:00"}


def write(path: Path, *rows: Row, encoding: str = "utf-8") -> str:
    header = list(dict.fromkeys(name for row in rows for name in row))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as content:
        writer = csv.DictWriter(content, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def counts(result: Accounting) -> tuple[int, int, int, int, int]:
    tally = result.tally
    assert tally.balances
    return tally.rows_in, tally.stored, tally.quarantined, tally.unchanged, tally.repaired


def findings(engine: Engine) -> list[Row]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(Finding.__table__)).mappings()]


def case(engine: Engine, number: str = "A1") -> Row:
    with engine.connect() as connection:
        query = select(Case.__table__).where(Case.number == number)
        return dict(connection.execute(query).mappings().one())


def zipped(folder: Path, path: Path) -> None:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for item in folder.iterdir():
            archive.write(item, item.name)


def parquet(folder: Path, target: Path) -> None:
    """Typed columns: moments, numbers and answers as such."""
    target.mkdir()
    for table in TABLES:
        name = next(n for n in (table.zh, table.name) if (folder / f"{n}.csv").exists())
        frame = pd.read_csv(folder / f"{name}.csv", dtype=str)
        for field in table.fields:
            column = field.zh if field.zh in frame else field.name
            if field.kind == "moment":
                frame[column] = pd.to_datetime(frame[column])
            elif field.kind in ("number", "whole"):
                frame[column] = pd.to_numeric(frame[column])
            elif field.kind == "flag" and column != field.zh:
                frame[column] = frame[column].map({"yes": True, "no": False})
        frame.to_parquet(target / f"{name}.parquet", index=False)


def made(form: str, language: str, folder: Path) -> Path:
    """The template in one of the forms a hotline may hand in."""
    if form == "xlsx":
        template.write(folder / "t.xlsx", language)
        return folder / "t.xlsx"
    template.write(folder / "csv", language)
    if form == "csv":
        return folder / "csv"
    if form == "zip":
        zipped(folder / "csv", folder / "t.zip")
        return folder / "t.zip"
    parquet(folder / "csv", folder / "parquet")
    return folder / "parquet"


def test_the_template_is_stored_whole_from_every_form_and_means_the_same(
    engine: Engine, ankang: City, tmp_path: Path
) -> None:
    size = sum(len(template.rows(table, "zh", "ankang")) - 1 for table in TABLES)
    expected = (size, size, 0, 0, 0)
    for language in template.LANGUAGES:
        for form in ("xlsx", "csv", "zip", "parquet"):
            folder = tmp_path / language / form
            folder.mkdir(parents=True)
            result = ingest(engine, "hotline", str(made(form, language, folder)), ankang)
            assert counts(result) == expected, (form, language, findings(engine))
            expected = (size, 0, 0, size, 0)
    with engine.connect() as connection:
        for kind in KINDS:
            stored = connection.execute(select(func.count()).select_from(kind.table)).scalar_one()
            assert stored == len(template.rows(BY_NAME[kind.name], "en", "ankang")) - 1
    assert findings(engine) == []
    assert case(engine, "AK2025090100001")["unit"] == "chengguan"


def test_the_template_is_written_by_command(
    engine: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["template", str(tmp_path / "t.xlsx")]) == 0
    assert main(["ingest", "hotline", str(tmp_path / "t.xlsx"), "--city", "ankang"]) == 0
    assert "0 quarantined" in capsys.readouterr().out
    assert main(["template", str(tmp_path)]) == main(["template", str(tmp_path / "t.csv")]) == 2


@pytest.mark.parametrize(
    ("change", "rule", "column"),
    [
        ({"工单编号": " "}, "missing_number", "number"),
        ({"受理时间": ""}, "missing_date", "received_at"),
        ({"受理时间": "昨天"}, "unreadable_date", "受理时间"),
        ({"受理时间": "2099-01-01 00:00:00"}, "impossible_date", "received_at"),
        ({"办理期限": "2026-08-01 00:00:00"}, "due_at_before_received_at", "due_at"),
        ({"诉求性质": "抱怨"}, "unknown_choice", "诉求性质"),
        ({"是否当场办结": "也许"}, "unknown_choice", "是否当场办结"),
        ({"纬度": "北"}, "unreadable_number", "纬度"),
        ({"纬度": "inf"}, "unreadable_number", "纬度"),
        ({"经度": "181"}, "out_of_range", "经度"),
        ({"来源": "x" * 65}, "too_long", "channel"),
    ],
)
def test_a_wrong_row_is_quarantined_with_its_reason(
    engine: Engine, ankang: City, tmp_path: Path, change: Row, rule: str, column: str
) -> None:
    path = write(tmp_path / "工单.csv", CASE | change, CASE | {"工单编号": "A2"})
    for stored, unchanged in ((1, 0), (0, 1)):
        assert counts(ingest(engine, "hotline", path, ankang)) == (2, stored, 1, unchanged, 0)
    [found] = findings(engine)
    assert (found["part"], found["row"], found["column"], found["rule"]) == (
        "工单",
        2,
        column,
        rule,
    )
    assert found["raw"] == {"受理时间": CASE["受理时间"], "工单编号": "A1"} | change
    assert found["remedy"]


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"seq": ""}, "missing_value"),
        ({"seq": "0"}, "out_of_range"),
        ({"seq": "1.5"}, "unreadable_number"),
        ({"kind": ""}, "missing_value"),
        ({"at": ""}, "missing_date"),
        ({"number": "A9"}, "unknown_case"),
    ],
)
def test_a_wrong_event_is_quarantined_with_its_reason(
    engine: Engine, ankang: City, tmp_path: Path, change: Row, rule: str
) -> None:
    write(tmp_path / "in" / "cases.csv", {"number": "A1", "received_at": CASE["受理时间"]})
    write(tmp_path / "in" / "events.csv", EVENT | change)
    result = ingest(engine, "hotline", str(tmp_path / "in"), ankang)
    assert counts(result) == (2, 1, 1, 0, 0)
    [found] = findings(engine)
    assert (found["part"], found["row"], found["rule"]) == ("events", 2, rule)


def test_fields_beyond_and_before_the_header_are_kept(
    engine: Engine, ankang: City, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("number,received_at\nA1\n,,\nA2,2026-09-01 09:30:00,more\n", "utf-8")
    assert counts(ingest(engine, "hotline", str(path), ankang)) == (2, 0, 2, 0, 0)
    raw = [found["raw"] for found in findings(engine)]
    assert {"number": "A1", "received_at": ""} in raw
    assert {"number": "A2", "received_at": "2026-09-01 09:30:00", "+1": "more"} in raw


def test_headers_and_words_are_recognised_as_people_write_them(
    engine: Engine, ankang: City, tmp_path: Path
) -> None:
    row = {
        "１２３４５工单编号 ": "A1",
        "创建 时间": "2026/9/1 9:30",
        "诉求性质": "咨 询",
        "JJCD": "特急",
        "承办单位": "城市管理局",
        "Area": "hanbin",
        "是否当场办结": "√",
        "坐标系": "wgs 84",
        "备注": "x",
    }
    path = write(tmp_path / "2026年9月.csv", row, encoding="gb18030")
    result = ingest(engine, "hotline", path, ankang)
    assert counts(result) == (1, 1, 0, 0, 1)
    assert result.reasons == {"date_format": 1, "unknown_column": 1}
    stored = case(engine)
    assert (stored["nature"], stored["urgency"]) == ("consult", "emergency")
    assert (stored["unit"], stored["area"], stored["on_the_spot"]) == ("chengguan", "610902", True)


@pytest.mark.parametrize(
    ("told", "due"),
    [
        ({"诉求性质": "咨询"}, "2025-09-30T15:59:59.999999+00:00"),
        ({"诉求性质": "咨询", "是否当场办结": "是"}, None),
        ({"诉求性质": "表扬"}, None),
        ({"诉求性质": "咨询", "办理期限": "2025-10-01 18:00:00"}, "2025-10-01T10:00:00+00:00"),
        ({"诉求性质": "咨询", "办理期限": "2025-10-01"}, "2025-10-01T15:59:59.999999+00:00"),
    ],
)
def test_a_deadline_that_is_not_told_is_counted(
    engine: Engine, ankang: City, tmp_path: Path, told: Row, due: str | None
) -> None:
    path = write(
        tmp_path / "工单.csv", {"工单编号": "A1", "受理时间": "2025-09-26 09:00:00"} | told
    )
    ingest(engine, "hotline", path, ankang)
    found = case(engine)["due_at"]
    assert (found and datetime.fromisoformat(str(found)).isoformat()) == due


def test_a_city_without_limits_counts_no_deadline(
    engine: Engine, nyc: City, tmp_path: Path
) -> None:
    ingest(engine, "hotline", write(tmp_path / "工单.csv", CASE | {"诉求性质": "咨询"}), nyc)
    assert case(engine)["due_at"] is None


def test_what_was_not_told_stays_unknown(engine: Engine, ankang: City, tmp_path: Path) -> None:
    write(tmp_path / "in" / "工单.csv", CASE)
    write(
        tmp_path / "in" / "回访.csv",
        {"工单编号": "A1", "序号": "1", "回访时间": "2026-09-02 09:00:00", "是否接通": "是",
         "是否有效回访": "是", "是否联系": "未联系", "是否解决": "", "是否满意": "基本满意"},
    )  # fmt: skip
    assert counts(ingest(engine, "hotline", str(tmp_path / "in"), ankang)) == (2, 2, 0, 0, 0)
    with engine.connect() as connection:
        row = connection.execute(select(Callback.__table__)).one()
    assert (row.contacted, row.solved, row.refused, row.satisfaction) == (
        False, None, False, "basically",
    )  # fmt: skip


def test_a_workbook_of_numbers_and_dates(engine: Engine, ankang: City, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["工单编号", "受理时间", "办理期限", "是否当场办结"])
    sheet.append([20260901, NINE, NINE.replace(day=9, hour=0, minute=0), False])
    sheet["C2"].number_format = "yyyy-mm-dd"
    sheet.append([None, None, None, None])
    sheet.append([2.0, 46266.5, None, None])
    sheet.append([3, NINE, None, None, "beyond"])
    book.create_sheet("Sheet2")
    book.create_sheet("说明").append(["anything"])
    book.save(tmp_path / "b.xlsx")
    result = ingest(engine, "hotline", str(tmp_path / "b.xlsx"), ankang)
    assert counts(result) == (3, 2, 1, 0, 2)
    assert result.reasons == {"date_format": 2, "field_count": 1}
    first = case(engine, "20260901")
    assert str(first["received_at"])[:19] == "2026-09-01 01:30:00"
    assert str(first["due_at"])[:19] == "2026-09-09 15:59:59"
    assert str(case(engine, "2")["received_at"])[:19] == "2026-09-01 04:00:00"


def large(path: Path) -> None:
    with ZipFile(path, "w") as archive:
        archive.writestr("cases.csv", "x" * 2_000)


def outside(path: Path) -> None:
    with ZipFile(path, "w") as archive:
        archive.writestr("../../cases.csv", "a,b\n1,2\n")


def content(data: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(data)

    return write


@pytest.mark.parametrize(
    ("name", "make", "says"),
    [
        ("a.csv", content(b"a,b\n1,2\n"), "which table is this"),
        ("a.csv", content("诉求,受理时间\n".encode()), "which table is this"),
        (
            "工单.csv",
            content("工单编号,来源\n1,2\n".encode()),
            r"no column 受理时间 \(received_at\)",
        ),
        (
            "工单.csv",
            content("工单编号,gdbh,受理时间\n".encode()),
            "'工单编号' and 'gdbh' both tell",
        ),
        ("工单.csv", content(b"\xff\xfe\x00"), "neither UTF-8"),
        ("cases.csv", content(b'number,received_at\n1,"2"x\n'), "row 2.*quoting"),
        ("cases.csv", content(b""), "nothing in it"),
        ("a.parquet", content(b"PAR1"), "not Parquet"),
        ("a.xlsx", content(b"PK"), "damaged"),
        ("a.zip", content(b"PK"), "damaged"),
        ("a.xlsx", large, "not a workbook"),
        ("a.zip", outside, r"a\.zip, \.\./\.\./cases\.csv, row 1: no column"),
        ("a.xls", content(b""), "not a folder, .csv"),
        ("folder", Path.mkdir, "no .csv or .parquet in it"),
    ],
)
def test_an_unreadable_file_says_why_and_stores_nothing(
    engine: Engine, ankang: City, tmp_path: Path, name: str, make: Callable[[Path], None], says: str
) -> None:
    make(tmp_path / name)
    with pytest.raises(SourceError, match=says):
        ingest(engine, "hotline", str(tmp_path / name), ankang)
    with engine.connect() as connection:
        assert connection.execute(select(Batch.id)).all() == []
    assert [item.name for item in tmp_path.iterdir() if item.name != "data"] == [name]


def test_an_archive_that_unpacks_to_too_much_is_refused(
    engine: Engine, ankang: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large(tmp_path / "a.zip")
    monkeypatch.setattr(tables, "MOST", 1_000)
    with pytest.raises(SourceError, match=r"cases\.csv is too much to unpack"):
        ingest(engine, "hotline", str(tmp_path / "a.zip"), ankang)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_chinese_names_in_archives_of_old_programs(encoding: str) -> None:
    member = ZipInfo()
    member.filename = "工单.csv".encode(encoding).decode("cp437")  # as zipfile reads it
    assert tables._name(member) == "工单.csv"


def test_rows_of_several_tables_leave_quarantine_and_are_settled(
    engine: Engine, ankang: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        tmp_path / "in" / "工单.csv", CASE, CASE | {"工单编号": "A2", "受理时间": "?", "备注": "b"}
    )
    write(tmp_path / "in" / "事件.csv", EVENT | {"kind": "??"}, EVENT | {"number": "A2"})
    assert counts(ingest(engine, "hotline", str(tmp_path / "in"), ankang)) == (4, 1, 3, 0, 0)
    command = ["quarantine", "hotline", str(tmp_path / "out.csv"), "--city", "ankang"]
    assert main(command) == 2
    assert "name a folder" in capsys.readouterr().err
    out = tmp_path / "out"
    command[2] = str(out)
    assert main(command) == 0
    assert main(command) == 2  # what is there may be mended already
    assert sorted(item.name for item in out.iterdir()) == ["事件.csv", "工单.csv"]

    as_it_is = ingest(engine, "hotline", str(out), ankang)
    assert counts(as_it_is) == (3, 0, 3, 0, 0)
    assert len(findings(engine)) == 3 + 1  # the rows once each, and the note on 备注
    for name, wrong, right in (("工单", "?", CASE["受理时间"]), ("事件", "??", "退单")):
        path = out / f"{name}.csv"
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
        mended = [
            {k: right if v == wrong and k[0] != "_" else v for k, v in r.items()} for r in rows
        ]
        write(path, *mended)
    assert counts(ingest(engine, "hotline", str(out), ankang)) == (3, 3, 0, 0, 0)
    assert quarantine.export(engine, "ankang", "hotline", tmp_path / "empty.csv") == 0
    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(Event)).scalar_one() == 2


TOLD = ["", "A1", "A2", "1", "2", "是", "延期", "2026-09-01 09:30:00", "2026/9/1", "0000-00-00"]
CELL = st.sampled_from(TOLD) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=9
)


@st.composite
def parts(draw: st.DrawFn) -> tuple[str, list[list[str]]]:
    """A table with the columns it needs, others in any order, and rows of any length."""
    table = draw(st.sampled_from(TABLES[:5]))
    needed = [field.name for field in table.fields if field.required]
    others = [f.zh for f in table.fields if not f.required] + ["x", "X", "", "_rule"]
    more = draw(st.lists(st.sampled_from(others), max_size=4, unique=True))
    header = draw(st.permutations(needed + more))
    width = len(header)
    row = st.lists(CELL, min_size=width, max_size=width) | st.lists(CELL, max_size=width + 2)
    return draw(st.sampled_from([table.name, table.zh])), [header, *draw(st.lists(row, max_size=5))]


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(parts(), min_size=1, max_size=3, unique_by=lambda part: part[0]))
def test_nothing_is_lost_whatever_comes_in(
    engine: Engine, ankang: City, tmp_path: Path, given_parts: list[tuple[str, list[list[str]]]]
) -> None:
    folder = tmp_path / "in"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    told: Counter[str] = Counter()
    for name, lines in given_parts:
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(lines)
        told[name] = sum(any(line) for line in lines[1:])
    before = size(engine)
    result = ingest(engine, "hotline", str(folder), ankang)
    assert result.tally.balances
    assert result.tally.rows_in == told.total()
    assert size(engine) - before <= result.tally.stored
    again = ingest(engine, "hotline", str(folder), ankang)
    assert again.tally.rows_in == told.total()
    assert again.tally.quarantined <= result.tally.quarantined
    kept(engine, folder)


def size(engine: Engine) -> int:
    with engine.connect() as connection:
        return sum(
            connection.execute(text(f"SELECT count(*) FROM {kind.name}")).scalar_one()  # noqa: S608
            for kind in KINDS
        )


def kept(engine: Engine, folder: Path) -> None:
    """Every row of the files is a record of that number, or in quarantine with all its cells."""
    raws = [Counter(found["raw"].values()) for found in findings(engine) if found["raw"]]
    with engine.connect() as connection:
        known = set(connection.execute(select(Case.number)).scalars())
    for part in tables._folder(folder, ""):
        _, header = next(lines := part.rows())
        for _, row in lines:
            cells = [cell.replace("\0", "\ufffd") for cell in row]
            ours = dict(zip(header, cells, strict=False)).get("_rule")
            told = Counter(filter(None, cells)) - Counter([ours])
            number = dict(zip(header, cells, strict=False)).get("number", "").strip()
            assert number in known or any(raw >= told for raw in raws), row


def test_a_character_that_no_database_takes_is_replaced_with_a_note(
    engine: Engine, ankang: City, tmp_path: Path
) -> None:
    path = tmp_path / "工单.csv"
    path.write_text("工单编号,受理时间,来源\n1,2026-10-01 09:00:00,电\0话\n", "utf-8")
    result = ingest(engine, "hotline", str(path), ankang)
    assert (result.tally.stored, result.tally.repaired) == (1, 1)
    assert result.reasons == {"unstorable_character": 1}
