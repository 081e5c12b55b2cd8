"""Handling units: each within what chance does among its peers, never a bare ranking."""

import streamlit as st

from components import blocks, cached, filters, frame, notes, peers, unit_groups
from components.filters import Scope
from components.session import t
from metrics import registry

METRICS = ("on_time_rate", "satisfied", "solved", "time_closed")


def apart(metric_id: str, scope: Scope) -> None:
    """Units that are not compared, and why."""
    metric = registry.get(metric_id)
    unit_groups.apart(metric, peers.withheld(cached.measure(metric_id, scope, by="unit")))


def method(metric_id: str) -> None:
    """How the figure is counted, and how units are compared."""
    metric = registry.get(metric_id)
    notes.how(metric)
    if metric.kind == "ratio":
        notes.compared()


frame.heading("units")
with st.container(horizontal=True, vertical_alignment="bottom"):
    metric = filters.metric(METRICS)
    scope = filters.period(metric.id, by="unit")
if scope is None:
    st.info(t("units.no_periods"))
    notes.too_early(metric)
else:
    blocks.show(unit_groups.finding, metric.id, scope)
    if metric.kind == "duration":
        blocks.show(unit_groups.times, metric.id, scope)
    else:
        unit_groups.funnels(metric, scope)
    blocks.show(apart, metric.id, scope)
blocks.show(method, metric.id)
