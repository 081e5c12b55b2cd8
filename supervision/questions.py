"""Which cases the list shows: every choice is in the address, so a list can be passed on."""

from collections.abc import Callable, Sequence

import streamlit as st

import cities
from cities.supervision import COLOURS
from components import session, words
from components.session import t
from data_access.supervision import overdue
from data_access.supervision.overdue import Cursor, Question
from data_access.supervision.viewer import Role, Viewer

DAYS = (0, 7, 15, 30, 90)
EXTENSIONS = (0, 1, 2)
AFTER = "after"  # where the page begins


def asked(viewer: Viewer) -> Question:
    """What the address asks for, through the widgets that show and change it."""
    city, language = cities.profile(viewer.city), session.language()
    which = _radio("which", overdue.LISTS, lambda name: t(f"overdue.which.{name}"))
    first, second, third, fourth = st.columns(4)
    with first:
        unit = _choose("unit", ["", *_units(viewer)], _name("unit", viewer))
        colour = _choose(
            "colour", ["", *COLOURS], lambda code: t(f"overdue.colour.{code or 'any'}")
        )
    with second:
        areas = [unit.code for unit in city.units if unit.peer_group == "area"]
        area = _choose("area", ["", *areas], _name("area", viewer))
        days = _choose("days", [str(n) for n in DAYS], lambda n: _least("days", n))
    with third:
        category = _choose(
            "category", ["", *city.categories],
            lambda code: city.categories[code][language] if code else t("overdue.any.category"),
        )  # fmt: skip
        longer = _choose(
            "extensions", [str(n) for n in EXTENSIONS], lambda n: _least("extensions", n)
        )
    with fourth:
        sort = _choose("sort", list(overdue.SORTS), lambda name: t(f"overdue.sort.{name}"))
    return Question(which, colour, unit, area, category, int(days), int(longer), sort)


def place() -> Cursor | None:
    """Where the page begins, as the address says."""
    return overdue.cursor(st.query_params.get(AFTER, ""))


def turn(following: Cursor | None) -> None:
    """Buttons to the next page and back to the first."""
    with st.container(horizontal=True):
        st.button(
            t("overdue.first"), disabled=AFTER not in st.query_params, key="to_first",
            on_click=session.drop, args=(AFTER,),
        )  # fmt: skip
        st.button(
            t("overdue.next"), disabled=following is None, key="to_next",
            on_click=_begin_after, args=(str(following),),
        )  # fmt: skip


def unit_name(viewer: Viewer, code: str) -> str:
    """A unit or county as the viewer's city calls it."""
    return words.unit_name(session.language(), cities.profile(viewer.city), code)


def _units(viewer: Viewer) -> list[str]:
    """The units to choose from: a department supervisor's own alone."""
    codes = [unit.code for unit in cities.profile(viewer.city).units]
    return codes if viewer.has(Role.CITY) else [code for code in codes if code in viewer.units]


def _name(kind: str, viewer: Viewer) -> Callable[[str], str]:
    return lambda code: unit_name(viewer, code) if code else t(f"overdue.any.{kind}")


def _least(kind: str, number: str) -> str:
    return t(f"overdue.least.{kind}", n=number) if number != "0" else t(f"overdue.any.{kind}")


def _radio(name: str, options: Sequence[str], said: Callable[[str], str]) -> str:
    chosen = session.asked(name, list(options), options[0])
    st.session_state[name] = chosen
    st.radio(
        t(f"overdue.filter.{name}"), options, key=name, horizontal=True, format_func=said,
        on_change=_to_url, args=(name,),
    )  # fmt: skip
    return chosen


def _choose(name: str, options: Sequence[str], said: Callable[[str], str]) -> str:
    chosen = session.asked(name, list(options), options[0])
    st.session_state[name] = chosen
    st.selectbox(
        t(f"overdue.filter.{name}"), options, key=name, format_func=said,
        on_change=_to_url, args=(name,),
    )  # fmt: skip
    return chosen


def _to_url(name: str) -> None:
    """Another choice begins at the first page."""
    session.drop(AFTER)
    st.query_params[name] = st.session_state[name]


def _begin_after(cursor: str) -> None:
    st.query_params[AFTER] = cursor
