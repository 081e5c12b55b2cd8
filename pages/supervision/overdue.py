"""Overdue and due soon: which cases wait, how urgent each is and by which rule, and acting."""

import streamlit as st

from components import frame
from supervision import act, at_risk, ledger_view, overdue_list, session

viewer = session.viewer("overdue")
frame.heading("overdue")
act.tell()
overdue_list.as_of(viewer)
overdue_list.colours(viewer)
overdue_list.cases(viewer)
overdue_list.members(viewer)
st.divider()
ledger_view.waiting(viewer)
st.divider()
at_risk.show(viewer)
