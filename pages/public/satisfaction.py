"""Satisfaction: who was asked, who answered, and what three formulas make of the same answers."""

import streamlit as st

from components import blocks, chosen, filters, frame, satisfaction
from components.session import t

frame.heading("satisfaction")
scope = filters.city_period("callbacks_asked")
if scope is None:
    st.info(t("period.nothing"))
else:
    blocks.show(satisfaction.finding, scope)
    chosen.shares("satisfied", scope)
    blocks.show(satisfaction.told, scope)
