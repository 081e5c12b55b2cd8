"""Tables of cases for supervisors. Cells are drawn, not read as markup, so data cannot act."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

import cities
import cities.supervision
from components import session
from components.session import t
from data_access.supervision.ledger import Action
from data_access.supervision.levels import Standing
from data_access.supervision.overdue import Listed
from data_access.supervision.viewer import Viewer
from supervision.questions import unit_name

MINUTES, DAYS = "%Y-%m-%d %H:%M", "%Y-%m-%d"


def local(viewer: Viewer, moment: datetime | None, form: str = MINUTES) -> str:
    """A moment in the city's zone; a dash where there is none."""
    if moment is None:
        return "–"
    return f"{moment.astimezone(cities.profile(viewer.city).zone):{form}}"


def standing(found: Standing | None) -> str:
    """So many working days left, or overdue."""
    if found is None:
        return "–"
    if found.left is not None:
        return t("overdue.left", n=found.left)
    return t("overdue.late", n=found.overdue) if found.overdue else t("overdue.late_now")


def link(number: str) -> str:
    """The address of a case; the number is shown of it."""
    others = dict.fromkeys(st.query_params.to_dict().keys() - {"lang", "city"}, "")
    return session.link("/case", **others | {"number": number})


def cases(
    viewer: Viewer, rows: Sequence[Listed], latest: Mapping[str, Action], key: str = "chosen"
) -> list[str]:
    """A list of cases whose rows can be chosen; the numbers of those that are."""
    frame = pd.DataFrame([_row(viewer, row, latest.get(row.number)) for row in rows])
    chosen = st.dataframe(
        frame, hide_index=True, on_select="rerun", selection_mode="multi-row", key=key,
        column_config={t("overdue.column.number"): number_column()},
    )  # fmt: skip
    return [rows[place].number for place in chosen["selection"]["rows"] if place < len(rows)]


def number_column() -> ColumnConfig:
    """A column of addresses of cases, shown as their numbers."""
    return st.column_config.LinkColumn(display_text=r"number=([^&]+)", width=170)


def action_name(viewer: Viewer, kind: str) -> str:
    """What a kind of action is called."""
    told = cities.supervision.rules(viewer.city)
    return told.steps[kind].name[session.language()] if told and kind in told.steps else kind


def category(viewer: Viewer, code: str) -> str:
    """A first-level category in the visitor's language, where the profile has it."""
    names = cities.profile(viewer.city).categories.get(code)
    return names[session.language()] if names else code


def _row(viewer: Viewer, row: Listed, action: Action | None) -> dict[str, str]:
    return {
        t("overdue.column.colour"): t(f"overdue.mark.{row.colour or 'none'}"),
        t("overdue.column.standing"): standing(row.standing),
        t("overdue.column.number"): link(row.number),
        t("overdue.column.unit"): unit_name(viewer, row.unit) or "–",
        t("overdue.column.area"): unit_name(viewer, row.area) or "–",
        t("overdue.column.category"): category(viewer, row.category),
        t("overdue.column.deadline"): local(viewer, row.deadline_at, DAYS),
        t("overdue.column.received"): local(viewer, row.received_at, DAYS),
        t("overdue.column.extensions"): str(row.extensions),
        t("overdue.column.action"): doing(viewer, action),
    }


def doing(viewer: Viewer, action: Action | None) -> str:
    """The latest action and where it stands."""
    if action is None:
        return "–"
    return t(
        "overdue.doing", kind=action_name(viewer, action.kind), state=t(f"state.{action.state}")
    )
