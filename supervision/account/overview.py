"""All units of the viewer beside each other, inside their peer groups, in the profile's order."""

import streamlit as st

import cities
from components import peers, session, tables
from components.session import t
from components.tables import Link, Row
from data_access.published import ALL, NONE
from data_access.supervision import figures
from data_access.supervision.figures import Told
from metrics import registry
from metrics.comparison import UNLISTED
from metrics.model import Metric
from supervision.account import rows
from supervision.account.chosen import Chosen
from supervision.account.counted import Asked, shown
from supervision.questions import unit_name

SHOWN = ("received", "on_time_rate", "not_dissatisfied", "reopened", "closed_at_once")
NOW = ("open_overdue", "due_soon", "doubts_open")  # how things stand on the day: of all time

Cells = dict[tuple[str, str], Told]  # unit and metric


def show(chosen: Chosen) -> None:
    """One table a peer group; each name leads to the unit's own view."""
    told = figures.of_units(chosen.viewer, chosen.found, {chosen.scope.period})
    now = figures.of_units(chosen.viewer, chosen.found, {ALL})
    cells = {(one.unit, one.metric): one for one in told if one.metric not in NOW}
    cells |= {(one.unit, one.metric): one for one in now if one.metric in NOW}
    st.markdown(t("account.how"))
    for group, codes in _groups(chosen, {unit for unit, _ in cells}):
        st.subheader(peers.named(group), anchor=False)
        tables.linked([_row(chosen, code, cells) for code in codes], peers.named(group))


def _groups(chosen: Chosen, found: set[str]) -> list[tuple[str, list[str]]]:
    """Peer groups with their units that have figures; last those that no profile knows."""
    city = cities.profile(chosen.viewer.city)
    groups = [
        (group, [unit.code for unit in city.units if unit.peer_group == group])
        for group in city.peer_groups
    ]
    listed = {unit.code for unit in city.units}
    groups.append((UNLISTED, sorted(found - listed)))
    return [(group, [code for code in codes if code in found]) for group, codes in groups
            if found.intersection(codes)]  # fmt: skip


def _figure(metric: Metric, cell: Told | None, wanted: Asked) -> list[tables.Part]:
    if cell is None:
        return ["0" if metric.kind == "count" else "–"]
    return rows.figure(wanted, shown(metric, cell))


def _row(chosen: Chosen, code: str, cells: Cells) -> Row:
    name = t("account.no_unit") if code == NONE else unit_name(chosen.viewer, code)
    to = session.link("/accountability", unit=code, period=chosen.scope.period)
    row: dict[str, tables.Part | list[tables.Part]] = {
        t("units.column.unit"): name if code == NONE else Link(name, to)
    }
    for metric in map(registry.get, (*SHOWN, *NOW)):
        cell = cells.get((code, metric.id))
        slices = {"grain": ALL, "period": ALL} if metric.id in NOW else {}
        wanted = rows.at(metric, chosen.scope, unit=code, **slices)
        (called,) = rows.names([metric])
        row[called] = _figure(metric, cell, wanted)
    return row
