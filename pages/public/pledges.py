"""Time-limited solutions: new kinds of problems, the day promised for each, kept or missed."""

import streamlit as st

from components import blocks, frame, pledges
from components.session import t


def told() -> None:
    """What was promised, and what became of it."""
    st.markdown(t("pledges.how"))
    found = pledges.found()
    if found:
        pledges.kept(found)
        pledges.each(found)
    else:
        st.info(t("pledges.none"))


frame.heading("pledges")
blocks.show(told)
