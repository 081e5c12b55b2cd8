"""The list of cases by deadline: how many of each colour, the rows, and what to do about them."""

from dataclasses import replace

import streamlit as st

from cities.supervision import rules
from components import cards, session
from components.cards import Card
from components.session import t
from data_access.supervision import ledger, moment, overdue
from data_access.supervision.audit import Did, record
from data_access.supervision.database import engine
from data_access.supervision.overdue import Page, Question
from data_access.supervision.viewer import Viewer
from metrics import numerals
from supervision import act, downloads, questions, tables


def colours(viewer: Viewer) -> None:
    """How many open cases have come to each colour, and the rule it follows."""
    told = rules(viewer.city)
    if told is None:
        st.info(t("overdue.no_rules"))
        return
    with engine().connect() as connection:
        found = overdue.colours(viewer, connection, Question())
    language = session.language()
    counts = {one.colour: numerals.count(found[one.colour]) for one in told.levels}
    cards.draw(
        [
            Card(one.name[language], t("overdue.cases", n=counts[one.colour]), [one.rule[language]])
            for one in told.levels
        ]
    )


def cases(viewer: Viewer) -> None:
    """The list that the address asks for, a page of it, and the form for the rows chosen."""
    asked = questions.asked(viewer)
    with engine().begin() as connection:
        detail = {name: str(value) for name, value in vars(asked).items() if value}
        record(connection, viewer, Did.SAW, "overdue", **detail)
        page = overdue.page(viewer, connection, asked, questions.place())
        numbers = [row.number for row in page.rows]
        latest = ledger.latest(viewer, connection, numbers)
        total = None if asked.which == overdue.ALL else overdue.count(viewer, connection, asked)
    _said(viewer, asked, page, total)
    if page.rows:
        chosen = tables.cases(viewer, page.rows, latest)
        questions.turn(page.following)
        downloads.exports("overdue", vars(asked))
        _act(viewer, chosen)


def members(viewer: Viewer) -> None:
    """The same list by unit, county and category."""
    asked = replace(Question(), which=overdue.OVERDUE)
    with engine().connect() as connection:
        found = {name: overdue.by(viewer, connection, asked, name) for name in overdue.DIMENSIONS}
    with st.expander(t("overdue.by")):
        for place, (name, counts) in zip(st.columns(len(found)), found.items(), strict=True):
            called = tables.category if name == "category" else questions.unit_name
            rows = {
                t(f"overdue.column.{name}"): [called(viewer, code) for code, _ in counts],
                t("overdue.column.cases"): [number for _, number in counts],
            }
            place.dataframe(rows, hide_index=True)


def _said(viewer: Viewer, asked: Question, page: Page, total: int | None) -> None:
    st.markdown(t(f"overdue.about.{asked.which}"))
    if not page.rows:
        st.info(t("overdue.nothing"))
    elif total is not None:
        st.caption(t("overdue.total", n=numerals.count(total), shown=len(page.rows)))
    else:
        st.caption(t("overdue.shown", shown=len(page.rows)))


def _act(viewer: Viewer, chosen: list[str]) -> None:
    if not act.may_begin(viewer):
        return
    with st.container(border=True):
        st.subheader(t("act.title"), anchor=False)
        st.caption(t("act.chosen", n=len(chosen)))
        act.begin(viewer, chosen)


def as_of(viewer: Viewer) -> None:
    """How far the data looks, in plain words."""
    with engine().connect() as connection:
        seen = moment.as_of(connection, viewer.city)
    st.caption(t("overdue.as_of", at=tables.local(viewer, seen)))
