"""The desk of early warning: how good it is so far, the list, one alert with its evidence."""

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
import streamlit as st

import cities
from cities import divisions
from cities.second_level import second_level
from components import cards, session, views
from components.cards import Card
from components.charts import alerts as charts
from components.session import t
from data_access.supervision import alert_moves, alerts
from data_access.supervision.alert_moves import ASSIGN, BadMove, Outdated
from data_access.supervision.alerts import DECIDED, UNDECIDED, Alert, Behind
from data_access.supervision.database import engine
from data_access.supervision.viewer import Refused, Role, Viewer
from metrics import numerals
from metrics.shares import share_of
from supervision import act, tables
from supervision.questions import unit_name
from supervision.tables import local

GROUPS = {"undecided": UNDECIDED, "decided": DECIDED}
WIDTH = 290


def standing(viewer: Viewer) -> None:
    """How far the days were judged, and how many alerts proved true so far."""
    with engine().connect() as connection:
        told, judged = alerts.counts(viewer, connection), alerts.judged(viewer, connection)
    if judged is None:
        st.info(t("alerts.never"))
        return
    day, cells = judged
    st.caption(t("alerts.judged", day=day, cells=numerals.count(cells)) if cells
               else t("alerts.too_early", day=day))  # fmt: skip
    figure = share_of("precision", told.true, told.true + told.false)
    basis = [t("alerts.nothing_decided")]
    if figure.value is not None:
        low, high = numerals.bounds(figure)
        basis = [t("alerts.of", n=told.true, m=told.true + told.false)]
        basis.append(t("card.interval", low=low, high=high))
    decided = [t("alerts.decided", true=told.true, false=told.false)]
    cards.draw(
        [
            Card(t("alerts.precision"), numerals.value(figure), basis),
            Card(t("alerts.undecided"), numerals.count(told.undecided), decided),
        ]
    )
    st.caption(t("alerts.how" if viewer.has(Role.CITY) else "alerts.yours"))


def queue(viewer: Viewer) -> int | None:
    """The alerts of one group as a table; the id of the one that was chosen.

    A link may name one alert; then there is nothing to choose but the way back to all.
    """
    named = st.query_params.get("alert", "")
    if named.isdecimal():
        st.button(t("alerts.back"), on_click=session.drop, args=("alert",))
        return int(named)
    group = st.segmented_control(
        t("alerts.which"), list(GROUPS), default="undecided", key="alerts_group",
        format_func=lambda name: t(f"alerts.group_{name}"),
    )  # fmt: skip
    if group is None:
        return None
    with engine().connect() as connection:
        found, total = alerts.listed(viewer, connection, GROUPS[group])
    if not found:
        st.info(t("alerts.nothing"))
        return None
    st.caption(t("alerts.total", n=numerals.count(total), shown=len(found)))
    st.dataframe(pd.DataFrame([_row(viewer, one) for one in found]), hide_index=True)
    labels = {one.id: _label(viewer, one) for one in found}
    return st.selectbox(
        t("alerts.choose"), list(labels), format_func=labels.__getitem__, key=f"alerts_{group}"
    )


def _row(viewer: Viewer, one: Alert) -> dict[str, str]:
    return {
        t("alerts.state"): t(f"alerts.state_{one.state}"),
        t("alerts.last_day"): f"{one.evidence.day}",
        t("overdue.column.area"): unit_name(viewer, one.area),
        t("overdue.column.category"): _kind(viewer, one),
        t("alerts.observed"): t("alerts.in_days", n=one.evidence.observed, days=one.evidence.span),
        t("chart.alert_expected"): f"{one.evidence.expected:.1f}",
        t("alerts.told"): numerals.count(one.told),
        t("alerts.unit"): unit_name(viewer, one.unit) or "–",
    }


def _label(viewer: Viewer, one: Alert) -> str:
    return t(
        "alerts.label", id=one.id, day=one.began, area=unit_name(viewer, one.area),
        kind=_kind(viewer, one),
    )  # fmt: skip


def _kind(viewer: Viewer, one: Alert) -> str:
    names = second_level(viewer.city).get((one.category, one.category2), {})
    second = names.get(session.language(), one.category2)
    return f"{tables.category(viewer, one.category)} / {second}"


def one(viewer: Viewer, alert: int) -> None:
    """One alert: its evidence, its place, the cases behind it, and what was made of it."""
    try:
        found, cases, total = alerts.one(viewer, engine(), alert)
    except Refused:
        st.info(t("alerts.not_yours"))
        return
    evidence = found.evidence
    st.subheader(_label(viewer, found), anchor="alert")
    st.markdown(f"[{t('alerts.link')}]({session.link('/alerts', alert=str(found.id))})")
    st.text(
        t(
            "alerts.evidence", day=evidence.day, span=evidence.span, n=evidence.observed,
            expected=f"{evidence.expected:.1f}", p=_chance(evidence.p), rank=evidence.rank,
            adjusted=_chance(evidence.adjusted), told=found.told, began=found.began,
        )
    )  # fmt: skip
    views.display(charts.evidence(evidence.days, found.first))
    st.caption(t("alerts.chart_about"))
    _history(found)
    _cases(viewer, found, cases, total)
    _entries(viewer, found)
    _moves(viewer, found)


