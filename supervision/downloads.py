"""Links to files of /papers, /bulletins and /exports. Who may have a file is asked when it is made.

Plain links, because Streamlit's own download button serves to anybody who knows the address.
"""

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlencode

import streamlit as st

from components import session
from components.session import t

ROW = "display:flex;gap:1.25rem;flex-wrap:wrap"
LINK = "color:inherit;text-underline-offset:0.25em"


def links(files: Sequence[tuple[str, str]]) -> None:
    """A row of links: words and address each."""
    drawn = "".join(f'<a style="{LINK}" href="{escape(to)}">{escape(said)}</a>'
                    for said, to in files)  # fmt: skip
    st.html(f'<div style="{ROW}">{drawn}</div>')


def spoken(path: str, language: str = "") -> str:
    """The address in a language, by default the visitor's."""
    return f"{path}?lang={language or session.language()}"


def exports(name: str, asked: Mapping[str, object] | None = None) -> None:
    """Links to a list as a file, narrowed as on the page."""
    told = {key: str(value) for key, value in (asked or {}).items() if value}
    query = urlencode({"lang": session.language()} | told)
    links(
        [
            (
                t("export.take", name=t(f"export.{name}"), form=form.upper()),
                f"/exports/{name}/{form}?{query}",
            )
            for form in ("xlsx", "csv")
        ]
    )
