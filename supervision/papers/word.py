"""DOCX of a paper, to be edited and signed in Word or WPS: the same measures as the PDF.

Fonts are only named, as GB/T 9704 asks for them; Word takes its own in place of one it lacks. The
same paper gives the same bytes.
"""

import io
import zipfile
from collections.abc import Callable
from datetime import UTC
from typing import Any

from docx import Document
from docx.document import Document as Opened
from docx.enum.text import WD_ALIGN_PARAGRAPH as TO
from docx.enum.text import WD_BREAK, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import _Footer
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from supervision.papers import pdf
from supervision.papers.model import Block, Break, Chart, Heading, Paper, Signature, Table, Text

BODY, TITLE, HEADING, LATIN = "FangSong", "FZXiaoBiaoSong-B05S", "SimHei", "Times New Roman"
RED = RGBColor(0xC8, 0x10, 0x2E)
PITCH, SIZE, SMALL = 28.95, 16.0, 10.5  # points: line to line, a letter, one of a table
LINE = 156.0  # mm: the width of the text
FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # zip knows no earlier one


def docx(paper: Paper) -> bytes:
    """The whole paper. Raises NoFont, because its charts are drawn as in the PDF."""
    opened = Document()
    _page(opened, paper)
    _head(opened, paper)
    for block in paper.blocks:
        DRAW[type(block)](opened, paper, block)
    _colophon(opened, paper)
    file = io.BytesIO()
    opened.save(file)
    return _packed(file.getvalue())


def _page(opened: Opened, paper: Paper) -> None:
    """Measures, page numbers on the outer side, and the label of made-up data on every page."""
    section = opened.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(20), Mm(24)
    opened.settings.odd_and_even_pages_header_footer = True
    _number(section.footer, TO.RIGHT)
    _number(section.even_page_footer, TO.LEFT)
    for header in (section.header, section.even_page_header):
        line = header.paragraphs[0]
        line.alignment = TO.RIGHT
        if paper.label:
            _run(line, paper.label, 11, HEADING).font.color.rgb = RED
    known = opened.core_properties
    known.title, known.author = paper.title.replace("\n", ""), paper.mark
    known.comments = ""
    known.created = known.modified = paper.at.astimezone(UTC).replace(tzinfo=None)


def _number(footer: _Footer, side: TO) -> None:
    line = footer.paragraphs[0]
    line.alignment = side
    _run(line, "— ", 14)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    line._p.append(field)
    field.append(_run(line, "1", 14)._r)
    _run(line, " —", 14)


def _head(opened: Opened, paper: Paper) -> None:
    """The mark in red, number and day, the red line, the title."""
    mark = _line(opened, paper.mark, 30 if paper.language == "zh" else 20, 42, TO.CENTER, TITLE)
    mark.runs[0].font.color.rgb, mark.runs[0].font.bold = RED, True
    if paper.day:
        number = _line(opened, f"{paper.number}\t{paper.day}")
        number.paragraph_format.tab_stops.add_tab_stop(Mm(LINE), WD_TAB_ALIGNMENT.RIGHT)
    else:
        number = _line(opened, paper.number, to=TO.CENTER)
    _ruled(number, "bottom", "C8102E", 12)
    _line(opened, "")
    _line(opened, paper.title, 22, 35, TO.CENTER, TITLE).runs[0].font.bold = True
    _line(opened, "")


def _colophon(opened: Opened, paper: Paper) -> None:
    lines = [_line(opened, said, SMALL, 16) for said in paper.colophon]
    for line, side in zip([*lines[:1], *lines[-1:]], ("top", "bottom"), strict=False):
        _ruled(line, side)


def _heading(opened: Opened, paper: Paper, block: Heading) -> None:
    line = _line(opened, block.text, font=HEADING if block.level == 1 else BODY)
    line.style = opened.styles[f"Heading {block.level}"]
    line.paragraph_format.keep_with_next = True
    for run in line.runs:
        run.font.bold, run.font.color.rgb = False, RGBColor(0, 0, 0)
    _indent(line, paper)


