"""Overview: how the hotline does, what has changed, and where to look further."""

import streamlit as st

from components import blocks, filters, frame, freshness, front, near_me
from components.session import t

frame.heading("overview")
blocks.show(freshness.line)
scope = filters.city_period("received")
if scope is None:
    st.info(t("period.nothing"))
else:
    blocks.show(front.above, scope)
    near_me.section(scope)
    blocks.show(front.below, scope)
