"""Methods: how every figure is counted, what is published and never is, and how to check it."""

import streamlit as st

from components import blocks, frame, methods
from components.session import t
from metrics import registry


def told() -> None:
    """All of it."""
    st.markdown(t("methods.intro", n=len(registry.everything())))
    st.markdown(t("methods.jump"))
    methods.definitions()
    methods.statistics()
    methods.published()
    methods.never()
    methods.corrections()
    methods.recompute()


frame.heading("methods")
blocks.show(told)
