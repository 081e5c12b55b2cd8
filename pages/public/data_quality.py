"""Data quality: what a reader must know about the data before trusting a figure made of them."""

import streamlit as st

from components import cards, data_quality, filters, frame, readings
from components.session import t

MONTHLY = ("quality_complete", "quality_fresh", "quality_out_of_order")
CALLBACKS = ("callbacks_asked", "callbacks_reached", "callbacks_answered")

frame.heading("data_quality")
told = data_quality.read()
data_quality.finding(told)
scope = filters.city_period("received")
if scope is not None:
    cards.readings([readings.read(name, scope) for name in MONTHLY], why=True)
    st.caption(t("note.chance"))
    data_quality.unplaced(scope)

if told:
    data_quality.rows(told)
    data_quality.lacking(told)
    data_quality.changed(told)

if scope is not None:
    st.subheader(t("page.data_quality.callbacks"), anchor="callbacks")
    st.markdown(t("page.data_quality.callbacks_hint"))
    cards.readings([readings.read(name, scope) for name in CALLBACKS])

if told:
    data_quality.withheld(told)
data_quality.unchecked()
