"""The exchange contract fits the case database, and every field says enough to be filled in."""

from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pandas as pd
import pytest

from cities import City
from data_access.cases import frames
from data_access.cases.kinds import KINDS
from pipeline import moments, template
from pipeline.contract import TABLES, Table, cells
from tools import docs, exchange

EACH = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


def test_there_is_one_table_a_kind_of_record_in_their_order() -> None:
    assert [table.kind for table in TABLES] == list(KINDS)


@EACH
def test_the_fields_are_the_columns_of_the_kind(table: Table) -> None:
    assert [field.name for field in table.fields] == frames.columns(table.kind)[1:]


@EACH
def test_no_header_can_mean_two_fields(table: Table) -> None:
    headers = [header for field in table.fields for header in field.headers]
    assert len(headers) == len(set(headers))
    assert len({field.zh for field in table.fields}) == len(table.fields)


def test_no_name_can_mean_two_tables() -> None:
    titles = [title for table in TABLES for title in table.titles]
    assert len(titles) == len(set(titles))


@EACH
def test_a_field_says_what_it_is_for_in_both_languages(table: Table) -> None:
    for field in table.fields:
        assert field.about["zh"], field.name
        assert field.about["en"], field.name
        words = [word for _, many in field.choices for word in many]
        assert len(words) == len(set(words))
        assert len(field.told) <= 500  # the whole list fits a remedy
        if field.choices:
            assert all(example in words or example in field.words.values()
                       for example in field.examples), field.name  # fmt: skip


@EACH
def test_required_are_those_that_no_default_stands_in_for(table: Table) -> None:
    required = {field.name for field in table.fields if field.required}
    for name in frames.times(table.kind):
        assert (name in required) == (not table.kind.table.c[name].nullable)
    assert "number" in required


def test_the_template_that_can_be_downloaded_is_current() -> None:
    there = openpyxl.load_workbook(docs.FOLDER / exchange.TEMPLATE)
    assert list(template.cells(there)) == list(template.cells(template.workbook())), (
        "run `make docs`"
    )


NINE = datetime(2026, 11, 1, 1, 30, tzinfo=UTC)  # 09:30 in Ankang
MIDNIGHT = datetime(2026, 10, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment", "fate"),
    [
        ("2026-11-01 09:30:00", NINE, ""),
        ("2026-11-01 09:30:00.000000", NINE, ""),
        ("2026-11-01 01:30:00+00:00", NINE, ""),
        ("2026-11-01 09:30", NINE, "loose"),
        ("2026/11/1 9:30", NINE, "loose"),
        ("2026.11.01 09:30:00", NINE, "loose"),
        ("2026年11月1日 9时30分", NINE, "loose"),
        ("2026年11月1日9时30分0秒", NINE, "loose"),
        ("2026年11月1日", MIDNIGHT, "loose"),
        ("2026-11-01", MIDNIGHT, "loose"),
        ("２０２６－１１－０１　０９：３０：００", NINE, "loose"),
        ("2026-11-01T09:30:00+08:00", NINE, "loose"),
        ("2026-11-01T01:30:00Z", NINE, "loose"),
        ("20261101093000", NINE, "loose"),
        ("20261101", MIDNIGHT, "loose"),
        ("46327.3958333333", NINE, "loose"),
        ("46327", MIDNIGHT, "loose"),
        ("1900-01-01", None, "empty"),
        ("1900-01-01 00:00:00", None, "empty"),
        ("0000-00-00 00:00:00", None, "empty"),
        ("0000-00-00", None, "empty"),
        ("0", None, "empty"),
        ("", None, ""),
        ("2026-13-01 09:30:00", None, "unreadable"),
        ("2026-02-30", None, "unreadable"),
        ("01/11/2026 09:30", None, "unreadable"),
        ("2026-11-01 25:00:00", None, "unreadable"),
        ("2026-11-01 09:30:00+99:99", None, "unreadable"),
        ("1761960600", None, "unreadable"),
        ("昨天", None, "unreadable"),
    ],
)
def test_moments_are_read_as_people_write_them(
    ankang: City, text: str, moment: datetime | None, fate: str
) -> None:
    found = moments.read(pd.Series([text], dtype=object), ankang.zone)
    assert (None if found.utc.isna()[0] else found.utc[0]) == moment
    fates = [name for name in ("unreadable", "loose", "empty") if getattr(found, name)[0]]
    assert fates == ([fate] if fate else [])


def test_a_deadline_told_as_a_day_is_the_end_of_that_day(ankang: City) -> None:
    texts = pd.Series(["2026-11-01", "2026-11-01 00:00:00", "46327"], dtype=object)
    found = moments.read(texts, ankang.zone, whole_days=True)
    end = datetime(2026, 11, 1, 15, 59, 59, 999999, tzinfo=UTC)
    assert found.utc.tolist() == [end, MIDNIGHT, end]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""), (float("nan"), ""), (pd.NaT, ""), (" a\0 ", "a\ufffd"), (True, "true"),
        (12.0, "12"), (Decimal("1.50"), "1.50"), (float("inf"), "inf"), (NINE, f"{NINE}"),
        (NINE.date(), "2026-11-01"), (NINE.time(), "01:30:00"), (b"\xe5\xb7\xa5", "工"),
        ([1], "[1]"),
    ],
)  # fmt: skip
def test_a_cell_of_any_type_is_a_text(cell: object, text: str) -> None:
    assert cells.text(cell) == text
