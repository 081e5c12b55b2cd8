"""Documents of actions: what they say, in every form, for whom, and that they are on record."""

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from sqlalchemy import Engine, select
from starlette.testclient import TestClient

import cities
from cities.supervision import rules
from components.locales import LANGUAGES, text
from data_access.cases.frames import frame
from data_access.supervision import actions, orders
from data_access.supervision.audit_tables import LOG
from data_access.supervision.viewer import Refused
from supervision.papers import fonts, order, page, pdf, word
from supervision.papers.model import Chart, Paper, Point, Text, fingerprint
from tests.conftest import store
from tests.data_access.test_ledger import CHENGGUAN, CITY, HANBIN, LATER, fill
from tests.supervision.conftest import cookie, log_in

RULES = rules("ankang")
assert RULES is not None
KINDS = list(RULES.steps)
SHARP = "#include(1) *a* $b$ [c] <d> \\e @f"  # markup to Typst, HTML or XML


@pytest.fixture
def cases(base: Engine) -> Engine:
    """Case 1 of 汉滨区 and case 2 of 城管局, overdue, and a batch that is made up."""
    fill(base)
    return base


def read(content: bytes) -> str:
    """The text of a PDF without its blanks."""
    opened = pypdfium2.PdfDocument(io.BytesIO(content))
    told = "".join(page.get_textpage().get_text_range() for page in opened)
    opened.close()
    return squeezed(told)


def squeezed(told: str) -> str:
    return re.sub(r"[\s\u200b]", "", told)


def written(content: bytes) -> str:
    opened = Document(io.BytesIO(content))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return squeezed("".join([line.text for line in opened.paragraphs] + cells))


def begun(engine: Engine, kind: str = "supervision_order", words: str = "请三日内修好") -> int:
    (action,) = actions.begin(CITY, engine, ["1"], kind, words, LATER)
    return action


