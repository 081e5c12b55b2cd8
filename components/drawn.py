"""A chart before it is shown anywhere: its title, its drawing, its words and its rows.

No Streamlit in here: a page shows it, and `web` makes files of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

Value = str | int | float | None
Row = Mapping[str, Value]


@dataclass(frozen=True)
class Drawn:
    """`spec` is Vega-Lite with its data inside; where there is none, `why` says why, or nothing.

    `said` is the same in words, `rows` in numbers; `title` states what the chart shows, `notes`
    how to read it where the page is not around it.
    """

    spec: dict[str, Any] | None
    said: str = ""
    rows: tuple[Row, ...] = ()
    why: str = ""
    title: str = ""
    notes: tuple[str, ...] = ()

    def under(self, title: str, *notes: str) -> "Drawn":
        """The same under a title and with notes, which are plain text: no Markdown."""
        plain = tuple(text.replace("*", "").strip() for text in (title, *notes))
        return replace(self, title=plain[0], notes=plain[1:])


@dataclass(frozen=True)
class Sheet:
    """A chart that is handed out: what is drawn, and all that has to be said beside it.

    `query` tells the view apart: language, city and every choice, defaults too. `page` is the
    address of the page that shows it, below the root of the site.
    """

    id: str
    drawn: Drawn
    language: str
    city: str
    publisher: str
    release: str
    as_of: str
    synthetic: bool
    licence: str
    query: Mapping[str, str]
    page: str


class Refused(Exception):
    """A chart that there is not, in words, with the status of HTTP."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(said)
        self.status, self.said = status, said
