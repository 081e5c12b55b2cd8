"""One handling unit: its story in sentences, its place among its peers, its past."""

import streamlit as st

from components import blocks, filters, frame, notes, unit_story
from components.filters import Scope
from components.session import t
from metrics import registry

METRICS = ("on_time_rate", "satisfied", "solved", "time_closed")


def story(metric_id: str, unit: str, scope: Scope) -> None:
    """All of it for one unit, in one period."""
    metric = registry.get(metric_id)
    unit_story.finding(metric, unit, scope)
    unit_story.figures(unit, scope)
    unit_story.place(metric, unit, scope)
    unit_story.past(metric, unit)
    unit_story.open_overdue()
    unit_story.not_handled(unit, scope)
    unit_story.onward(unit)


def method(metric_id: str) -> None:
    """How the figure is counted, and how units are compared."""
    metric = registry.get(metric_id)
    notes.how(metric)
    if metric.kind == "ratio":
        notes.compared()


frame.heading("unit")
with st.container(horizontal=True, vertical_alignment="bottom"):
    unit = unit_story.chosen()
    metric = filters.metric(METRICS)
    scope = filters.period(metric.id, by="unit")
if unit is None or scope is None:
    st.info(t("units.no_periods"))
else:
    blocks.show(story, metric.id, unit, scope)
blocks.show(method, metric.id)
