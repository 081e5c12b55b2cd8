"""Time-limited solutions on the screen: how many days promised were kept, and each of them."""

from collections.abc import Sequence
from datetime import date
from html import escape

import streamlit as st

from components import cached, cards, filters, session, words
from components.cards import Card
from components.session import t
from data_access import pledges
from data_access.pledges import KEPT, MISSED, OVERDUE, REDATE, REGISTER, RUNNING, Pledge, Told
from data_access.published import Release
from metrics import numerals
from metrics.measure import Figure
from metrics.pledges import FIRST, IN_FORCE, days
from metrics.pledges import kept as kept_of

ORDER = {OVERDUE: "red", RUNNING: "blue", MISSED: "orange", KEPT: "green"}  # with their colours


def found() -> list[Pledge]:
    """Every pledge that the release tells of."""
    return _read(cached.release())


@cached.kept(8)
def _read(here: Release) -> list[Pledge]:
    return pledges.read(here)


def kept(every: Sequence[Pledge]) -> None:
    """How many were kept, by the deadline in force and by the first one, and how many wait."""
    as_of = cached.release().as_of
    st.caption(t("site.as_of", day=numerals.day(as_of)))
    told = []
    for by in (IN_FORCE, FIRST):
        figure = kept_of(every, by, as_of)
        lines = [*_basis(figure), t(f"pledges.about_{by}")]
        told.append(Card(t(f"pledges.kept_{by}"), numerals.value(figure), lines))
    counts = [(name, sum(one.state == name for one in every)) for name in ORDER]
    lines = [t(f"pledges.count_{name}", n=number) for name, number in counts]
    cards.draw([*told, Card(t("pledges.all"), numerals.count(len(every)), lines)])


def _basis(figure: Figure) -> list[str]:
    if figure.value is None:
        return [t("pledges.nothing_due")]
    low, high = numerals.bounds(figure)
    return [
        t("pledges.of", n=figure.numerator, m=figure.denominator),
        t("card.interval", low=low, high=high),
    ]


def each(every: Sequence[Pledge]) -> None:
    """All of them: first what is overdue, then what waits, then what is decided, newest first."""
    for state in ORDER:
        mine = [one for one in every if one.state == state]
        if mine:
            st.subheader(t(f"pledges.heading_{state}", n=len(mine)), anchor=state)
        for one in sorted(mine, key=lambda one: one.deadline, reverse=state in (KEPT, MISSED)):
            _card(one)


def _card(one: Pledge) -> None:
    """One pledge. Its words came from people, so they are shown as text and nothing else."""
    with st.container(border=True):
        st.badge(t(f"pledges.state_{one.state}"), color=ORDER[one.state])  # type: ignore[arg-type]
        st.html(f"<strong>{escape(title(one))}</strong>")
        st.caption(" · ".join(_about(one)))
        st.text(t("pledges.why", text=one.why or t("pledges.withdrawn")))
        st.text("\n".join(_dates(one, cached.release().as_of)))
        with st.expander(t("pledges.log", n=len(one.log)), expanded=one.state == OVERDUE):
            for told in one.log:
                st.text(said(told))


def title(one: Pledge) -> str:
    """What it is about, in the visitor's language where there is such a title."""
    english = one.title_en if session.language() == "en" else ""
    return english or one.title_zh or t("pledges.withdrawn")


def _about(one: Pledge) -> list[str]:
    language, city = session.language(), session.city()
    units = t("units.and").join(words.unit_name(language, city, code) for code in one.units)
    place = words.unit_name(language, city, one.area) if one.area else t("outcomes.whole_city")
    moves = sum(told.move == REDATE for told in one.log)
    return [
        t("pledges.number", n=one.pledge), filters.called("category", one.category), place,
        t("pledges.units", names=units),
        *([t("pledges.times_moved", n=moves)] if moves else []),
    ]  # fmt: skip


def _dates(one: Pledge, as_of: date) -> list[str]:
    """The day first promised, every move of it with its reason, and how it stands."""
    lines = [t("pledges.promised", day=one.first_deadline, registered=one.registered_on)]
    lines += [
        t(
            "pledges.moved", day=told.day, deadline=told.deadline,
            reason=told.text or t("pledges.withdrawn"),
        )
        for told in one.log
        if told.move == REDATE
    ]  # fmt: skip
    return [*lines, _stands(one, days(one, as_of))]


def _stands(one: Pledge, left: int) -> str:
    """How many days are left, or by how many it was early or late."""
    if one.closed_on is not None and not one.solved:
        return t("pledges.given_up", closed=one.closed_on)
    key = ("early" if left >= 0 else "late") if one.closed_on else "left" if left >= 0 else "over"
    return t(f"pledges.{key}", n=abs(left), closed=one.closed_on, deadline=one.deadline)


def said(told: Told) -> str:
    """One line of the log."""
    text = told.text or t("pledges.registered" if told.move == REGISTER else "pledges.withdrawn")
    return t("pledges.line", day=told.day, move=t(f"pledges.move_{told.move}"), text=text)
