"""Outcomes: what became of single cases, in words that two people have cleared for the public."""

import streamlit as st

from components import frame, told_outcomes
from components.session import t
from metrics import numerals

frame.heading("outcomes")
st.markdown(t("outcomes.how"))
asked = told_outcomes.asked()
if not asked.narrowed:
    told_outcomes.typical()
found, total = told_outcomes.found(asked)
if total:
    st.markdown(t("outcomes.total", n=numerals.count(total)))
    for one in found:
        told_outcomes.card(one)
    told_outcomes.turn(asked, total)
else:
    st.info(t("outcomes.nothing" if asked.narrowed else "outcomes.none"))
st.caption(t("outcomes.not_mine"))
