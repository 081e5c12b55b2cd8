"""The hotline: whom to call, how fast calls are answered, and which lines it took in."""

import streamlit as st

from components import (
    blocks,
    cached,
    cards,
    filters,
    frame,
    intake,
    lines,
    notes,
    readings,
    session,
    tables,
    views,
)
from components.filters import Scope
from components.session import t
from metrics import registry

CALLS = ("answered_calls", "answered_in_15_seconds", "answered_on_the_spot")
received = registry.get("received")


def told(scope: Scope) -> None:
    """How fast calls are answered, and how many cases there are."""
    calls = [readings.read(name, scope) for name in CALLS]
    readings.finding("hotline", scope.period, calls[0])
    cards.readings(calls)
    st.markdown(t("page.hotline.calls_hint"))
    st.caption(t("note.chance"))
    notes.how(calls[0].metric)

    views.titled("received_months")
    tables.months(received, cached.monthly(received.id))
    notes.how(received)
    intake.section(scope)


def joined() -> None:
    """The lines that were taken in."""
    found = session.city().lines
    if found:
        st.subheader(t("lines.title", n=len(found)), anchor=False)
        st.markdown(t("lines.modes"))
        real = sum(line.real for line in found)
        st.caption(t("lines.made_up_hint", real=real, made_up=len(found) - real))
        tables.lines(found)


frame.heading("hotline")
blocks.show(lines.calls)
scope = filters.city_period(received.id)
if scope is None:
    st.info(t("period.nothing"))
else:
    blocks.show(told, scope)
blocks.show(joined)
