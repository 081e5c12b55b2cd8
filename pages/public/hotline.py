"""The hotline: whom to call, how fast calls are answered, and which lines it took in."""

import streamlit as st

from components import (
    cached,
    cards,
    filters,
    frame,
    lines,
    notes,
    readings,
    session,
    tables,
    views,
)
from components.session import t
from metrics import registry

CALLS = ("answered_calls", "answered_in_15_seconds", "answered_on_the_spot")
received = registry.get("received")

frame.heading("hotline")
lines.calls()
scope = filters.city_period(received.id)
if scope is None:
    st.info(t("period.nothing"))
else:
    calls = [readings.read(name, scope) for name in CALLS]
    readings.finding("hotline", scope.period, calls[0])
    cards.readings(calls)
    st.markdown(t("page.hotline.calls_hint"))
    st.caption(t("note.chance"))
    notes.how(calls[0].metric)

    views.titled("received_months")
    tables.months(received, cached.monthly(received.id))
    notes.how(received)

joined = session.city().lines
if joined:
    st.subheader(t("lines.title", n=len(joined)), anchor=False)
    st.markdown(t("lines.modes"))
    real = sum(line.real for line in joined)
    st.caption(t("lines.made_up_hint", real=real, made_up=len(joined) - real))
    tables.lines(joined)
