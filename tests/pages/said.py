"""What HTML of a page says: its text, a line for each of its parts, what is bold as in Markdown."""

from html.parser import HTMLParser

from streamlit.testing.v1 import AppTest

APART = ("p", "li", "dt", "dd", "td", "th", "summary", "code", "div", "a", "br")


class _Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.told = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.told += "**" if tag == "strong" else "\n" if tag in APART else ""

    def handle_endtag(self, tag: str) -> None:
        self.told += "**" if tag == "strong" else "\n" if tag in APART else ""

    def handle_data(self, data: str) -> None:
        self.told += data


def said(html: str) -> str:
    return _Reader(html).told


def folds(html: str) -> list[str]:
    """What stands on the line of each fold."""
    parts = html.split("<summary>")[1:]
    return [said(part.partition("</summary>")[0]) for part in parts]


def footer(page: AppTest) -> str:
    """What stands below a page: its address, and how fresh it is."""
    found: str = page.get("html")[-1].proto.body
    return found


def address(page: AppTest) -> str:
    """The address of the view, without its host."""
    code = footer(page).partition("<code>")[2].partition("</code>")[0]
    return said(code).strip()