def _chance(p: float) -> str:
    """A small share in plain digits: 0.03 %."""
    return t("alerts.below") if p < 0.0001 else f"{p:.2%}"


def _history(found: Alert) -> None:
    rows = [
        {
            t("chart.alert_day"): f"{day.day}",
            t("alerts.observed"): t("alerts.in_days", n=day.observed, days=day.span),
            t("chart.alert_expected"): f"{day.expected:.1f}",
            t("alerts.p"): _chance(day.p),
            t("alerts.adjusted"): _chance(day.adjusted),
            t("alerts.rank"): str(day.rank),
        }
        for day in found.history
    ]
    with st.expander(t("alerts.history", n=len(rows))):
        st.dataframe(pd.DataFrame(rows), hide_index=True)


def _cases(viewer: Viewer, found: Alert, cases: Sequence[Behind], total: int) -> None:
    """The cases behind it that the viewer may see, each a link to its page."""
    st.markdown(t("alerts.cases", n=numerals.count(total), shown=len(cases)))
    if not viewer.has(Role.CITY):
        st.caption(t("alerts.cases_yours"))
    if cases:
        rows = [
            {
                t("overdue.column.number"): tables.link(case.number),
                t("overdue.column.received"): local(viewer, case.received_at),
                t("alerts.closed"): local(viewer, case.closed_at),
                t("overdue.column.unit"): unit_name(viewer, case.unit) or "–",
                t("alerts.town"): _town(viewer, case.town),
            }
            for case in cases
        ]
        columns = {t("overdue.column.number"): tables.number_column()}
        st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=columns)
    asked = {"which": "all", "area": found.area, "category": found.category,
             "sort": "received_desc", "alert": ""}  # fmt: skip
    st.markdown(f"[{t('alerts.all_cases')}]({session.link('/overdue', **asked)})")


def _town(viewer: Viewer, code: str) -> str:
    names = {town.code: town.names for town in divisions.towns(viewer.city)}
    return names[code][session.language()] if code in names else code or "–"


def _entries(viewer: Viewer, found: Alert) -> None:
    unit = unit_name(viewer, found.unit) or "–"
    st.markdown(t("alerts.stands", state=t(f"alerts.state_{found.state}"), unit=unit))
    for entry in found.entries:
        who = {"at": local(viewer, entry.at), "who": entry.shown}
        move = t(f"alerts.move_{entry.move}")
        if entry.move == ASSIGN:
            move = t("alerts.assigned_to", unit=unit_name(viewer, entry.unit))
        st.text(t("ledger.entry", move=move, **who))
        if entry.words:
            st.text(t("ledger.words", words=entry.words))


def _moves(viewer: Viewer, found: Alert) -> None:
    """One form for the move that is chosen among those open to the viewer."""
    moves = [move.name for move in alert_moves.open_to(viewer, found.state)]
    key = f"alert_{found.id}"
    seen = act.seen("alert_seen", {found.id: found.version})[found.id]
    name = st.selectbox(
        t("act.move"), moves, key=key, width=WIDTH,
        format_func=lambda name: t(f"alerts.move_{name}"),
    )  # fmt: skip
    units = [unit.code for unit in cities.profile(viewer.city).units]
    with st.form(f"{key}_form", border=False):
        unit = ""
        if name == ASSIGN:
            unit = st.selectbox(
                t("alerts.unit"), units, key=f"{key}_unit", width=WIDTH,
                format_func=lambda code: unit_name(viewer, code),
            )  # fmt: skip
        needed = "" if alert_moves.MOVES[name].words else t("alerts.optional")
        words = st.text_area(
            t("alerts.words") + needed, max_chars=alert_moves.LONGEST, key=f"{key}_{name}_words"
        )
        if st.form_submit_button(t(f"alerts.move_{name}"), type="primary"):
            _try(
                partial(alert_moves.add, viewer, engine(), found.id, name, seen, words, unit),
                t("act.moved", move=t(f"alerts.move_{name}")), f"{key}_{name}_words", viewer,
            )  # fmt: skip


def _try(deed: Callable[[], object], said: str, words: str, viewer: Viewer) -> None:
    """Do it and draw the page anew, or say in plain words why not; what was typed stays."""
    try:
        deed()
    except Outdated as error:
        newest = error.now.entries[-1]
        at, move = local(viewer, newest.at), t(f"alerts.move_{newest.move}")
        st.error(t("act.outdated", who=newest.shown, move=move, at=at))
    except BadMove as error:
        st.error(t(f"alerts.bad_{error}"))
    except Refused:
        st.error(t("act.refused"))
    else:
        st.session_state[act.SAID] = said, words
        st.rerun()
