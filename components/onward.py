"""Links to where a reader's next question is answered."""

from collections.abc import Sequence
from typing import NamedTuple

import streamlit as st

from components import session, sitemap, tables
from components.session import t
from components.tables import Link


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
    listed([Link(t(one.words), _address(one)) for one in found if one.page in known])


def listed(found: Sequence[Link]) -> None:
    """A list of links under their names."""
    told = "".join(f"<li>{tables.link(one)}</li>" for one in found)
    st.html(f'<ul class="onward">{told}</ul>')


def _address(link: Onward) -> str:
    return session.to(link.page) + (f"#{link.place}" if link.place else "")
