"""One handling unit: its story in sentences, its place among its peers, its past."""

import streamlit as st

from components import filters, frame, notes, unit_story
from components.session import t

METRICS = ("on_time_rate", "satisfied", "solved", "time_closed")

frame.heading("unit")
with st.container(horizontal=True, vertical_alignment="bottom"):
    unit = unit_story.chosen()
    metric = filters.metric(METRICS)
    scope = filters.period(metric.id, by="unit")
if unit is None or scope is None:
    st.info(t("units.no_periods"))
else:
    unit_story.finding(metric, unit, scope)
    unit_story.figures(unit, scope)
    unit_story.place(metric, unit, scope)
    unit_story.past(metric, unit)
    unit_story.open_overdue()
    unit_story.not_handled(unit, scope)
    unit_story.onward(unit)
notes.how(metric)
if metric.kind == "ratio":
    notes.compared()
