"""Questions: what callers still doubted after closing, as staff have answered it in public."""

import streamlit as st

from components import frame, told_questions
from components.session import t
from metrics import numerals

frame.heading("questions")
st.markdown(t("questions.how"))
asked = told_questions.asked()
found, total = told_questions.found(asked)
if total:
    st.markdown(t("questions.total", n=numerals.count(total)))
    for one in found:
        told_questions.card(one)
    told_questions.turn(asked, total)
else:
    st.info(t("questions.nothing" if asked.narrowed else "questions.none"))
st.caption(t("outcomes.not_mine"))
told_questions.counted()
