"""An Excel workbook, one sheet a table: the few parts of Office Open XML (ECMA-376) that it takes.

Written by hand, because the libraries write the time of day into it and need minutes for large
tables. The same sheets give the same bytes.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any

import numpy as np
import pandas as pd

LONGEST_NAME = 31
MOST_ROWS = 1_048_576  # of a sheet, header included
MOST_CHARACTERS = 32_767  # of a cell
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # zip knows no earlier one
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLES = (
    f"<styleSheet {MAIN}>"
    '<fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf xfId="0"/><xf fontId="1" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
OPENING = (
    f'<worksheet {MAIN}><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
    'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
    '<sheetFormatPr defaultRowHeight="15" defaultColWidth="16"/><sheetData>'
)


def workbook(sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """The bytes of a workbook; texts are taken as they are, so guard them before.

    A sheet's name may have 31 characters. A table of too many rows is a ValueError.
    """
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, text in _parts(sheets):
            member = zipfile.ZipInfo(name, FIRST_DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, HEAD + text)
    return file.getvalue()


def _parts(sheets: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, str]]:
    numbers = range(1, len(sheets) + 1)
    made = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    made += [(f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in numbers]
    types = "".join(
        f'<Override PartName="{name}" ContentType="{TYPE}.{kind}+xml"/>' for name, kind in made
    )
    yield (
        "[Content_Types].xml",
        (
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
            f'ContentType="application/xml"/>{types}</Types>'
        ),
    )
    yield "_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")])
    named = "".join(
        f'<sheet name="{escape(name[:LONGEST_NAME])}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in zip(numbers, sheets, strict=True)
    )
    yield (
        "xl/workbook.xml",
        (f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{named}</sheets></workbook>'),
    )
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    yield "xl/_rels/workbook.xml.rels", _relations([*targets, ("styles", "styles.xml")])
    yield "xl/styles.xml", STYLES
    for n, frame in zip(numbers, sheets.values(), strict=True):
        yield f"xl/worksheets/sheet{n}.xml", _sheet(frame)


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    told = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{told}</Relationships>'


def _sheet(frame: pd.DataFrame) -> str:
    if len(frame) >= MOST_ROWS:
        raise ValueError(f"{len(frame)} rows: a sheet holds {MOST_ROWS - 1} beside its header")
    head = "".join(_text(str(name), ' s="1"') for name in frame.columns)
    columns = [_column(frame[name]) for name in frame.columns]
    rows = "".join(f"<row>{''.join(cells)}</row>" for cells in zip(*columns, strict=True))
    return f"{OPENING}<row>{head}</row>{rows}</sheetData></worksheet>"


def _column(values: "pd.Series[Any]") -> list[str]:
    """The cells of a column; each different value is written out once."""
    made = {value: _cell(value) for value in values.dropna().unique()}
    return [made.get(value, "<c/>") for value in values]


def _cell(value: object) -> str:
    if isinstance(value, (bool, np.bool_)):
        return f'<c t="b"><v>{int(value)}</v></c>'
    if isinstance(value, (int, float, np.integer, np.floating)):
        return f"<c><v>{value.item() if isinstance(value, np.generic) else value}</v></c>"
    return _text(str(value))


def _text(text: str, style: str = "") -> str:
    """An inline text; what XML 1.0 cannot hold becomes a question mark."""
    plain = "".join(
        c if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff") else "?" for c in text
    )
    kept = escape(plain[:MOST_CHARACTERS], quote=False)
    return f'<c{style} t="inlineStr"><is><t xml:space="preserve">{kept}</t></is></c>'
