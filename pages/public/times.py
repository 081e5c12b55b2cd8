"""Deadlines and times: how many promises were kept, by which deadline, and how long it took."""

import streamlit as st

from components import blocks, filters, frame, kinds, promises
from components.session import t

frame.heading("times")
scope = filters.city_period("received")
if scope is None:
    st.info(t("period.nothing"))
else:
    blocks.show(promises.kept, scope)
    kinds.section(scope)
    blocks.show(promises.taken, scope)
