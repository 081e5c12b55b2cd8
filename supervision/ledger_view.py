"""The ledger of actions on the screen: what waits for a reply, and the actions about one case."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pandas as pd
import streamlit as st

import cities
from cities.clock import end_of
from cities.supervision import rules
from components import session
from components.session import t
from data_access.supervision import ledger
from data_access.supervision.case_page import CasePage
from data_access.supervision.database import engine
from data_access.supervision.ledger import Action
from data_access.supervision.viewer import Viewer
from supervision import act, downloads, questions, tables


def waiting(viewer: Viewer) -> None:
    """Reminders: replies that are wanted by tonight or overdue, and replies nobody looked at."""
    zone = cities.profile(viewer.city).zone
    tonight = end_of(datetime.now(zone).date(), zone)
    with engine().connect() as connection:
        due, replied = ledger.due(viewer, connection, tonight), ledger.replied(viewer, connection)
    st.subheader(t("ledger.today"), anchor="today")
    st.caption(t("ledger.today_about", at=tables.local(viewer, datetime.now(UTC))))
    for name, found in (("due", due), ("replied", replied)):
        st.markdown(t(f"ledger.{name}", n=len(found)))
        if found:
            _list(viewer, found)
    downloads.exports("ledger")


def of_case(viewer: Viewer, found: CasePage) -> None:
    """What was done about a case, what may be done next, and the forms for both."""
    number = found.case["number"]
    with engine().connect() as connection:
        actions = ledger.of_case(viewer, connection, number)
    st.subheader(t("ledger.title", n=len(actions)), anchor="actions")
    if not actions:
        st.caption(t("ledger.none"))
    for action in actions:
        _one(viewer, action)
    _next(viewer, found, actions)


def _list(viewer: Viewer, found: Sequence[Action]) -> None:
    rows = [
        {
            t("ledger.due_at"): tables.local(viewer, action.last.due_at, tables.DAYS),
            t("ledger.kind"): tables.action_name(viewer, action.kind),
            t("ledger.state"): t(f"state.{action.state}"),
            t("overdue.column.number"): tables.link(action.number),
            t("overdue.column.unit"): questions.unit_name(viewer, action.unit) or "–",
            t("ledger.last"): action.last.words or "–",
        }
        for action in found
    ]
    columns = {t("overdue.column.number"): tables.number_column()}
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=columns)


def _one(viewer: Viewer, action: Action) -> None:
    """One action with every entry that was ever made, and the form to move it on."""
    late = action.due_at is not None and action.due_at < datetime.now(UTC)
    with st.container(border=True):
        st.markdown(
            t(
                "ledger.heading", kind=tables.action_name(viewer, action.kind),
                state=t(f"state.{action.state}"), id=action.id,
                unit=questions.unit_name(viewer, action.unit) or "–",
            )
        )  # fmt: skip
        if action.due_at is not None:
            at = tables.local(viewer, action.due_at, tables.DAYS)
            st.caption(t("ledger.late" if late else "ledger.reply_by", at=at))
        st.caption(_rule(viewer, action.kind))
        for entry in action.entries:
            said = {"at": tables.local(viewer, entry.at), "who": entry.shown}
            st.text(t("ledger.entry", move=t(f"move.{entry.move}"), **said))
            if entry.words:
                st.text(t("ledger.words", words=entry.words))
        forms = (("paper.pdf", "pdf"), ("paper.docx", "docx"))
        downloads.links(
            [(t(key), downloads.spoken(f"/papers/{action.id}/{form}")) for key, form in forms]
        )
        with st.expander(t("ledger.act")):
            act.move(viewer, action)


def _rule(viewer: Viewer, kind: str) -> str:
    told = rules(viewer.city)
    if told is None or kind not in told.steps:
        return ""
    step = told.steps[kind]
    return t("act.basis", text=act.basis(step.basis, session.language()))


def _next(viewer: Viewer, found: CasePage, past: Sequence[Action]) -> None:
    """The step that the ladder suggests, and the form to begin one."""
    if not act.may_begin(viewer):
        return
    told = rules(viewer.city)
    step = ledger.suggested(told, found.colour, past, datetime.now(UTC)) if told else None
    if step is not None:
        st.info(
            t(
                "ledger.suggested",
                kind=step.name[session.language()],
                about=step.about[session.language()],
            )
        )
    with st.expander(t("act.title"), expanded=step is not None):
        act.begin(viewer, [found.case["number"]], step.kind if step else "")
