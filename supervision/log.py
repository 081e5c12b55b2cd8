"""The audit log on the screen: what is wanted, a page of it, and whether the chain holds."""

from datetime import datetime, time, timedelta

import pandas as pd
import streamlit as st

import cities
from components import locales, session, words
from components.session import t
from data_access.supervision import audit
from data_access.supervision.audit import Did, Entry, Verdict, Wanted
from data_access.supervision.database import engine
from data_access.supervision.viewer import Viewer
from metrics import numerals

ROWS = 100


def wanted(viewer: Viewer) -> Wanted:
    """What the auditor chose. Not in the address: names of people do not belong there."""
    first, second, third, fourth = st.columns(4)
    did = first.selectbox(
        t("audit.did_label"), ["", *Did], key="audit_did",
        format_func=lambda value: _known("did", str(value)) if value else t("audit.any"),
    )  # fmt: skip
    actor = second.text_input(t("audit.actor"), key="audit_actor", help=t("audit.actor_help"))
    subject = third.text_input(t("audit.subject"), key="audit_subject")
    day = fourth.date_input(t("audit.day"), None, key="audit_day", format="YYYY-MM-DD")
    since = until = None
    if day is not None:
        since = datetime.combine(day, time(), cities.profile(viewer.city).zone)
        until = since + timedelta(days=1)
    return Wanted(actor.strip(), str(did), subject.strip(), since, until)


def entries(viewer: Viewer, chosen: Wanted) -> None:
    """The entries that were wanted, newest first, page by page."""
    page = st.session_state.get("audit_page", 1)
    with engine().begin() as connection:
        found = audit.read(connection, viewer, chosen, ROWS, (page - 1) * ROWS)
    st.caption(t("audit.found", n=numerals.count(found.total)))
    if found.entries:
        rows = [_row(viewer, entry) for entry in found.entries]
        st.dataframe(pd.DataFrame(rows), hide_index=True)
    pages = max(1, -(-found.total // ROWS))
    if pages > 1:
        st.pagination(pages, key="audit_page")


def _row(viewer: Viewer, entry: Entry) -> dict[str, str]:
    at = entry.at.astimezone(cities.profile(viewer.city).zone)
    detail = (
        f"{_known('detail_of', name)} {_value(viewer, name, value)}"
        for name, value in entry.detail.items()
        if value
    )
    return {
        t("audit.number"): f"{entry.id}",
        t("audit.at"): f"{at:%Y-%m-%d %H:%M:%S}",
        t("audit.shown"): _known("who", entry.shown),
        t("audit.did_label"): _known("did", entry.did),
        t("audit.subject"): _known("value", entry.subject),
        t("audit.detail"): t("audit.between").join(detail),
        t("audit.actor"): entry.actor,
    }


def _value(viewer: Viewer, name: str, value: str) -> str:
    """A detail in words: roles with their units, known values, all else as it is."""
    tables = {"did": "did", "asked": "did", "why": "why"}
    if name not in ("before", "after"):
        return _known(tables.get(name, "value"), value)
    return t("account.and").join(_role(viewer, granted) for granted in value.split(", "))


def _role(viewer: Viewer, granted: str) -> str:
    role, _, unit = granted.partition(" ")
    name = words.unit_name(session.language(), cities.profile(viewer.city), unit) if unit else ""
    return f"{_known('role', role, '')} {name}".strip()


def _known(table: str, value: str, above: str = "audit.") -> str:
    """The words for a value of the log; one that has none stands as it is."""
    key = f"{above}{table}.{value}"
    return t(key) if key in locales.words(session.language()) else value


def proof(viewer: Viewer) -> None:
    """Check the whole chain on request, and tell the head to be kept."""
    st.subheader(t("audit.proof"), anchor=False)
    st.markdown(t("audit.proof_about"))
    if st.button(t("audit.check"), key="audit_check"):
        with engine().begin() as connection:
            verdict = audit.checked(connection, viewer)
        _tell(verdict)


def _tell(verdict: Verdict) -> None:
    if verdict.holds:
        st.success(t("audit.holds", n=numerals.count(verdict.head.id)))
    else:
        st.error(t("audit.broken", n=numerals.count(verdict.wrong)))
    st.code(f"{verdict.head.id}:{verdict.head.hash}", language=None)
