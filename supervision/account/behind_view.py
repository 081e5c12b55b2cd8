"""The cases behind one figure: what was counted, whether it still holds, and each case."""

from datetime import datetime

import pandas as pd
import streamlit as st

import cities
from components import filters, session, words
from components.session import t
from data_access.published import ALL, DIMENSIONS, NONE
from data_access.supervision import behind
from data_access.supervision.behind import PARTS, REST, Behind, Row
from data_access.supervision.database import engine
from data_access.supervision.viewer import Refused, Viewer
from metrics import numerals
from metrics.model import Metric
from supervision import tables
from supervision.account import counted, rows
from supervision.account.counted import TOLD, Asked, Standing
from supervision.questions import unit_name

SKIP = "skip"  # how many rows come before this page


def show(viewer: Viewer) -> None:
    """The figure that the address names, and its cases page by page."""
    wanted = counted.asked(st.query_params.to_dict())
    if wanted is None:
        st.info(t("behind.which"))
        return
    try:
        _show(viewer, wanted)
    except Refused:
        st.warning(t("behind.not_yours"))


def _show(viewer: Viewer, wanted: Asked) -> None:
    city, part, skip = cities.profile(viewer.city), _part(wanted.metric), _skip()
    found = counted.standing(viewer, wanted)
    if found is None:
        st.info(t("account.none"))
        return
    told = behind.read(viewer, engine(), counted.figure(wanted, found, city), part, skip)
    _title(viewer, wanted, found)
    _parts(wanted, told, part)
    _differs(wanted, found, told)
    _rows(viewer, wanted, told, part)
    _turn(skip, told.of(part))


def _part(metric: Metric) -> str:
    options = list(PARTS) if metric.kind == "ratio" else [behind.COUNTED]
    return session.asked("part", options, behind.COUNTED)


def _skip() -> int:
    said = st.query_params.get(SKIP, "")
    return int(said) if said.isdecimal() and said.isascii() else 0


def _title(viewer: Viewer, wanted: Asked, found: Standing) -> None:
    """Which figure: what, whose, when, its value, and by which words it is counted."""
    language, metric = session.language(), wanted.metric
    held = [_called(viewer, name, getattr(wanted.scope, name)) for name in DIMENSIONS
            if getattr(wanted.scope, name) != ALL]  # fmt: skip
    where = t("behind.joint").join(held) or t("unit.city")
    name, when = words.name(language, metric), words.period(language, wanted.scope.period)
    st.subheader(t("behind.title", name=name, where=where, when=when), anchor=False)
    if found.figure is not None:
        value = rows.value(metric, found.figure)
        st.markdown(t(f"behind.value_{wanted.where}", value=value))
    st.caption(t("account.as_of", day=numerals.day(found.as_of)))
    wording = metric.wording[language]
    lines = [t("note.counted", text=wording.numerator)]
    lines += [t("note.among", text=wording.denominator)] if metric.kind == "ratio" else []
    st.caption("  \n".join(lines))


def _called(viewer: Viewer, name: str, value: str) -> str:
    if name in ("unit", "area"):
        return t("account.no_unit") if value == NONE else unit_name(viewer, value)
    return filters.called(name, value) if name == "category" else words.plain(value)


def _parts(wanted: Asked, told: Behind, part: str) -> None:
    """How many there are of each part, and which one is listed."""
    metric = wanted.metric
    if metric.kind == "ratio":
        said = {name: t(f"behind.{name}", n=numerals.count(told.of(name))) for name in PARTS}
        st.session_state["part"] = part
        st.radio(
            t("behind.part"), PARTS, key="part", horizontal=True,
            format_func=filters.worded(PARTS, said.__getitem__), on_change=_to_part,
        )  # fmt: skip
    number = numerals.count(told.of(part))
    cases = numerals.count(told.cases)
    st.markdown(t(f"behind.{metric.subject}", n=number, cases=cases))


def _differs(wanted: Asked, found: Standing, told: Behind) -> None:
    """Say so where the records have come to say something else since the figure was counted."""
    figure = found.figure
    if figure is None or figure.numerator is None:
        return
    was = [figure.numerator, (figure.denominator or figure.numerator) - figure.numerator]
    now = [told.counted, told.rest if wanted.metric.kind == "ratio" else 0]
    if was == now:
        return
    said = {
        "was": " + ".join(map(numerals.count, was)), "now": " + ".join(map(numerals.count, now)),
        "late": numerals.count(told.late),
    }  # fmt: skip
    st.warning(t("behind.booked" if wanted.where == TOLD else "behind.moved", **said))


def _rows(viewer: Viewer, wanted: Asked, told: Behind, part: str) -> None:
    if not told.rows:
        st.info(t("overdue.nothing"))
        return
    if part == REST:
        st.caption(t("behind.rest_about"))
    frame = pd.DataFrame([_row(viewer, wanted, row) for row in told.rows])
    columns = {t("overdue.column.number"): tables.number_column()}
    st.dataframe(frame, hide_index=True, column_config=columns, height="content")


def _row(viewer: Viewer, wanted: Asked, row: Row) -> dict[str, str]:
    metric = wanted.metric
    told = {
        t("overdue.column.number"): tables.link(row.number),
        t("overdue.column.unit"): unit_name(viewer, row.unit) or "–",
        t("overdue.column.area"): unit_name(viewer, row.area) or "–",
        t("overdue.column.category"): tables.category(viewer, row.category),
        t(f"behind.dated.{metric.dated_by}"): tables.local(viewer, row.at),
    }
    if row.seconds is not None:
        told[words.name(session.language(), metric)] = words.span(session.language(), row.seconds)
    others: dict[str, datetime | None] = {
        "overdue.column.received": row.received_at, "overdue.column.deadline": row.deadline_at,
        "case.closed_at": row.closed_at,
    }  # fmt: skip
    told |= {t(key): tables.local(viewer, at, tables.DAYS) for key, at in others.items()}
    if wanted.where == TOLD:
        told[t("behind.late")] = t("behind.is_late") if row.late else "–"
    return told


def _turn(skip: int, rows_: int) -> None:
    """Buttons to the next page and back to the first."""
    if rows_ <= behind.PAGE:
        return
    last = min(skip + behind.PAGE, rows_)
    st.caption(t("behind.shown", first=min(skip + 1, rows_), last=last, n=numerals.count(rows_)))
    with st.container(horizontal=True):
        st.button(t("overdue.first"), disabled=not skip, key="to_first", on_click=_go, args=(0,))
        st.button(
            t("overdue.next"), disabled=last >= rows_, key="to_next",
            on_click=_go, args=(skip + behind.PAGE,),
        )  # fmt: skip


def _go(skip: int) -> None:
    st.query_params[SKIP] = str(skip)


def _to_part() -> None:
    """The other part begins at its first page."""
    session.drop(SKIP)
    st.query_params["part"] = st.session_state["part"]


def back() -> None:
    """To the page of figures."""
    st.page_link(
        "pages/supervision/accountability.py", label=t("behind.back"),
        query_params=session.address(),
    )  # fmt: skip
