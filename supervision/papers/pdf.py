"""PDF of a paper, and pictures of its charts, set by Typst. The same paper gives the same bytes."""

import json
from pathlib import Path
from typing import Literal

import typst

from supervision.papers import fonts
from supervision.papers.model import Chart, Paper, told

TEMPLATE = Path(__file__).parent / "paper.typ"
Form = Literal["pdf", "svg", "png"]
DOTS = 200.0  # an inch, of a picture in a DOCX file


def pdf(paper: Paper) -> bytes:
    """The whole paper, its fonts embedded. Raises NoFont."""
    return _set(paper, "pdf")


def picture(paper: Paper, chart: Chart, form: Literal["svg", "png"]) -> bytes:
    """One chart of the paper as `svg` or `png`."""
    return _set(paper, form, str(paper.blocks.index(chart)))


def pages(paper: Paper, dots: float = 72.0) -> list[bytes]:
    """Every page as PNG."""
    made = _compile(paper, "png", "", dots)
    return made if isinstance(made, list) else [made]


def _set(paper: Paper, form: Form, chart: str = "") -> bytes:
    made = _compile(paper, form, chart, DOTS)
    if isinstance(made, list):
        raise TypeError(f"{len(made)} pages of a chart")
    return made


def _compile(paper: Paper, form: Form, chart: str, dots: float) -> bytes | list[bytes]:
    given = {"told": told(paper), "fonts": fonts.chosen()}
    inputs = {name: json.dumps(value, ensure_ascii=False) for name, value in given.items()}
    compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=fonts.fonts())
    made = compiler.compile(
        format=form, ppi=dots, sys_inputs=inputs | {"chart": chart},
        timestamp=int(paper.at.timestamp()),
    )  # fmt: skip
    if made is None:
        raise TypeError("nothing was made")
    return made
