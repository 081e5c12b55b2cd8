"""One case on the screen: what it is, its clocks, its way, the texts, callbacks and look-alikes."""

from collections.abc import Iterator
from datetime import datetime

import pandas as pd
import streamlit as st

from components import session
from components.session import t
from data_access.supervision import case_page, lookalikes
from data_access.supervision.case_page import CasePage, NoReason, Unmasked
from data_access.supervision.database import engine
from data_access.supervision.viewer import Refused, Viewer
from supervision import tables
from supervision.questions import unit_name

NUMBER = "number"  # of the case, in the address
STEPS = (
    "received_at", "accepted_at", "dispatched_at", "signed_at", "handled_at", "replied_at",
    "closed_at",
)  # fmt: skip
LEVEL = " / "  # between the levels of a category
Row = tuple[datetime, str, str, str]  # when, what, which unit, more


def asked(viewer: Viewer) -> CasePage | None:
    """The case that the address names, or a field to name one."""
    number = st.query_params.get(NUMBER, "")
    with st.form("find", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.text_input(t("case.find"), number, key="find_number", width=290)
        if st.form_submit_button(t("case.open")) and wanted.strip() != number:
            st.query_params[NUMBER] = wanted.strip()
            st.rerun()
    if not number:
        st.info(t("case.which"))
        return None
    try:
        return case_page.read(viewer, engine(), number)
    except Refused:
        st.warning(t("case.not_yours"))
        return None


def about(viewer: Viewer, found: CasePage) -> None:
    """What the case is: colour, days, kind, place, unit."""
    case = found.case
    st.subheader(str(case["number"]), anchor=False)
    st.caption(t("overdue.as_of", at=tables.local(viewer, found.as_of)))
    left, middle, right = st.columns(3)
    left.metric(t("overdue.column.standing"), tables.standing(found.standing))
    middle.metric(t("overdue.column.colour"), t(f"overdue.mark.{found.colour or 'none'}"))
    right.metric(t("case.status"), t("case.closed" if case["closed_at"] else "case.opened"))
    path = "  ".join(str(case[name]) for name in ("category", "category2", "category3"))
    _pairs(
        {
            "case.nature": t(f"case.natures.{case['nature']}"),
            "overdue.column.category": path,
            "overdue.column.unit": unit_name(viewer, case["unit"]) or "–",
            "overdue.column.area": unit_name(viewer, case["area"]) or "–",
            "case.outcome": t(f"case.outcomes.{case['outcome']}") if case["outcome"] else "–",
            "case.repeat_of": str(case["repeat_of"]) or "–",
        }
    )


def clocks(viewer: Viewer, found: CasePage) -> None:
    """The original deadline, each extension, the deadline in force; pauses are not told."""
    case = found.case
    st.subheader(t("case.clocks"), anchor=False)
    rows = {"case.due": tables.local(viewer, case["due_at"])}
    moved = [event for event in found.events if event["kind"] == "extension"]
    for place, event in enumerate(moved, 1):
        when, until = (tables.local(viewer, event[name]) for name in ("at", "until"))
        reason = str(event["public_reason"]) or t("case.no_reason")
        rows[f"{place}"] = t("case.extended", at=when, until=until, reason=reason)
    rows["case.in_force"] = tables.local(viewer, case["deadline_at"])
    rows["case.closed_at"] = tables.local(viewer, case["closed_at"])
    _pairs(rows, numbered="case.extension")
    st.caption(t("case.provisional") if case["due_provisional"] else t("case.no_pause"))


def way(viewer: Viewer, found: CasePage) -> None:
    """Everything that happened, in order: steps, assignments, events, callbacks."""
    st.subheader(t("case.way"), anchor=False)
    rows = sorted(_happened(viewer, found), key=lambda row: row[0])
    frame = [
        {
            t("case.when"): tables.local(viewer, at), t("case.what"): what,
            t("overdue.column.unit"): unit, t("case.more"): more,
        }
        for at, what, unit, more in rows
    ]  # fmt: skip
    st.dataframe(pd.DataFrame(frame), hide_index=True, height="content")


def written(viewer: Viewer, found: CasePage) -> None:
    """The texts and who called, masked until a reason is given."""
    st.subheader(t("case.texts"), anchor=False)
    shown = _unmasked(viewer, found)
    texts, caller = (shown.texts, shown.caller) if shown else (found.texts, found.caller)
    for text in texts:
        for name, value in text.items():
            st.caption(t(f"case.text.{name}"))
            st.text(value or "–", width="stretch")
    st.caption(t("case.caller"))
    told = [
        f"{t(f'case.of_caller.{name}')} {value}" for name, value in (caller or {}).items() if value
    ]
    st.text("　".join(told) or "–", width="stretch")


def alike(viewer: Viewer, found: CasePage) -> None:
    """Cases of the same kind at the same place within a month."""
    with engine().connect() as connection:
        rows, total = lookalikes.read(viewer, connection, found.case["number"])
    st.subheader(t("case.alike", n=total), anchor=False)
    st.caption(t("case.alike_about", shown=len(rows)))
    if rows:
        frame = [
            {
                t("overdue.column.number"): tables.link(row.number),
                t("overdue.column.category"): row.category3,
                t("overdue.column.unit"): unit_name(viewer, row.unit),
                t("overdue.column.received"): tables.local(viewer, row.received_at, tables.DAYS),
                t("case.closed_at"): tables.local(viewer, row.closed_at, tables.DAYS),
            }
            for row in rows
        ]
        columns = {t("overdue.column.number"): tables.number_column()}
        st.dataframe(pd.DataFrame(frame), hide_index=True, column_config=columns)


def _happened(viewer: Viewer, found: CasePage) -> Iterator[Row]:
    case = found.case
    for name in STEPS:
        if case[name]:
            yield case[name], t(f"case.step.{name}"), "–", ""
    for share in found.assignments:
        unit = unit_name(viewer, share["unit"])
        yield share["dispatched_at"], t(f"case.assigned.{share['role']}"), unit, ""
        if share["returned_at"]:
            yield share["returned_at"], t("case.event.return"), unit, str(share["return_reason"])
    for event in found.events:
        if event["kind"] != "return":  # told by its assignment, with the reason
            unit, more = unit_name(viewer, event["unit"]), str(event["public_reason"])
            yield event["at"], t(f"case.event.{event['kind']}"), unit, more or event["other_number"]
    for change in found.retold:
        said = (LEVEL.join(filter(None, told)) for told in (change.before, change.after))
        yield change.at, t("case.event.retold"), "–", " → ".join(said)
    for call in found.callbacks:
        yield call["asked_at"], t("case.event.callback"), "–", _said(call["satisfaction"], call)


def _said(satisfaction: str, call: case_page.Record) -> str:
    """What a callback brought."""
    if satisfaction:
        return t(f"case.satisfaction.{satisfaction}")
    if call["refused"]:
        return t("case.satisfaction.refused")
    return t("case.satisfaction.silent" if call["reached"] else "case.satisfaction.unreached")


def _pairs(rows: dict[str, str], numbered: str = "") -> None:
    """Names and values below each other; drawn, not read as markup."""
    names = [t(numbered, n=name) if name.isdigit() else t(name) for name in rows]
    frame = pd.DataFrame({t("case.name"): names, t("case.value"): list(rows.values())})
    st.dataframe(frame, hide_index=True, height="content")


def _unmasked(viewer: Viewer, found: CasePage) -> Unmasked | None:
    """The values themselves, for this one drawing of the page, once a reason has been given."""
    if not found.may_unmask:
        st.caption(t("case.never"))
        return None
    with st.expander(t("case.unmask")), st.form("unmask", border=False, clear_on_submit=True):
        st.caption(t("case.unmask_about"))
        reason = st.text_input(t("case.reason"), max_chars=200, key="unmask_reason")
        if not st.form_submit_button(t("case.unmask_button")):
            return None
        try:
            return case_page.unmask(viewer, engine(), found.case["number"], reason)
        except NoReason:
            st.error(t("case.no_good_reason", n=case_page.SHORTEST_REASON))
        except Refused:
            st.error(t("act.refused"))
    return None


def back() -> None:
    """To the list that the case was opened from."""
    st.page_link(
        "pages/supervision/overdue.py", label=t("case.back"), query_params=session.address()
    )
