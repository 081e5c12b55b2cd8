"""The pages of /lookup: plain HTML that needs no script, prints well and is kept nowhere."""

import io
from html import escape
from urllib.parse import urlencode

import segno

import cities
from components import locales, lookup_form, words
from components.locales import text
from components.parcel import Mark, Parcel, say

STYLE = """
:root{color-scheme:light dark;--ink:#20262b;--paper:#fff;--soft:#f7f3ee;--line:#b9ada0;
--brand:#b84e14;--link:#8c3a0c;--bad:#a3261b}
@media screen and (prefers-color-scheme:dark){:root{--ink:#e8e6e1;--paper:#14181c;--soft:#1e242a;
--line:#59636c;--brand:#f0935a;--link:#f5b48a;--bad:#ff9c8f}}
body{margin:0;background:var(--paper);color:var(--ink);line-height:1.6;
font-family:'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei','Segoe UI',sans-serif}
main,header,footer{max-width:44rem;margin:0 auto;padding:0 1rem}
header,footer{padding-top:1rem;padding-bottom:1rem;display:flex;flex-wrap:wrap;gap:.5rem 1.5rem}
footer{font-size:.9rem;flex-direction:column}
a{color:var(--link)}h1{font-size:1.6rem;margin:.5rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem}
.synthetic,.now,.error{padding:.75rem 1rem;border-radius:.5rem;background:var(--soft)}
.now{border-left:.4rem solid var(--brand)}.now p{margin:.25rem 0}.now .where{font-size:1.25rem;
font-weight:600}.late{color:var(--bad);font-weight:600}.error{border-left:.4rem solid var(--bad)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.4rem 1rem;margin:0}
dt{opacity:.8;max-width:9rem}dd{margin:0;overflow-wrap:anywhere}
ol{list-style:none;margin:0;padding:0 0 0 .5rem}
li.mark{position:relative;padding:0 0 1rem 1.6rem;border-left:2px solid var(--brand)}
li.mark:last-child{border-left-color:transparent}
li.mark::before{content:'';position:absolute;left:-.5rem;top:.35rem;width:.7rem;height:.7rem;
border-radius:50%;border:2px solid var(--brand);background:var(--brand)}
li.later{border-left-style:dashed;border-left-color:var(--line)}
li.later::before{border-color:var(--line);background:var(--paper)}
li.now-here::before{box-shadow:0 0 0 .25rem var(--soft),0 0 0 .4rem var(--brand)}
li.now-here{border-left-style:dashed;border-left-color:var(--line)}
.day{opacity:.85;margin-left:.75rem;white-space:nowrap}
.detail{margin:.15rem 0;font-size:.95rem}.later{opacity:.8}
.receipt{display:flex;gap:1rem;align-items:center;flex-wrap:wrap}
.receipt svg{background:#fff;width:7rem;height:7rem}
fieldset{border:1px solid var(--line);border-radius:.5rem;margin:0 0 1rem;padding:.5rem 1rem}
fieldset label{display:inline-block;margin:.3rem 1.2rem .3rem 0;min-height:1.6rem}
textarea{display:block;box-sizing:border-box;width:100%;min-height:6rem;padding:.6rem;font:inherit;
color:inherit;background:transparent;border:1px solid currentColor;border-radius:.5rem}
@media(max-width:30rem){dl{grid-template-columns:1fr;gap:0}dt{margin-top:.6rem}}
@media print{header a,.screen,form{display:none}body{font-size:11pt}li.mark,.now{break-inside:avoid}
li.mark::before{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"""


def form(language: str, city: str, notice: str = "") -> str:
    """The form; above it what went wrong, if anything. It never shows again what was typed."""
    told = f'<p class="error" role="alert">{escape(notice)}</p>' if notice else ""
    about = _paragraph(_say(language, city, "about"))
    where = f"<h2>{_words(language, city, 'where')}</h2>"
    where += _paragraph(_say(language, city, "where_text"))
    body = f"{told}{about}{lookup_form.html(language, city)}{where}"
    return _page(language, city, body, switch=True)


