"""The cards that a page shows (components.cards), read from their HTML."""

from html.parser import HTMLParser
from typing import NamedTuple

from streamlit.testing.v1 import AppTest


class Card(NamedTuple):
    label: str
    value: str
    lines: str  # one below the other


class _Reader(HTMLParser):
    """The texts of all terms and of their descriptions, in their order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.told: list[list[str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "dt":
            self.told.append([""])
        elif tag == "dd":
            self.told[-1].append("")
        elif tag == "br":
            self.told[-1][-1] += "\n"

    def handle_data(self, data: str) -> None:
        self.told[-1][-1] += data


def cards(page: AppTest) -> list[Card]:
    """Each card of the page, in their order."""
    return [card for element in page.get("html") for card in cards_of(element.proto.body)]


def cards_of(html: str) -> list[Card]:
    """The cards of one element; none where it holds something else."""
    if 'class="cards"' not in html:
        return []
    return [Card(label, value, "\n".join(lines)) for label, value, *lines in _Reader(html).told]