def made(engine: Engine, action: int, language: str = "zh") -> Paper:
    return order.paper(language, orders.fetch(CITY, engine, action, "pdf"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_its_document(cases: Engine, kind: str, language: str) -> None:
    assert RULES is not None
    step = RULES.steps[kind]
    paper = made(cases, begun(cases, kind), language)
    told = read(pdf.pdf(paper)), written(word.docx(paper)), squeezed(page.html(paper).decode())
    year = datetime.now(UTC).year
    number = text(language, "paper.number", code=RULES.code[language], year=year, id=1)
    expected = [paper.title, number, RULES.office[language], step.paper.text[language]]
    expected += [rule.words[language] for rule in step.basis]
    expected += ["请三日内修好", text(language, "paper.seal")]
    for form in told:
        for said in expected:
            assert squeezed(said) in form.replace("&#x27;", "'"), (said, form)
    assert paper.title == step.paper.title[language]
    assert text(language, "paper.label") in page.html(paper).decode()


def test_it_says_which_case_by_when_and_how_late(cases: Engine) -> None:
    told = read(pdf.pdf(made(cases, begun(cases))))
    assert "2026年3月2日受理的1号诉求" in told
    assert "由汉滨区承办" in told
    assert "办理期限为2026年3月2日" in told
    assert "截至2026年4月1日08:00，此件还没有办结，已超期22个工作日。" in told
    due = LATER.astimezone(cities.profile("ankang").zone)
    assert f"请在{due.year}年{due.month}月{due.day}日（含当日）以前书面答复。" in told
    assert "模拟数据" in told


def test_what_is_handed_over_goes_to_another_body(cases: Engine) -> None:
    paper = made(cases, begun(cases, "hand_over"))
    assert paper.blocks[0] == Text("有管辖权的机关：", "flush")
    action = begun(cases, "remind")
    assert made(cases, action).blocks[0] == Text("汉滨区：", "flush")


def test_what_was_sent_out_stays_as_it_was(cases: Engine) -> None:
    """Later entries stand in an annex, later data change nothing."""
    action = begun(cases)
    before = made(cases, action).blocks
    actions.add(HANBIN, cases, action, "reply", "正在修", seen=1)
    day = datetime(2026, 3, 2, tzinfo=UTC)
    closed = {"closed_at": [datetime(2026, 5, 1, tzinfo=UTC)], "received_at": [day]}
    case = {"number": ["1"], "unit": ["610902"], "due_at": [day]}
    store(cases, "ankang", frame(case | closed), until=datetime(2026, 6, 1, tzinfo=UTC))
    after = made(cases, action)
    assert after.blocks[: len(before)] == before
    assert "正在修" in read(pdf.pdf(after))


def test_words_are_words_and_nothing_else(cases: Engine) -> None:
    paper = made(cases, begun(cases, words=f"{SHARP}\n<script>alert(1)</script>"))
    assert squeezed(SHARP) in read(pdf.pdf(paper))
    assert squeezed(SHARP) in written(word.docx(paper))
    assert "<script" not in page.html(paper).decode()
    assert "&lt;script&gt;" in page.html(paper).decode()


def test_the_same_paper_is_the_same_file(cases: Engine) -> None:
    paper = made(cases, begun(cases))
    for form in (pdf.pdf, word.docx, page.html):
        assert form(paper) == form(paper)
    other = made(cases, begun(cases, "remind", "别的要求"))
    assert fingerprint(paper) != fingerprint(other)
    assert fingerprint(paper) == fingerprint(made(cases, 1))


def test_the_measures_are_those_of_the_standard(cases: Engine) -> None:
    """GB/T 9704-2012: A4, margins, title of 22 and body of 16 points, 28.95 from line to line."""
    opened = Document(io.BytesIO(word.docx(made(cases, begun(cases)))))
    section = opened.sections[0]
    measures = (
        section.page_width, section.page_height, section.top_margin, section.right_margin,
        section.bottom_margin, section.left_margin,
    )  # fmt: skip
    assert [round((length or 0) / Mm(1)) for length in measures] == [210, 297, 37, 26, 35, 28]
    title = next(line for line in opened.paragraphs if line.text == "督办单")
    assert title.alignment is not None
    assert title.alignment.name == "CENTER"
    assert title.runs[0].font.size is not None
    assert title.runs[0].font.size.pt == 22
    body = next(line for line in opened.paragraphs if "由汉滨区承办" in line.text)
    assert body.runs[0].font.size is not None
    assert body.runs[0].font.size.pt == 16
    named = body.runs[0]._r.get_or_add_rPr().get_or_add_rFonts()
    assert named.get(qn("w:eastAsia")) == "FangSong"
    assert body.paragraph_format.line_spacing == pytest.approx(28.95 * 12_700, abs=700)
    pdf_page = pypdfium2.PdfDocument(io.BytesIO(pdf.pdf(made(cases, 1))))
    width, height = pdf_page[0].get_size()
    assert (round(width), round(height)) == (595, 842)
    pdf_page.close()


def test_fonts_are_embedded(cases: Engine) -> None:
    content = pdf.pdf(made(cases, begun(cases)))
    named = set(re.findall(rb"/FontName/[A-Z]{6}\+([A-Za-z]+)", content))
    assert {b"NotoSerifCJKsc", b"NotoSansCJKsc"} <= named
    assert content.count(b"/FontFile3") >= len(named)


def test_a_chart_is_drawn_in_every_form() -> None:
    points = (Point("汉滨区", 80, "80"), Point("宁陕县", None, "件数过少，不公布"))
    chart = Chart("bars", "图1", "80 与未公布", points)
    paper = Paper("zh", "m", "n", "t", (chart,), datetime(2026, 1, 1, tzinfo=UTC))
    assert "件数过少，不公布" in read(pdf.pdf(paper))
    assert pdf.picture(paper, chart, "png").startswith(b"\x89PNG")
    assert 'alt="80 与未公布"' in page.html(paper).decode()
    with zipfile.ZipFile(io.BytesIO(word.docx(paper))) as archive:
        assert any(name.startswith("word/media/") for name in archive.namelist())
        assert "80 与未公布" in archive.read("word/document.xml").decode()


def test_without_a_chinese_font_it_says_what_to_install(
    cases: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Bare:
        def families(self) -> list[str]:
            return ["DejaVu Sans"]

    monkeypatch.setattr(fonts, "fonts", Bare)
    with pytest.raises(fonts.NoFont, match=r"make system.*fonts-noto-cjk"):
        pdf.pdf(made(cases, begun(cases)))


def test_a_file_is_for_whoever_may_see_the_action(site: TestClient, cases: Engine) -> None:
    order_, secret = begun(cases), begun(cases, "hand_over")
    asked = [f"/papers/{action}/{form}" for action in (order_, secret) for form in ("pdf", "docx")]
    expected = {"city": [200] * 4, "hanbin": [200, 200, 404, 404]}
    for name in ("city", "hanbin", "chengguan", "reviewer", "editor", "auditor"):
        headers = cookie(log_in(name))
        got = [site.get(path, headers=headers).status_code for path in asked]
        assert got == expected.get(name, [404] * 4), name
    assert [site.get(path).status_code for path in asked] == [303] * 4
    headers = cookie(log_in("city"))
    assert site.get(f"/papers/{order_}/exe", headers=headers).status_code == 404
    assert site.get("/papers/99/pdf", headers=headers).status_code == 404
    with cases.connect() as connection:
        told = select(LOG.c.actor, LOG.c.did).where(LOG.c.subject == f"action {secret}")
        rows = {tuple(row) for row in connection.execute(told)}
    assert ("oidc:city", "downloaded") in rows
    assert ("oidc:hanbin", "refused") in rows
    assert ("oidc:hanbin", "downloaded") not in rows


def test_a_file_is_kept_by_nobody_and_named_in_chinese(site: TestClient, cases: Engine) -> None:
    answer = site.get(f"/papers/{begun(cases)}/pdf", headers=cookie(log_in("city")))
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E7")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_data_access_refuses_by_itself(cases: Engine, tmp_path: Path) -> None:
    action = begun(cases)
    with pytest.raises(Refused):
        orders.fetch(CHENGGUAN, cases, action, "pdf")
