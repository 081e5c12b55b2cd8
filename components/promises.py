"""The parts of the page of deadlines: promises kept, and how long each step takes."""

import streamlit as st

from components import (
    cached,
    cards,
    notes,
    open_after,
    readings,
    stages,
    tables,
    views,
)
from components.session import t
from components.views import Ask
from data_access.published import Scope
from metrics import numerals, registry

RATES = ("on_time_rate", "on_time_extended", "on_time_official")
WAITING = ("open_overdue", "due_soon")
DETOURS = ("extended", "returned", "transferred", "recategorised", "reopened")
on_time = registry.get("on_time_rate")


def kept(scope: Scope) -> None:
    """The promises, and what is still waited for."""
    rates = [readings.read(name, scope) for name in RATES]
    readings.finding("times", scope.period, rates[0])
    cards.readings(rates)
    st.markdown(t("page.times.why_three"))
    st.caption(t("note.chance"))

    views.titled("on_time_rate_months")
    tables.months(on_time, cached.monthly(on_time.id))
    notes.how(on_time)

    st.subheader(t("page.times.waiting"), anchor=False)
    st.markdown(t("page.times.waiting_hint", day=numerals.day(cached.release().as_of)))
    cards.readings([readings.so_far(name) for name in WAITING])

    open_after.section(scope)


def taken(scope: Scope) -> None:
    """How long each step took, and what made it longer."""
    views.titled("stages", Ask(scope))
    st.markdown(t("page.times.stages_hint"))
    tables.stages(stages.read(scope))
    notes.how(registry.get("time_solving"))

    st.subheader(t("page.times.detours"), anchor=False)
    st.markdown(t("page.times.detours_hint"))
    cards.readings([readings.read(name, scope) for name in DETOURS])