def result(
    language: str, city: str, number: str, shown: Parcel, synthetic: bool, after: str = ""
) -> str:
    """A case on its way, with a receipt that carries its number and never its code.

    `after` is the form of a closed case.
    """
    label = text(language, "site.synthetic").replace("**", "")
    body = "".join(
        (
            f'<p class="synthetic">{escape(label)}</p>' if synthetic else "",
            _now(language, city, number, shown),
            f"<h2>{_words(language, city, 'way')}</h2>",
            f"<ol>{''.join(_mark(language, city, mark) for mark in shown.marks)}</ol>",
            f"<h2>{_words(language, city, 'next_title')}</h2>{_paragraph(shown.after)}",
            after,
            f"<h2>{_words(language, city, 'facts')}</h2>{_table(shown.facts)}"
            if shown.facts
            else "",
            f"<h2>{_words(language, city, 'why.title')}</h2>{_table(shown.why)}"
            if shown.why
            else "",
            f"<h2>{_words(language, city, 'usual.title')}</h2>" if shown.usual else "",
            "".join(map(_paragraph, shown.usual)),
            f"<h2>{_words(language, city, 'object.title')}</h2>",
            _paragraph(_say(language, city, "object.text")),
            _receipt(language, city, number),
            f'<p class="screen">{escape(_say(language, city, "print"))} '
            f'<a href="{_address(language, city)}">{_words(language, city, "another")}</a></p>',
        )
    )
    return _page(language, city, body, switch=False)


def notice(language: str, city: str, said: str) -> str:
    """A page that says one thing, and leads back to the form."""
    again = f'<a href="{_address(language, city)}">{_words(language, city, "another")}</a>'
    body = f'<p class="synthetic" role="status">{escape(said)}</p><p>{again}</p>'
    return _page(language, city, body, switch=False)


def _page(language: str, city: str, body: str, switch: bool) -> str:
    title = escape(words.title(language, "my_case", city))
    heading = text(
        language, "site.heading", page=_say(language, city, "title"),
        city=words.city_name(language, cities.profile(city)),
    )  # fmt: skip
    home = f"/?{urlencode({'lang': language, 'city': city})}"
    other = next(name for name in locales.LANGUAGES if name != language)
    turn = (
        f'<a href="{_address(other, city)}" lang="{locales.LANGUAGES[other]}">'
        f"{escape(text(other, 'page.my_case.this_language'))}</a>"
    )
    return (
        f'<!doctype html><html lang="{locales.LANGUAGES[language]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noarchive"><title>{title}</title>'
        f'<link rel="icon" href="/favicon.svg"><style>{STYLE}</style></head><body>'
        f'<header><a href="{escape(home)}">{escape(text(language, "site.home"))}</a>'
        f"{turn if switch else ''}</header><main><h1>{escape(heading)}</h1>{body}</main>"
        f"<footer>{_words(language, city, 'private')}</footer></body></html>"
    )


def _now(language: str, city: str, number: str, shown: Parcel) -> str:
    late = ' class="late"' if shown.late else ""
    return (
        f'<div class="now"><p>{_words(language, city, "number")} {escape(number)}</p>'
        f'<p class="where">{escape(shown.now)}</p>'
        f"<p{late}>{escape(shown.promise)}</p><p>{escape(shown.fresh)}</p></div>"
    )


def _mark(language: str, city: str, mark: Mark) -> str:
    state = {"now": "mark now-here", "later": "mark later", "done": "mark"}[mark.state]
    day = mark.day or _say(language, city, "to_come")
    current = ' aria-current="step"' if mark.state == "now" else ""
    details = "".join(f'<p class="detail">{escape(line)}</p>' for line in mark.details)
    return (
        f'<li class="{state}"{current}><strong>{escape(mark.label)}</strong>'
        f'<span class="day">{escape(day)}</span>{details}</li>'
    )


def _table(rows: tuple[tuple[str, str], ...]) -> str:
    lines = (f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows)
    return f"<dl>{''.join(lines)}</dl>"


def _receipt(language: str, city: str, number: str) -> str:
    """The number to read and to scan. Who holds the paper still needs the code."""
    drawn = io.BytesIO()
    code = segno.make(number, error="m", micro=False)
    code.save(drawn, kind="svg", xmldecl=False, svgns=True, border=2, omitsize=True)
    label = _words(language, city, "receipt.qr")
    picture = drawn.getvalue().decode().replace("<svg", f'<svg role="img" aria-label="{label}"', 1)
    return (
        f'<h2>{_words(language, city, "receipt.title")}</h2><div class="receipt">{picture}'
        f"<div><strong>{escape(number)}</strong>"
        f"{_paragraph(_say(language, city, 'receipt.text'))}</div></div>"
    )


def _address(language: str, city: str) -> str:
    return escape(f"{lookup_form.ACTION}?{urlencode({'lang': language, 'city': city})}")


def _say(language: str, city: str, key: str) -> str:
    return say(language, cities.profile(city), key)


def _words(language: str, city: str, key: str) -> str:
    return escape(_say(language, city, key))


def _paragraph(said: str) -> str:
    return f"<p>{escape(said)}</p>"
