"""Time-limited solutions: new kinds of problems, the day promised for each, kept or missed."""

import streamlit as st

from components import frame, pledges
from components.session import t

frame.heading("pledges")
st.markdown(t("pledges.how"))
found = pledges.found()
if found:
    pledges.kept(found)
    pledges.each(found)
else:
    st.info(t("pledges.none"))
