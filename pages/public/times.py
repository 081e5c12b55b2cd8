"""Deadlines and times: how many promises were kept, by which deadline, and how long it took."""

import streamlit as st

from components import (
    cached,
    cards,
    charts,
    filters,
    frame,
    kinds,
    notes,
    open_after,
    readings,
    tables,
)
from components.session import t
from metrics import numerals, registry

RATES = ("on_time_rate", "on_time_extended", "on_time_official")
WAITING = ("open_overdue", "due_soon")
STAGES = ("time_accepting", "time_dispatching", "time_handling", "time_replying", "time_solving")
DETOURS = ("extended", "returned", "transferred", "reopened")
on_time = registry.get("on_time_rate")

frame.heading("times")
scope = filters.city_period("received")
if scope is None:
    st.info(t("period.nothing"))
else:
    rates = [readings.read(name, scope) for name in RATES]
    readings.finding("times", scope.period, rates[0])
    cards.readings(rates)
    st.markdown(t("page.times.why_three"))
    st.caption(t("note.chance"))

    st.subheader(t("page.times.months"), anchor=False)
    by_month = cached.monthly(on_time.id)
    charts.trend(on_time, by_month)
    tables.months(on_time, by_month)
    notes.how(on_time)

    st.subheader(t("page.times.waiting"), anchor=False)
    st.markdown(t("page.times.waiting_hint", day=numerals.day(cached.release().as_of)))
    cards.readings([readings.so_far(name) for name in WAITING])

    open_after.section(scope)
    kinds.section(scope)

    st.subheader(t("page.times.stages"), anchor=False)
    st.markdown(t("page.times.stages_hint"))
    stages = [readings.read(name, scope) for name in STAGES]
    charts.stages(stages)
    tables.stages(stages)
    notes.how(registry.get("time_solving"))

    st.subheader(t("page.times.detours"), anchor=False)
    st.markdown(t("page.times.detours_hint"))
    cards.readings([readings.read(name, scope) for name in DETOURS])
