"""The template to fill in, made from the contract: headers, explanations, and fictitious rows."""

import csv
import tomllib
from collections.abc import Iterator
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

import cities
from pipeline.contract import FOLDER, TABLES, Field, Table

LANGUAGES = ("zh", "en")
NOTES = "说明 README"
HEAD = (
    "表 table", "列 column", "field", "必填 required", "类型 kind", "取值 choices",
    "说明", "description", "示例 example",
)  # fmt: skip
KINDS = {
    "text": "文本 text", "moment": "时刻 moment", "flag": "是否 yes/no", "number": "数 number",
    "whole": "整数 whole number", "choice": "选项 choice",
}  # fmt: skip
LABEL = (
    "模拟数据：各表中的示例行是虚构的，交数据前请删去。Made-up data: delete the example rows first."
)
REQUIRED = PatternFill("solid", fgColor="FFF2CC")
WIDTH = 20


def write(path: Path, language: str = "zh", city: str = "ankang") -> None:
    """Write the template as a workbook, or as a folder of CSV files where no .xlsx is named."""
    if path.suffix.lower() == ".xlsx":
        workbook(language, city).save(path)
        return
    if path.suffix:
        raise ValueError(f"{path}: name a .xlsx or a folder")
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise ValueError(f"{path} holds other files; name a new folder")
    path.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        name = table.zh if language == "zh" else table.name
        _csv(path / f"{name}.csv", rows(table, language, city))
    _csv(path / "README.txt", notes())


def _csv(path: Path, lines: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as content:
        csv.writer(content).writerows(lines)


def rows(table: Table, language: str, city: str) -> list[list[str]]:
    """The header of a table and its example rows, in one language."""
    header = [field.zh if language == "zh" else field.name for field in table.fields]
    examples = tomllib.loads((FOLDER / "examples.toml").read_text("utf-8"))[table.name]
    words = [
        [_word(field, row.get(field.name, ""), language, city) for field in table.fields]
        for row in examples
    ]
    return [header, *words]


def _word(field: Field, told: str, language: str, city: str) -> str:
    """An example as it is written in a language; the examples themselves are in codes."""
    if field.codes:
        names = {unit.code: unit.names[language] for unit in cities.profile(city).units}
        return names.get(told, told)
    if language != "zh" or not told:
        return told
    if field.kind == "flag":
        return {"yes": "是", "no": "否"}[told]
    if field.name == "coordinate_system":
        return told  # known by its code everywhere
    return next((words[0] for code, words in field.choices if code == told), told)


def notes() -> list[list[str]]:
    """What every column is for, a line each."""
    return [
        [LABEL],
        list(HEAD),
        *(_note(table, field) for table in TABLES for field in table.fields),
    ]


def _note(table: Table, field: Field) -> list[str]:
    return [
        f"{table.zh} {table.name}", field.zh, field.name, "必填 required" if field.required else "",
        KINDS[field.kind], field.told if field.kind == "choice" else "",
        field.about["zh"], field.about["en"], "; ".join(field.examples),
    ]  # fmt: skip


def workbook(language: str = "zh", city: str = "ankang") -> openpyxl.Workbook:
    """The template as a workbook: a sheet a table, then the notes."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for table in TABLES:
        sheet = book.create_sheet(table.zh if language == "zh" else table.name)
        for line in rows(table, language, city):
            sheet.append(line)
        _dress(sheet, table)
    sheet = book.create_sheet(NOTES)
    for line in notes():
        sheet.append(line)
    for place in range(1, len(HEAD) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTH
    return book


def _dress(sheet: Worksheet, table: Table) -> None:
    """Bold headers that explain themselves, required ones marked; cells are texts."""
    sheet.freeze_panes = "B2"
    for place, field in enumerate(table.fields, start=1):
        cell = sheet.cell(1, place)
        cell.font = Font(bold=True)
        cell.comment = Comment("\n".join(filter(None, _note(table, field)[2:])), "Sunline")
        if field.required:
            cell.fill = REQUIRED
        sheet.column_dimensions[get_column_letter(place)].width = WIDTH
        sheet.column_dimensions[get_column_letter(place)].number_format = "@"


def cells(book: openpyxl.Workbook) -> Iterator[tuple[str, list[list[str]]]]:
    """What a workbook says, sheet by sheet: two are alike if this is."""
    for sheet in book.worksheets:
        lines = [[str(value or "") for value in line] for line in sheet.iter_rows(values_only=True)]
        yield sheet.title, lines
