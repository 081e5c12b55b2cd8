"""Handling units: the on-time rate of each beside its peers, never a bare ranking."""

import streamlit as st

from components import cached, charts, filters, frame, notes, peers, tables
from components.session import t
from metrics import registry
from metrics.measure import COMPARABLE

metric = registry.get("on_time_rate")

frame.heading("units")
scope = filters.period(metric.id, by="unit")
if scope is None:
    st.info(t("units.no_periods"))
    notes.too_early(metric)
else:
    st.markdown(t("units.intro"))
    city = cached.total(metric.id, scope)
    figures = cached.measure(metric.id, scope, by="unit")
    for group, members in peers.groups(figures):
        st.subheader(t("units.group", group=group, n=len(members)), anchor=False)
        chart, table = st.columns([3, 2])
        with chart:
            charts.peers(metric, members, city, group)
        with table:
            tables.units(members)
    small = peers.withheld(figures)
    if small:
        st.subheader(t("units.small", n=len(small)), anchor=False)
        st.markdown(t("units.small_hint", least=COMPARABLE))
        tables.withheld(small)
notes.how(metric)
