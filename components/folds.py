"""What is folded away under a line that names it: one element each, however much is in it."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from components import words


def fold(name: str, lines: Sequence[str], code: str = "") -> str:
    """A fold as HTML, each line a paragraph, perhaps with code below."""
    told = "".join(f"<p>{words.bold(line)}</p>" for line in lines)
    told += f"<pre><code>{escape(code)}</code></pre>" if code else ""
    return html(name, told)


def html(name: str, body: str) -> str:
    """A fold whose body is HTML already."""
    return f'<details class="fold"><summary>{escape(name)}</summary>{body}</details>'


def draw(folds: Sequence[str]) -> None:
    """Folds, one below the other."""
    st.html("".join(folds))
