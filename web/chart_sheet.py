"""A chart as a sheet: its title above, the drawing, and below what has to be said of it."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from components.drawn import Drawn, Sheet
from components.locales import text
from data_access import spreadsheets

WIDTHS = (360, 760)  # pixels, of a drawing on a phone and on a desk
MARGIN, GAP = 20, 14
TITLE, SMALL = (19, 28), (12, 18)  # pixels: letters and lines
LATIN = 0.56  # of a Chinese letter
FONT = (
    "'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei',"
    "'Segoe UI','Helvetica Neue',sans-serif"
)
INK, QUIET, GRID, GROUND = "#14191D", "#5A6269", "#E3DCD3", "#FFFFFF"
SIZE = re.compile(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"')
CONFIG: Mapping[str, Any] = {
    "background": GROUND,
    "font": "Noto Sans CJK SC, Noto Sans SC, PingFang SC, Microsoft YaHei, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": QUIET, "titleColor": QUIET, "labelFontSize": 12, "titleFontSize": 13,
        "titleFontWeight": "normal", "gridColor": GRID, "domain": False, "ticks": False,
        "labelPadding": 8, "titlePadding": 12,
    },
    "legend": {"labelColor": QUIET, "titleColor": QUIET, "labelFontSize": 12},
    "text": {"font": "Noto Sans CJK SC, Noto Sans SC, sans-serif"},
}  # fmt: skip


def spec(drawn: Drawn, width: int) -> dict[str, Any]:
    """What is drawn, at a width; it fits into it, names of axes included."""
    return {
        **(drawn.spec or {}), "width": width, "autosize": {"type": "fit-x", "contains": "padding"},
    }  # fmt: skip


def svg(sheet: Sheet, drawing: str, origin: str) -> str:
    """The whole sheet."""
    size = SIZE.search(drawing)
    if size is None:
        raise ValueError("the drawing has no size")
    wide, high = float(size[1]), float(size[2])
    width = round(wide + 2 * MARGIN)
    title = list(lines(sheet.drawn.title, wide, TITLE[0]))
    notes = [line for note in said(sheet, origin) for line in lines(note, wide, SMALL[0])]
    top = MARGIN + len(title) * TITLE[1] + GAP
    height = round(top + high + GAP + len(notes) * SMALL[1] + MARGIN)
    named = escape(sheet.drawn.said)
    parts = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{escape(sheet.drawn.title)}">',
        f"<title>{escape(sheet.drawn.title)}</title><desc>{named}</desc>",
        f'<rect width="{width}" height="{height}" fill="{GROUND}"/>',
        _block(title, MARGIN, TITLE, INK, bold=True),
        f'<g transform="translate({MARGIN},{top})">{drawing}</g>',
        _block(notes, top + high + GAP, SMALL, QUIET),
        "</svg>",
    )
    return "".join(parts)


def said(sheet: Sheet, origin: str) -> list[str]:
    """What stands below: how to read it, made up or not, date and release, source, address."""
    told = [text(sheet.language, "chart.file_synthetic")] if sheet.synthetic else []
    return [
        *sheet.drawn.notes,
        *told,
        text(sheet.language, "chart.file_as_of", day=sheet.as_of, release=sheet.release),
        text(
            sheet.language, "chart.file_source", publisher=sheet.publisher, licence=sheet.licence
        ),
        origin + sheet.page,
    ]  # fmt: skip


def lines(told: str, wide: float, size: int) -> Iterator[str]:
    """A text in lines that fit: Chinese breaks anywhere, other writing between words if it can."""
    line, used = "", 0.0
    for piece in re.findall(r"[\x21-\x7f]{1,40}\s*|\s|[^\x00-\x7f]", told):
        long = sum(size * (LATIN if letter.isascii() else 1.0) for letter in piece)
        if line and used + long > wide:
            yield line.rstrip()
            line, used = "", 0.0
        line, used = line + piece, used + long
    if line:
        yield line.rstrip()


def _block(told: list[str], top: float, form: tuple[int, int], ink: str, bold: bool = False) -> str:
    size, step = form
    weight = ' font-weight="bold"' if bold else ""
    return "".join(
        f'<text x="{MARGIN}" y="{round(top + number * step + size)}" font-family="{FONT}" '
        f'font-size="{size}" fill="{ink}"{weight}>{escape(line)}</text>'
        for number, line in enumerate(told)
    )


def table(sheet: Sheet, origin: str) -> str:
    """The rows of the chart as CSV; each says where it is from."""
    label = text(sheet.language, "chart.file_synthetic") if sheet.synthetic else ""
    source = {
        "title": sheet.drawn.title, "as_of": sheet.as_of, "release": sheet.release,
        "label": label, "publisher": sheet.publisher, "licence": sheet.licence,
        "view": origin + sheet.page,
    }  # fmt: skip
    out = io.StringIO()
    names = [*(sheet.drawn.rows[0] if sheet.drawn.rows else {}), *source]
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    for row in sheet.drawn.rows:
        told = {**row, **source}
        writer.writerow(
            {name: spreadsheets.cell(v) if isinstance(v, str) else v for name, v in told.items()}
        )
    return out.getvalue()
