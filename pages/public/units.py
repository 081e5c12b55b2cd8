"""Handling units: each within what chance does among its peers, never a bare ranking."""

import streamlit as st

from components import cached, filters, frame, notes, peers, unit_groups
from components.session import t

METRICS = ("on_time_rate", "satisfied", "solved", "time_closed")

frame.heading("units")
with st.container(horizontal=True, vertical_alignment="bottom"):
    metric = filters.metric(METRICS)
    scope = filters.period(metric.id, by="unit")
if scope is None:
    st.info(t("units.no_periods"))
    notes.too_early(metric)
else:
    figures = cached.measure(metric.id, scope, by="unit")
    unit_groups.finding(metric, scope)
    if metric.kind == "duration":
        unit_groups.times(metric, scope, figures)
    else:
        unit_groups.funnels(metric, scope)
    unit_groups.apart(metric, peers.withheld(figures))
notes.how(metric)
if metric.kind == "ratio":
    notes.compared()
