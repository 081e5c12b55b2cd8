"""Open cases that are likeliest to miss their deadline, and how often such a list was right."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import streamlit as st

import cities
from components.session import t
from data_access.supervision import history, moment, overdue
from data_access.supervision.database import engine
from data_access.supervision.overdue import Listed, Question
from data_access.supervision.viewer import Viewer
from metrics import numerals
from supervision import questions, risk, tables
from supervision.risk import Baseline, Estimate, HeldBack

SHOWN = 30
MOST = 5_000  # open cases that are looked at, the first to fall due


@dataclass(frozen=True)
class Learnt:
    """What the past tells one viewer."""

    baseline: Baseline | None
    total: HeldBack


@st.cache_data(show_spinner=False, max_entries=50)
def _learnt(_viewer: Viewer, theirs: tuple[str, ...], batch: int, as_of: datetime) -> Learnt:
    """Of the cases that are a viewer's (`theirs` tells which), anew after each batch."""
    with engine().connect() as connection:
        past = history.judged(_viewer, connection, as_of)
    months = risk.held_back(past, cities.profile(_viewer.city).zone)
    return Learnt(risk.baseline(past), risk.total(months))


def show(viewer: Viewer) -> None:
    """The list, likeliest first, with its hit rate on months that were held back."""
    st.subheader(t("risk.title"), anchor="risk")
    with engine().connect() as connection:
        page = overdue.page(viewer, connection, Question(overdue.AHEAD), size=MOST)
        batch = moment.newest(connection, viewer.city)
    theirs = (viewer.city, *sorted(viewer.roles), *sorted(viewer.units))
    with st.spinner(t("risk.working")):
        learnt = _learnt(viewer, theirs, batch, page.as_of)
    if learnt.baseline is None or not page.rows:
        st.info(t("risk.nothing"))
        return
    st.markdown(t("risk.about", cases=numerals.count(learnt.baseline.cases)))
    _hit_rate(learnt.total)
    rows = [(row, _estimate(learnt.baseline, row, page.as_of)) for row in page.rows]
    rows.sort(key=lambda pair: -pair[1].share)
    st.caption(t("risk.shown", shown=min(SHOWN, len(rows)), n=numerals.count(len(rows))))
    st.dataframe(
        pd.DataFrame([_row(viewer, row, found, page.as_of) for row, found in rows[:SHOWN]]),
        hide_index=True, column_config={t("overdue.column.number"): tables.number_column()},
    )  # fmt: skip


def _hit_rate(total: HeldBack) -> None:
    if not total.flagged:
        st.caption(t("risk.not_tested"))
        return
    rate, low, high = risk.hit_rate(total)
    values = {
        "months": total.month, "flagged": total.flagged, "hits": total.hits,
        "rate": numerals.percent(rate, total.flagged), "low": numerals.percent(low, total.flagged),
        "high": numerals.percent(high, total.flagged), "cases": numerals.count(total.cases),
        "late": total.late, "all": numerals.percent(total.late / total.cases, total.cases),
    }  # fmt: skip
    better = low > total.late / total.cases
    st.info(t("risk.tested", **values) + t("risk.better" if better else "risk.no_better"))


def _estimate(baseline: Baseline, row: Listed, as_of: datetime) -> Estimate:
    used = risk.used(row.received_at, row.deadline_at or as_of, as_of)
    return baseline.of(row.unit, row.category, used)


def _row(viewer: Viewer, row: Listed, found: Estimate, as_of: datetime) -> dict[str, str]:
    used = risk.used(row.received_at, row.deadline_at or as_of, as_of)
    return {
        t("risk.share"): f"{found.share:.1%}",
        t("risk.past"): t("risk.of", late=found.late, cases=found.cases),
        t("risk.used"): f"{used:.0%}",
        t("overdue.column.standing"): tables.standing(row.standing),
        t("overdue.column.number"): tables.link(row.number),
        t("overdue.column.unit"): questions.unit_name(viewer, row.unit),
        t("overdue.column.category"): tables.category(viewer, row.category),
        t("overdue.column.deadline"): tables.local(viewer, row.deadline_at, tables.DAYS),
    }
