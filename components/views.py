"""Every chart once: what may be asked of it, and the function that draws it of published figures.

A page shows a view, and `exports` hands the same one out as a file. So page, file and embedded
chart cannot say different things.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.dataframe_util import convert_anything_to_arrow_bytes

from components import blocks, cached, session
from components.charts.drawing import CHOSEN
from components.drawn import Drawn
from components.session import t
from data_access.published import ALL, Release, Scope

FORMS = ("png", "svg", "csv")
LINE = "display:flex;flex-wrap:wrap;gap:0 0.9rem;align-items:baseline;font-size:0.8125rem"
LINK = "color:inherit;text-underline-offset:0.25em;padding:0.25rem 0"
CODE = (
    "display:block;white-space:pre-wrap;overflow-wrap:anywhere;user-select:all;"
    "padding:0.5rem 0.75rem;border:1px solid rgba(128,128,128,0.4);border-radius:0.5rem"
)


@dataclass(frozen=True)
class Ask:
    """What is asked of a view. What it does not take, or is not narrowed by, is empty."""

    scope: Scope = field(default_factory=Scope)
    metric: str = ""
    measure: str = ""
    area: str = ""
    category: str = ""
    unit: str = ""
    group: str = ""
    since: str = ""

    def given(self, name: str) -> str:
        """What stands in an address under a name; ALL where it is not narrowed."""
        value: str = self.scope.period if name == "period" else getattr(self, name)
        return value or ALL

    def having(self, name: str, value: str, grain: str = "") -> "Ask":
        """The same with one more choice."""
        if name == "period":
            return replace(self, scope=Scope(grain, value))
        chosen: dict[str, Any] = {name: "" if value == ALL else value}
        return replace(self, **chosen)


# What may be chosen after all before it, the first unless it is told; of a period with its grain.
Offer = Callable[[Ask], Collection[str]]


@dataclass(frozen=True)
class View:
    """One chart: the page it is on, what it takes in that order, and how it is drawn.

    `chosen` is what has to be chosen on the page before it shows this chart.
    """

    id: str
    page: str
    draw: Callable[[Ask], Drawn]
    offers: Mapping[str, Offer] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)

    def query(self, ask: Ask) -> dict[str, str]:
        """The part of its address that says what is drawn."""
        return {name: ask.given(name) for name in self.offers}


VIEWS: dict[str, View] = {}


def view(
    name: str, page: str, *, chosen: Mapping[str, str] | None = None, **offers: Offer
) -> Callable[[Callable[[Ask], Drawn]], Callable[[Ask], Drawn]]:
    """Register the function that draws a chart under its name."""

    def registered(draw: Callable[[Ask], Drawn]) -> Callable[[Ask], Drawn]:
        if name in VIEWS:
            raise ValueError(f"two charts are called {name}")
        VIEWS[name] = View(name, page, draw, offers, chosen or {})
        return draw

    return registered


def drawn(name: str, ask: Ask) -> Drawn:
    """The chart, drawn once for all visitors who ask for the same."""
    return _drawn(cached.release(), session.language(), session.dark(), name, ask)


@cached.kept(2_000)
def _drawn(here: Release, language: str, dark: bool, name: str, ask: Ask) -> Drawn:
    return VIEWS[name].draw(ask)


def show(name: str, ask: Ask | None = None) -> None:
    """Draw a chart, with the same in words, and how to get it; or say why there is none."""
    ask = ask or Ask()
    found = drawn(name, ask)
    display(found)
    if found.spec is not None:
        handed_out(name, ask, found.title)


def display(found: Drawn) -> None:
    """Draw a chart that is not handed out, with the same in words; or say why there is none."""
    if found.spec is not None:
        st.vega_lite_chart(dict(found.spec), width="stretch", alt=found.said)
    elif found.why:
        st.info(found.why)


def titled(name: str, ask: Ask | None = None) -> None:
    """The same under its title, which says what the chart shows."""
    st.subheader(drawn(name, ask or Ask()).title, anchor=False)
    show(name, ask)


def choose(name: str, ask: Ask, act: Callable[[str], None] | None = None) -> str | None:
    """The same, where a mark can be clicked: the code of the one that was, or `act` on it."""
    found = _packed(cached.release(), session.language(), session.dark(), name, ask)
    if found.spec is None:
        return None
    key = f"{name} {session.language()} {urlencode(VIEWS[name].query(ask))}"

    def clicked() -> None:
        if act and (code := _picked(st.session_state[key].selection)):
            act(code)

    event = st.vega_lite_chart(
        dict(found.spec), width="stretch", alt=found.said, key=key,
        on_select=clicked if act else "rerun",
    )  # fmt: skip
    blocks.show(handed_out, name, ask, found.title)
    return _picked(event.selection)


@cached.kept(200)
def _packed(here: Release, language: str, dark: bool, name: str, ask: Ask) -> Drawn:
    """A chart with its data as they are sent: one that can be clicked is sent at each rerun."""
    found = drawn(name, ask)
    if found.spec is None:
        return found
    packed = {
        key: convert_anything_to_arrow_bytes(rows) for key, rows in found.spec["datasets"].items()
    }
    return replace(found, spec=found.spec | {"datasets": packed})


def _picked(selection: Mapping[str, Any]) -> str | None:
    picked = selection.get(CHOSEN)
    return str(picked[0]["code"]) if picked else None


def handed_out(name: str, ask: Ask, title: str) -> None:
    """A quiet line below a chart: its files, and how to show it on another page."""
    told = {"lang": session.language(), "city": session.city().id} | VIEWS[name].query(ask)
    query = urlencode(told)
    links = "".join(_file(form, f"/charts/{name}.{form}?{query}") for form in FORMS)
    frame = (
        f'<iframe src="{session.origin()}/embed/{name}?{query}" title="{escape(title)}" '
        'width="100%" height="560" style="border:0" loading="lazy"></iframe>'
    )
    st.html(
        f'<div style="{LINE}"><span>{escape(t("chart.take"))}</span>{links}'
        f'<details style="flex-basis:auto"><summary style="{LINK};cursor:pointer">'
        f'{escape(t("chart.embed"))}</summary><p style="margin:0.25rem 0">'
        f'{escape(t("chart.embed_hint"))}</p><code style="{CODE}">{escape(frame)}</code>'
        "</details></div>"
    )


def _file(form: str, href: str) -> str:
    said = escape(t("chart.take_as", form=form.upper()))
    return f'<a style="{LINK}" href="{escape(href)}" aria-label="{said}">{form.upper()}</a>'
