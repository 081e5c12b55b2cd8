"""Outcomes: what became of single cases, in words that two people have cleared for the public."""

import streamlit as st

from components import blocks, frame, told_outcomes
from components.session import t
from metrics import numerals


def listed(asked: told_outcomes.Asked) -> None:
    """A page of what was found; before all others those that editors chose."""
    if not asked.narrowed:
        told_outcomes.typical()
    found, total = told_outcomes.found(asked)
    if total:
        st.markdown(t("outcomes.total", n=numerals.count(total)))
    else:
        st.info(t("outcomes.nothing" if asked.narrowed else "outcomes.none"))
    for one in found:
        told_outcomes.card(one)


frame.heading("outcomes")
st.markdown(t("outcomes.how"))
asked = told_outcomes.asked()
blocks.show(listed, asked)
told_outcomes.turn(asked, told_outcomes.found(asked)[1])
st.caption(t("outcomes.not_mine"))
