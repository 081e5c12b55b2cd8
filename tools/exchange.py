"""The document of the exchange contract, and the template beside it."""

from pathlib import Path

import openpyxl

from pipeline import tables, template
from pipeline.contract import TABLES, Field, Table
from pipeline.contract.values import AS_DOCUMENTED

TEMPLATE = Path("exchange") / "hotline-template.xlsx"
INTRODUCTION = f"""# Exchange contract 数据交换约定

Generated from `pipeline/contract/*.toml` by `make docs`; do not edit.
Template 模板: [hotline-template.xlsx](exchange/hotline-template.xlsx), also served at
`/exchange/hotline-template.xlsx`, or `python -m pipeline template FILE.xlsx|FOLDER`.

    python -m pipeline ingest hotline FILE|FOLDER --city CITY

## Files 文件

- Forms 形式: one `.csv` or `.parquet`; a `.xlsx` with a sheet a table; a folder or a `.zip` of
  `.csv` and `.parquet` files. 单个表、工作簿、文件夹或压缩包均可。
- A table is known by the name of its file or sheet, in Chinese or English; failing that, by its
  headers. A table that cannot be told is an error. Sheets named 说明, README or notes are passed
  over. 表由文件名或工作表名识别，否则由表头识别；“说明”表不读。
- The first row is the header 第一行是表头. Its columns may stand in any order, in Chinese or
  English or another spelling listed below; width, case, spaces, underscores and brackets do not
  count. Columns that are not listed are left out, each with the note `unknown_column`.
- CSV is UTF-8, with or without a mark, or GB18030. A row in which every cell is empty is no row.
- An archive may hold {tables.MOST_MEMBERS} members of at most {tables.MOST >> 30} GiB each.
- A file may be sent again whole: what did not change is left alone. 可整份重报，未变的行不动。

## Values 取值

- Moments 时刻: `{AS_DOCUMENTED}`, local; or with an offset, `{AS_DOCUMENTED}+08:00`. Other
  unmistakable spellings (`/`, `.`, 年月日, no seconds, no time, ISO 8601, 20261101093000, Excel's
  serial numbers) are read with the note `date_format`. 1900-01-01 and 0000-00-00 are read as no
  date with the note `empty_date`. A date alone means its beginning, for deadlines its end (24:00).
- Yes/no 是否: 是 or 否 (yes, no, true, false, 1, 0).
- Choices 选项: a Chinese word or its code, as listed.
- Units and counties 单位、区县: code or name in `cities/<city>/units.csv`; other names are kept as
  they are.
- Deadline 办理期限: where it is blank and the case was not answered on the spot, it is counted by
  `cities/<city>/deadlines.toml`, if the city has one (docs/calendar.md); 期限是否暂定 is set
  where it rests on a year without a published calendar. No note is left.
  期限空白时按本市期限表计算，不另作批注。
- Coordinates 经纬度 are put back from the system named to WGS-84.

## Rows that are wrong 有误的行

Every row is stored, found unchanged, or kept in quarantine; the three add up to the rows of the
file. 每一行不是入库、未变，就是进隔离区，三者之和等于文件的行数。A row in quarantine keeps all its
cells, with column, value, rule and remedy:

| rule | meaning |
|---|---|
| `missing_number`, `missing_date`, `missing_value` | a required field is blank 必填项空白 |
| `unreadable_date`, `unreadable_number` | cannot be read 无法识别 |
| `unknown_choice` | not in the list 不在选项之内 |
| `out_of_range`, `impossible_date` | cannot be so 超出可能范围 |
| `due_at_before_received_at`, `closed_at_before_received_at` | the order is wrong 先后颠倒 |
| `too_long` | longer than the database keeps 过长 |
| `field_count` | more or fewer cells than the header 列数与表头不符 |
| `number_told_twice` | told twice, differently 同号两行内容不同 |
| `unknown_case` | belongs to no case 没有所属工单 |

`python -m pipeline quarantine hotline FOLDER --city CITY` writes them, a CSV a table; mended, the
folder is ingested like any other. 改好后原样再次导入即可。

A missing required column, a column told twice or an unreadable file stops the whole file: nothing
of it is stored, and the message names file, sheet, column and remedy.

## A live view 直连视图

    python -m pipeline ingest postgres MAP.toml --city CITY

```toml
url = "postgresql://reader@host/db" # never a password: PGPASSWORD or ~/.pgpass; or url_env = "NAME"

[cases] # and any other table below
from = "schema.view"
columns = {{ number = "gdbh", received_at = "slsj" }} # field = column of the view
```

The views are read in one read-only transaction. Rows are numbered from 2 in the order of their
number. Rows in quarantine have the field names of this document and come back through `hotline`.
"""


def document() -> str:
    """Every table and field of the contract, in both languages."""
    return "\n".join([INTRODUCTION, *(_table(table) for table in TABLES)])


def _table(table: Table) -> str:
    names = ", ".join((table.zh, f"`{table.name}`", *table.also))
    head = f"| column | field | | kind | what it tells | also | example |\n{'|---' * 7}|"
    rows = "\n".join(_field(field) for field in table.fields)
    about = f"{table.about['zh']}。{table.about['en']}."
    return f"## {table.zh} `{table.name}`\n\n{about} Names 名称: {names}.\n\n{head}\n{rows}\n"


def _field(field: Field) -> str:
    told = f"{field.about['zh']}<br>{field.about['en']}"
    if field.kind == "choice":
        told += f"<br>{'; '.join(f'{words[0]} `{code}`' for code, words in field.choices)}"
    return (
        f"| {field.zh} | `{field.name}` | {'必填 required' if field.required else ''} "
        f"| {template.KINDS[field.kind]} | {told} | {', '.join(field.also)} "
        f"| {', '.join(field.examples)} |"
    )


def write_template(folder: Path) -> None:
    """Write the template, unless the one that is there says the same: its bytes carry a date."""
    path, book = folder / TEMPLATE, template.workbook()
    if path.exists() and list(template.cells(openpyxl.load_workbook(path))) == list(
        template.cells(book)
    ):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
