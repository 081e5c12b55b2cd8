"""A paper as blocks, before it becomes PDF, DOCX or HTML: what it says, not how it looks.

Texts are texts everywhere: no writer reads markup out of them.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True)
class Heading:
    """A title within the paper: level 1 (一、) or 2."""

    kind: ClassVar[str] = "heading"
    text: str
    level: int = 1


@dataclass(frozen=True)
class Text:
    """A paragraph: `body` begins two characters in, `flush` at the edge, `note` is small."""

    kind: ClassVar[str] = "text"
    text: str
    style: str = "body"


@dataclass(frozen=True)
class Table:
    """Rows below a head. `right` are the columns of numbers; `widths` are shares of the line."""

    kind: ClassVar[str] = "table"
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    widths: tuple[int, ...] = ()


@dataclass(frozen=True)
class Point:
    """One member of a chart. Nothing is drawn where there is no value; `said` says why."""

    label: str
    value: float | None
    said: str


@dataclass(frozen=True)
class Chart:
    """`bars` lie below each other and begin at zero; `columns` stand side by side, over time."""

    kind: ClassVar[str] = "chart"
    form: str
    caption: str
    alt: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Signature:
    """Who signs, on which day, and where the seal goes."""

    kind: ClassVar[str] = "signature"
    office: str
    day: str
    seal: str


@dataclass(frozen=True)
class Break:
    """What follows begins a page."""

    kind: ClassVar[str] = "break"


Block = Heading | Text | Table | Chart | Signature | Break


@dataclass(frozen=True)
class Paper:
    """A whole paper. `mark` stands in red above the red line, `number` and `day` below the mark.

    `label` says that the data are made up, on every page; "" where they are not. `colophon` tells
    where the contents come from and is no part of them; `at` is the time the file is given.
    """

    language: str
    mark: str
    number: str
    title: str
    blocks: tuple[Block, ...]
    at: datetime
    day: str = ""
    label: str = ""
    colophon: tuple[str, ...] = ()


def told(paper: Paper) -> dict[str, Any]:
    """The paper as plain values, each block under its kind."""
    blocks = [{"kind": block.kind, **asdict(block)} for block in paper.blocks]
    return asdict(paper) | {"blocks": blocks, "at": paper.at.isoformat()}


def fingerprint(paper: Paper) -> str:
    """SHA-256 of all that the paper says, whatever form it takes, but for its colophon."""
    contents = told(paper)
    del contents["colophon"], contents["at"]
    text = json.dumps(contents, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
