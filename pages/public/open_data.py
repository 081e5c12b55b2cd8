"""Open data: what can be downloaded, in what form, how to use, cite and check it."""

import streamlit as st

from components import blocks, frame, journalists, open_data, open_data_history
from components.session import t


def about() -> None:
    """What there is."""
    open_data.intro()
    st.subheader(t("page.open_data.sets"), anchor="sets")
    open_data.sets()


def table(chosen: open_data.Chosen) -> None:
    """One table: its first rows, and where to take it."""
    open_data.preview(chosen)
    open_data.downloads(chosen)


def use(chosen: open_data.Chosen) -> None:
    """How to load, cite and check it, what has changed and what is withheld."""
    st.subheader(t("page.open_data.load"), anchor="load")
    open_data.loading(chosen)
    st.subheader(t("page.open_data.programs"), anchor="programs")
    open_data.programs()
    st.subheader(t("page.open_data.cite"), anchor="cite")
    open_data.citing(chosen)
    st.subheader(t("page.open_data.check"), anchor="check")
    open_data.checking()
    st.subheader(t("page.open_data.changed"), anchor="changed")
    open_data_history.changes()
    open_data_history.versions()
    st.subheader(t("page.open_data.withheld"), anchor="withheld")
    open_data_history.withheld()


frame.heading("open_data")
if not open_data.packages():
    st.info(t("page.open_data.none"))
else:
    blocks.show(about)
    st.subheader(t("page.open_data.look"), anchor="look")
    chosen = open_data.choose()
    blocks.show(table, chosen)
    st.subheader(t("page.open_data.journalists"), anchor="journalists")
    journalists.kit()
    st.subheader(t("page.open_data.compare"), anchor="compare")
    journalists.comparing()
    blocks.show(use, chosen)
