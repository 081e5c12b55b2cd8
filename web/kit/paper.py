"""A paper of a story kit: blocks, written as a page that needs nothing else, and as Markdown.

No text in a block is read as markup, in neither form.
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from components.locales import LANGUAGES

STYLE = """
:root{color-scheme:light dark;background:#fff;color:#14191d}
@media screen and (prefers-color-scheme:dark){:root{background:#14191d;color:#f2f2f2}}
body{margin:0 auto;max-width:46rem;padding:1.5rem 1rem;line-height:1.7;overflow-wrap:anywhere;
font-family:'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei','Segoe UI',sans-serif}
h1{font-size:1.6rem;line-height:1.35;margin:.5rem 0}
h2{font-size:1.2rem;margin:2.25rem 0 .5rem;padding-top:.75rem;border-top:1px solid #8886}
.label{padding:.5rem .9rem;background:#8882;border-radius:.4rem}
dl{margin:0;border-bottom:1px solid #8884}
dl>div{display:grid;grid-template-columns:minmax(8rem,12rem) 1fr;gap:0 1.25rem;
padding:.6rem 0;border-top:1px solid #8884;break-inside:avoid}
dt{font-weight:600}dd{margin:0}dd strong{font-size:1.2rem}dd span{display:block;font-size:.9rem}
figure{margin:1.5rem 0;break-inside:avoid}figure img{width:100%;height:auto;background:#fff}
figcaption{font-size:.85rem}ul{padding-left:1.25rem}li{margin:.25rem 0}
@media (max-width:34rem){dl>div{grid-template-columns:1fr}}
@media print{:root{color-scheme:light}body{max-width:none;padding:0;font-size:10.5pt}
h2{break-after:avoid}@page{size:A4;margin:18mm}}
"""
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
MARKUP = re.compile(r"([\\`*_\[\]<>#|])")
BULLET = re.compile(r"^(\s*)([-+]|\d+\.)(\s)")


@dataclass(frozen=True)
class Heading:
    text: str


@dataclass(frozen=True)
class Said:
    """Paragraphs."""

    lines: Sequence[str]


@dataclass(frozen=True)
class Listed:
    """A list."""

    lines: Sequence[str]


@dataclass(frozen=True)
class Fact:
    """A figure under its name, and what it rests on."""

    name: str
    value: str
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Facts:
    facts: Sequence[Fact]


@dataclass(frozen=True)
class Picture:
    """A chart: where its file lies in the kit, the drawing, the same in words and in rows."""

    name: str
    svg: bytes
    title: str
    said: str
    rows: str


Block = Heading | Said | Listed | Facts | Picture


@dataclass(frozen=True)
class Paper:
    """`label` marks simulated data and is empty else."""

    language: str
    title: str
    label: str
    blocks: Sequence[Block]


def html(paper: Paper) -> str:
    """One file that needs no other, no script and no network."""
    label = f'<p class="label">{escape(paper.label)}</p>' if paper.label else ""
    return (
        f'<!doctype html>\n<html lang="{LANGUAGES[paper.language]}"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(paper.title)}</title><style>{STYLE}</style></head><body><main>"
        f"<h1>{escape(paper.title)}</h1>{label}"
        f"{''.join(map(_html, paper.blocks))}</main></body></html>\n"
    )


def _html(block: Block) -> str:
    match block:
        case Heading(text):
            return f"<h2>{escape(text)}</h2>"
        case Said(lines):
            return "".join(f"<p>{escape(line)}</p>" for line in lines)
        case Listed(lines):
            return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
        case Facts(facts):
            return f"<dl>{''.join(map(_fact, facts))}</dl>"
        case Picture(_, svg, _, said, rows):
            data = base64.b64encode(svg).decode()
            source = f"data:image/svg+xml;base64,{data}"
            shown = f'<img src="{source}" alt="{escape(said)}">'
            return f"<figure>{shown}<figcaption>{escape(rows)}</figcaption></figure>"


def _fact(fact: Fact) -> str:
    lines = "".join(f"<span>{escape(line)}</span>" for line in fact.lines)
    value = f"<strong>{escape(fact.value)}</strong>"
    return f"<div><dt>{escape(fact.name)}</dt><dd>{value}{lines}</dd></div>"


def markdown(paper: Paper) -> str:
    """The same as a plain text that is also Markdown; charts are named by their files."""
    label = [f"> {_plain(paper.label)}"] if paper.label else []
    parts = [f"# {_plain(paper.title)}", *label, *map(_markdown, paper.blocks)]
    return "\n\n".join(parts) + "\n"


def _markdown(block: Block) -> str:
    match block:
        case Heading(text):
            return f"## {_plain(text)}"
        case Said(lines):
            return "\n\n".join(map(_plain, lines))
        case Listed(lines):
            return "\n".join(f"- {_plain(line)}" for line in lines)
        case Facts(facts):
            return "\n".join(map(_bullets, facts))
        case Picture(name, _, title, said, rows):
            return f"![{_plain(title)}]({name})\n\n{_plain(said)}\n\n{_plain(rows)}"


def _bullets(fact: Fact) -> str:
    head = f"- {_plain(fact.name)}: **{_plain(fact.value)}**"
    return "\n".join([head, *(f"  - {_plain(line)}" for line in fact.lines)])


def _plain(text: str) -> str:
    """A text of which nothing is markup, on one line."""
    escaped = MARKUP.sub(r"\\\1", " ".join(text.split()))
    return BULLET.sub(r"\1\\\2\3", escaped)
