"""Overview: how the hotline does, what has changed, and where to look further."""

import streamlit as st

from components import (
    cached,
    cards,
    charts,
    filters,
    frame,
    freshness,
    near_me,
    notes,
    readings,
    summary,
    worsening,
)
from components.session import t
from metrics import registry
from metrics.periods import ALL

received, on_time = registry.get("received"), registry.get("on_time_rate")

frame.heading("overview")
freshness.line()
scope = filters.city_period(received.id)
if scope is None:
    st.info(t("period.nothing"))
else:
    readings.finding("overview", scope.period, readings.read(on_time.id, scope), dated=False)
    summary.figures(scope)
    near_me.section(scope)
    summary.official(scope)

    left, right = st.columns(2)
    with left:
        by_month = cached.monthly(on_time.id)
        st.subheader(summary.trend(on_time, by_month), anchor=False)
        charts.trend(on_time, by_month)
        notes.how(on_time)
    with right:
        by_month = cached.monthly(received.id)
        st.subheader(summary.trend(received, by_month), anchor=False)
        charts.volume(by_month)
        notes.how(received)

    st.subheader(t("page.overview.stages"), anchor=False)
    st.caption(t("page.overview.stages_hint"))
    charts.stages([readings.read(name, scope) for name in summary.STAGES])

    worsening.section(scope)
    summary.refused(scope)
    if scope.period != ALL:
        st.subheader(t("page.overview.so_far"), anchor=False)
        cards.row([one for one in cached.headlines() if one.period == ALL])
    near_me.questions()
