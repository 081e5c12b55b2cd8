"""Could not be handled: how many, why, by which rule, and where to turn instead."""

import streamlit as st

from components import blocks, chosen, filters, frame, similar, unhandled
from components.session import t

frame.heading("not_handled")
scope = filters.city_period("not_handled")
if scope is None:
    st.info(t("period.nothing"))
else:
    blocks.show(unhandled.share, scope)
    chosen.shares("not_handled", scope)
    blocks.show(unhandled.where, scope)
blocks.show(unhandled.explained, scope)
if scope is not None:
    blocks.show(unhandled.longer, scope)
    similar.section()
