"""Links to where a reader's next question is answered."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import streamlit as st

from components import session, sitemap, tables
from components.session import t


class Onward(NamedTuple):
    """A page, a place on it ("" is its top), and the key of the words that lead there."""

    page: str
    place: str
    words: str


def links(found: Sequence[Onward]) -> None:
    """A list of links that open in the same tab and carry on what was chosen.

    Pages that this site does not have are left out.
    """
    known = {page.id for page in sitemap.PAGES}
    told = "".join(
        f'<li style="margin:0.2rem 0"><a style="{tables.LINK}" href="{escape(_address(one))}">'
        f"{escape(t(one.words))}</a></li>"
        for one in found
        if one.page in known
    )
    st.html(f'<ul style="margin:0;padding-left:1.2rem">{told}</ul>')


def _address(link: Onward) -> str:
    return session.to(link.page) + (f"#{link.place}" if link.place else "")
