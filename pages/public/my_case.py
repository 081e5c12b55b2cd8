"""My case: look up one's own request. The form leaves for /lookup; this page never sees a code."""

import streamlit as st

from components import blocks, frame, lookup_form, notes, session, stages, tables, views
from components.session import t
from metrics import registry


def told() -> None:
    """The form, what it is about, and how long cases take."""
    form, words = st.columns(2, gap="large")
    with form:
        st.html(lookup_form.html(session.language(), session.city().id))
        st.markdown(t("page.my_case.plain", address=session.link(lookup_form.ACTION)))
    with words:
        for part in ("where", "shows"):
            st.subheader(t(f"page.my_case.{part}"), anchor=False)
            st.markdown(t(f"page.my_case.{part}_text", hotline=session.city().hotline))

    st.subheader(t("page.my_case.steps"), anchor=False)
    st.markdown(t("page.my_case.steps_hint"))
    views.show("stages_so_far")
    tables.stages(stages.so_far())
    notes.how(registry.get("time_solving"))


frame.heading("my_case")
blocks.show(told)
