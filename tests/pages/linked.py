"""The tables with links that a page shows (components.tables.linked), read from their HTML."""

from html.parser import HTMLParser

import pandas as pd
from streamlit.testing.v1 import AppTest


class _Reader(HTMLParser):
    """Rows of cells' texts, and the address of every link by its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.links: dict[str, str] = {}
        self._href: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
        elif tag == "a":
            self._href = dict(attrs)["href"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._href = None

    def handle_data(self, data: str) -> None:
        self.rows[-1][-1] += data
        if self._href is not None:
            self.links[data] = self._href


def _found(page: AppTest) -> list[_Reader]:
    html = [element.proto.body for element in page.get("html")]
    return [_Reader(body) for body in html if "<table" in body]


def tables(page: AppTest) -> list[pd.DataFrame]:
    """Each table under its columns, in the order of the page."""
    return [pd.DataFrame(one.rows[1:], columns=one.rows[0]) for one in _found(page)]


def links(page: AppTest) -> dict[str, str]:
    """Where each name in a table leads."""
    return {name: href for one in _found(page) for name, href in one.links.items()}
