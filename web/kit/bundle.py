"""The files of a story kit, and the ZIP of them: the same question gives the same bytes."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence

from components import story_words
from components.drawn import Sheet
from components.locales import text
from metrics.story import Story, read_story
from web import charts
from web.kit import caveats, cites, paper, sheet, telling
from web.kit.paper import Block, Heading, Paper, Picture, Said
from web.kit.question import Question

Sheets = Callable[[Mapping[str, str], str], Sequence[Sheet]]  # by a query, of a release
Files = dict[str, bytes]
SUMS = "SHA256SUMS"
FORMS = ("svg", "png", "csv")  # of each chart
EPOCH = (1980, 1, 1, 0, 0, 0)  # the date of every file, so that bytes depend on contents alone
READABLE = 0o644 << 16
UNIX = 3


def made(asked: Question, sheets: Sheets) -> bytes:
    """The ZIP. Raises Busy and Failed where charts cannot be drawn now, Refused where never."""
    return packed(files(asked, sheets(asked.query, asked.release.id)))


def files(asked: Question, sheets: Sequence[Sheet]) -> Files:
    """Every file by its name, the checksums last."""
    story = read_story(asked.release, asked.place)
    drawn = {name: content for one in _named(sheets) for name, content in _drawn(asked, *one)}
    told = _paper(asked, "", _story(asked, story, _pictures(asked, sheets, drawn)))
    warned = _paper(asked, text(asked.language, "kit.caveats"), list(caveats.blocks(asked, story)))
    found: Files = {
        "story.html": paper.html(told).encode(),
        "story.md": paper.markdown(told).encode(),
        "figures.csv": sheet.table(asked, story).encode(),
        "caveats.md": paper.markdown(warned).encode(),
        "citation.txt": f"{cites.line(asked)}\n".encode(),
        "citation.bib": cites.bibtex(asked).encode(),
        "citation.csl.json": cites.csl(asked).encode(),
        **drawn,
    }
    sums = "".join(f"{hashlib.sha256(found[one]).hexdigest()}  {one}\n" for one in sorted(found))
    return found | {SUMS: sums.encode()}


def packed(found: Files) -> bytes:
    """A ZIP of files in the order of their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(found):
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system, member.external_attr = UNIX, READABLE
            archive.writestr(member, found[name])
    return out.getvalue()


def _named(sheets: Sequence[Sheet]) -> Iterator[tuple[str, Sheet]]:
    """Each chart under a name: that of its view, numbered where a view has several."""
    ids = [one.id for one in sheets]
    for place, one in enumerate(sheets):
        number = ids[: place + 1].count(one.id)
        yield f"charts/{one.id}" + (f"-{number}" if ids.count(one.id) > 1 else ""), one


def _drawn(asked: Question, name: str, one: Sheet) -> Iterator[tuple[str, bytes]]:
    for form in FORMS:
        yield f"{name}.{form}", charts.kept(one, form, asked.site)


def _pictures(asked: Question, sheets: Sequence[Sheet], drawn: Files) -> list[Picture]:
    return [
        Picture(
            f"{name}.svg", drawn[f"{name}.svg"], one.drawn.title, one.drawn.said,
            text(asked.language, "kit.rows", file=f"{name}.csv"),
        )
        for name, one in _named(sheets)
    ]  # fmt: skip


def _story(asked: Question, story: Story, pictures: Sequence[Picture]) -> list[Block]:
    found: list[Block] = [*telling.blocks(asked, story)]
    if pictures:
        found += [Heading(text(asked.language, "kit.charts")), *pictures]
    found += caveats.blocks(asked, story)
    cited = [text(asked.language, "kit.cite_hint"), cites.line(asked)]
    return [*found, Heading(text(asked.language, "page.open_data.cite")), Said(cited)]


def _paper(asked: Question, about: str, blocks: Sequence[Block]) -> Paper:
    title = story_words.title(asked.language, asked.release, asked.place)
    if about:
        title = text(asked.language, "kit.about", title=title, about=about)
    return Paper(asked.language, title, _label(asked), blocks)


def _label(asked: Question) -> str:
    """What marks simulated data at the head of a paper."""
    return text(asked.language, "chart.file_synthetic") if asked.release.synthetic else ""
