"""Methods: how every figure is counted, straight from its declaration."""

import streamlit as st

from components import frame, notes
from components.session import t
from metrics import registry

frame.heading("methods")
st.markdown(t("methods.intro", n=len(registry.everything())))
for topic, metrics in registry.by_topic().items():
    st.subheader(t(f"methods.{topic}"), anchor=topic)
    for metric in metrics:
        notes.definition(metric)
