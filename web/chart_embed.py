"""The page that another site shows in a frame: title, drawing, source, and the way to us."""

from html import escape
from urllib.parse import urlencode

from components import locales
from components.drawn import Sheet
from components.locales import text
from web import chart_sheet

# The one page of this site that others may frame. It runs no script and asks for nothing elsewhere.
POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors *"
)
STYLE = (
    f"body{{margin:0;padding:1rem;background:{chart_sheet.GROUND};color:{chart_sheet.INK};"
    f"font:1rem/1.5 {chart_sheet.FONT}}}h1{{font-size:1.15rem;line-height:1.45;margin:0 0 .75rem}}"
    "img{display:block;width:100%;height:auto}"
    f"p{{margin:.5rem 0 0;font-size:.8rem;color:{chart_sheet.QUIET}}}a{{color:#8C3A0C}}"
)
PHONE = 520  # pixels: frames up to this width get the narrow drawing


def page(sheet: Sheet, origin: str) -> str:
    """The chart, at the width that suits the frame."""
    narrow, wide = (_drawing(sheet, width) for width in chart_sheet.WIDTHS)
    told = " · ".join(escape(line) for line in chart_sheet.said(sheet, origin)[:-1])
    way = escape(text(sheet.language, "chart.file_page"))
    return _html(
        sheet.language, sheet.drawn.title,
        f"<h1>{escape(sheet.drawn.title)}</h1><picture>"
        f'<source media="(max-width:{PHONE}px)" srcset="{narrow}">'
        f'<img src="{wide}" alt="{escape(sheet.drawn.said)}"></picture>'
        f'<p>{told} · <a href="{escape(sheet.page)}" target="_blank" rel="noopener">{way}</a></p>',
    )  # fmt: skip


def refusal(language: str, said: str) -> str:
    """Why there is no chart."""
    return _html(language, said, f"<p>{escape(said)}</p>")


def _drawing(sheet: Sheet, width: int) -> str:
    query = urlencode({**sheet.query, "width": width, "bare": 1})
    return escape(f"/charts/{sheet.id}.svg?{query}")


def _html(language: str, title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{locales.LANGUAGES[language]}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{STYLE}</style><main>{body}</main></html>"
    )
