"""Doubts that callers still have after closing: open and answered, by age, and answering them."""

import streamlit as st

from components import frame
from supervision import act, doubt_desk, session

viewer = session.viewer("doubts")
frame.heading("doubts")
act.tell()
doubt_desk.counted(viewer)
number = doubt_desk.chosen(viewer)
if number is not None:
    doubt_desk.one(viewer, number)
st.divider()
doubt_desk.by_phone(viewer)