def _text(opened: Opened, paper: Paper, block: Text) -> None:
    small = block.style == "note"
    line = _line(opened, block.text, 12 if small else SIZE, 20 if small else PITCH, TO.JUSTIFY)
    if block.style != "flush":
        _indent(line, paper)


def _table(opened: Opened, paper: Paper, block: Table) -> None:
    if block.caption:
        caption = _line(opened, block.caption, 12, 20, TO.CENTER, HEADING)
        caption.paragraph_format.keep_with_next = True
    made = opened.add_table(0, len(block.head), "Table Grid")
    made.autofit = False
    shares = block.widths or (1,) * len(block.head)
    widths = [LINE * share / sum(shares) for share in shares]
    for place, cells in enumerate((block.head, *block.rows)):
        row = made.add_row()
        for column, (cell, said) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = Mm(widths[column])
            line = cell.paragraphs[0]
            side = TO.RIGHT if column in block.right else TO.LEFT
            _set(line, SMALL, 14, TO.CENTER if not place else side)
            _run(line, said, SMALL, BODY if place else HEADING)
    repeated = OxmlElement("w:tblHeader")
    made.rows[0]._tr.get_or_add_trPr().append(repeated)
    _line(opened, "", SMALL, 14)


def _chart(opened: Opened, paper: Paper, block: Chart) -> None:
    caption = _line(opened, block.caption, 12, 20, TO.CENTER, HEADING)
    caption.paragraph_format.keep_with_next = True
    line = opened.add_paragraph()
    line.alignment = TO.CENTER
    shown = line.add_run().add_picture(io.BytesIO(pdf.picture(paper, block, "png")), Mm(LINE))
    shown._inline.docPr.set("descr", block.alt)


def _signature(opened: Opened, paper: Paper, block: Signature) -> None:
    """Office and day, four characters in from the right; the seal goes across both."""
    _line(opened, "")
    for said in (block.office, block.day + block.seal):
        line = _line(opened, said, to=TO.RIGHT)
        line.paragraph_format.right_indent = Pt(SIZE * 4 if paper.language == "zh" else 0)
        line.paragraph_format.keep_with_next = said is block.office


def _break(opened: Opened, paper: Paper, block: Break) -> None:
    opened.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


DRAW: dict[type[Block], Callable[[Opened, Paper, Any], None]] = {
    Heading: _heading, Text: _text, Table: _table, Chart: _chart, Signature: _signature,
    Break: _break,
}  # fmt: skip


def _line(
    opened: Opened, said: str, size: float = SIZE, pitch: float = PITCH, to: TO = TO.LEFT,
    font: str = BODY,
) -> Paragraph:  # fmt: skip
    line = opened.add_paragraph()
    _set(line, size, pitch, to)
    _run(line, said, size, font)
    return line


def _set(line: Paragraph, size: float, pitch: float, to: TO) -> None:
    form = line.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(pitch)
    line.alignment = to


def _run(line: Paragraph, said: str, size: float, font: str = BODY) -> Run:
    """A run of text; Chinese characters take another font than Latin ones."""
    run = line.add_run(said)
    run.font.size, run.font.name = Pt(size), LATIN
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _indent(line: Paragraph, paper: Paper) -> None:
    """Two characters in, counted in characters so that it holds for any size."""
    if paper.language == "zh":
        line.paragraph_format.first_line_indent = Pt(SIZE * 2)
        line._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "200")


def _ruled(line: Paragraph, side: str, colour: str = "000000", eighths: int = 6) -> None:
    borders, border = OxmlElement("w:pBdr"), OxmlElement(f"w:{side}")
    told = {"val": "single", "sz": str(eighths), "space": "6", "color": colour}
    for name, value in told.items():
        border.set(qn(f"w:{name}"), value)
    borders.append(border)
    line._p.get_or_add_pPr().insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind",
                                                   "w:jc")  # fmt: skip


def _packed(written: bytes) -> bytes:
    """The same archive without the time of day in it."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(written)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            member = zipfile.ZipInfo(name, FIRST_DAY)
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return file.getvalue()
