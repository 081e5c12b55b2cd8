"""HTML of a paper: one file without scripts, for reading on a screen and for sending on."""

from base64 import b64encode
from collections.abc import Callable
from html import escape
from typing import Any

from components.locales import LANGUAGES
from supervision.papers import pdf
from supervision.papers.model import Block, Break, Chart, Heading, Paper, Signature, Table, Text

NEW = "\n"
STYLE = """
body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:1.05rem/1.9 serif;
color:#111;background:#fff}
header{border-bottom:2px solid #c8102e;text-align:center}
p.mark{text-align:center;color:#c8102e;font-size:1.7rem;font-weight:bold;margin:0}
.number{display:flex;justify-content:space-between;margin:.5rem 0}
.number p{margin:0 auto}.number p+p{margin:0}.number p:first-child:not(:only-child){margin:0}
h1{text-align:center;font-size:1.5rem;margin:2rem 0}
h2,h3{font-size:1.05rem;font-family:sans-serif;font-weight:normal;margin:1.5rem 0 .5rem}
p{margin:0 0 .3rem;text-align:justify}
:lang(zh) p.body,:lang(zh) p.note,:lang(zh) h2,:lang(zh) h3{text-indent:2em}
.note{font-size:.85rem;color:#444}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.85rem;line-height:1.5;margin:.5rem 0 1rem}
caption,figcaption{font-family:sans-serif;font-size:.9rem;text-align:center;margin:.5rem 0}
th,td{border:1px solid #777;padding:.25rem .4rem;text-align:left}
th{font-family:sans-serif;font-weight:normal;text-align:center;background:#f2f2f2}
td.right{text-align:right}
figure{margin:1rem 0}figure img{width:100%}
.signature{text-align:center;width:max-content;margin:2rem 2rem 1rem auto}
.signature p{text-align:center}
.label{position:sticky;top:0;text-align:right}
.label span{border:1px solid #c8102e;color:#c8102e;background:#fff;padding:.1rem .5rem}
footer{border:solid #777;border-width:1px 0;margin-top:2rem;padding:.5rem 1rem;font-size:.8rem}
@media(max-width:32rem){p{text-align:start}table{font-size:.75rem}}
@media print{hr{border:0;break-after:page}}
"""


def html(paper: Paper) -> bytes:
    """The whole paper. Raises NoFont, because its charts are drawn as in the PDF."""
    label = f'<p class="label"><span>{escape(paper.label)}</span></p>' if paper.label else ""
    below = "".join(f"<p>{escape(said)}</p>" for said in (paper.number, paper.day) if said)
    body = "".join(DRAW[type(block)](paper, block) for block in paper.blocks)
    end = "".join(f"<p>{escape(line)}</p>" for line in paper.colophon)
    title = escape(paper.title)
    return (
        f'<!doctype html><html lang="{LANGUAGES[paper.language]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{title.replace(NEW, "")}</title>'
        f"<style>{STYLE}</style></head><body>{label}"
        f'<header><p class="mark">{escape(paper.mark)}</p><div class="number">{below}</div>'
        f"</header><main><h1>{escape(paper.title).replace(NEW, '<br>')}</h1>{body}</main>"
        f"<footer>{end}</footer></body></html>\n"
    ).encode()


def _heading(_: Paper, block: Heading) -> str:
    level = block.level + 1
    return f"<h{level}>{escape(block.text)}</h{level}>"


def _text(_: Paper, block: Text) -> str:
    return f'<p class="{block.style}">{escape(block.text)}</p>'


def _table(_: Paper, block: Table) -> str:
    caption = f"<caption>{escape(block.caption)}</caption>" if block.caption else ""
    head = "".join(f'<th scope="col">{escape(said)}</th>' for said in block.head)
    rows = "".join(f"<tr>{_cells(block, row)}</tr>" for row in block.rows)
    return (
        f'<div class="scroll"><table>{caption}<thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _cells(block: Table, row: tuple[str, ...]) -> str:
    return "".join(
        f"<td{' class=right' if place in block.right else ''}>{escape(said)}</td>"
        for place, said in enumerate(row)
    )


def _chart(paper: Paper, block: Chart) -> str:
    drawn = b64encode(pdf.picture(paper, block, "svg")).decode()
    return (
        f"<figure><figcaption>{escape(block.caption)}</figcaption>"
        f'<img alt="{escape(block.alt)}" src="data:image/svg+xml;base64,{drawn}"></figure>'
    )


def _signature(_: Paper, block: Signature) -> str:
    said = f"<p>{escape(block.office)}</p><p>{escape(block.day)}{escape(block.seal)}</p>"
    return f'<div class="signature">{said}</div>'


def _break(_: Paper, __: Break) -> str:
    return "<hr>"


DRAW: dict[type[Block], Callable[[Paper, Any], str]] = {
    Heading: _heading, Text: _text, Table: _table, Chart: _chart, Signature: _signature,
    Break: _break,
}  # fmt: skip
