"""Questions: what callers still doubted after closing, as staff have answered it in public."""

import streamlit as st

from components import blocks, frame, told_questions
from components.session import t
from metrics import numerals


def listed(asked: told_questions.Asked) -> None:
    """A page of what was found."""
    found, total = told_questions.found(asked)
    if total:
        st.markdown(t("questions.total", n=numerals.count(total)))
    else:
        st.info(t("questions.nothing" if asked.narrowed else "questions.none"))
    for one in found:
        told_questions.card(one)


def counted() -> None:
    """Whose texts these are not, and how many doubts there are."""
    st.caption(t("outcomes.not_mine"))
    told_questions.counted()


frame.heading("questions")
st.markdown(t("questions.how"))
asked = told_questions.asked()
blocks.show(listed, asked)
told_questions.turn(asked, told_questions.found(asked)[1])
blocks.show(counted)
