"""Overview: how much came in, and how many deadlines were kept."""

import streamlit as st

from components import cached, cards, charts, frame, notes
from components.session import t
from metrics import registry

received, on_time = registry.get("received"), registry.get("on_time_rate")

frame.heading("overview")
cards.row(cached.headlines())

left, right = st.columns(2)
with left:
    st.subheader(t("chart.trend_title"), anchor=False)
    charts.trend(on_time, cached.monthly(on_time.id))
    notes.how(on_time)
with right:
    st.subheader(t("chart.volume_title"), anchor=False)
    charts.volume(cached.monthly(received.id))
    notes.how(received)
