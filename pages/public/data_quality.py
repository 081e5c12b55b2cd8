"""Data quality: what a reader must know about the data before trusting a figure made of them."""

import streamlit as st

from components import blocks, cards, data_quality, filters, frame, readings
from components.filters import Scope
from components.session import t

MONTHLY = ("quality_complete", "quality_fresh", "quality_out_of_order")
CALLBACKS = ("callbacks_asked", "callbacks_reached", "callbacks_answered")


def finding() -> None:
    """How much came in, and how much was sent back."""
    data_quality.finding(data_quality.read())


def told(scope: Scope | None) -> None:
    """What must be known, kind by kind."""
    found = data_quality.read()
    if scope is not None:
        cards.readings([readings.read(name, scope) for name in MONTHLY], why=True)
        st.caption(t("note.chance"))
        data_quality.unplaced(scope)
    if found:
        data_quality.rows(found)
        data_quality.lacking(found)
        data_quality.changed(found)
    if scope is not None:
        st.subheader(t("page.data_quality.callbacks"), anchor="callbacks")
        st.markdown(t("page.data_quality.callbacks_hint"))
        cards.readings([readings.read(name, scope) for name in CALLBACKS])
    if found:
        data_quality.withheld(found)
    data_quality.unchecked()


frame.heading("data_quality")
blocks.show(finding)
blocks.show(told, filters.city_period("received"))
