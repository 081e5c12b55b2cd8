"""Map: where cases come from and how they are handled, by county and town."""

import streamlit as st

from components import frame
from components.maps import area, choices, city, figures
from components.session import t
from metrics import registry

frame.heading("map")
with st.container(horizontal=True):
    chosen = choices.area(figures.areas())
    metric = choices.measure() if chosen is None else registry.get(figures.VOLUME)
    scope = choices.period(metric)
    view = choices.view(metric, scope) if chosen is None else ""
if scope is None:
    st.info(t("period.nothing"))
elif chosen is None:
    city.show(metric, scope, view)
else:
    area.show(chosen, scope)
