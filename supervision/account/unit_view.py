"""One handling unit: what it did, its trend, its cases, where time is lost, what flatters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import streamlit as st

import cities
from components import charts, filters, session, tables, views, words
from components.readings import Reading
from components.session import t
from components.tables import Part, Row
from data_access.published import ALL, NONE, Scope
from data_access.supervision import figures
from data_access.supervision.figures import Told
from metrics import measure, registry
from metrics.measure import Figure
from metrics.model import Metric
from metrics.numerals import percent
from supervision.account import rows
from supervision.account.chosen import Chosen
from supervision.account.counted import grain, shown
from supervision.questions import unit_name

DID = (
    "received", "on_time_rate", "on_time_extended", "not_dissatisfied", "satisfied", "solved",
    "not_handled", "doubts_unanswered",
)  # fmt: skip
NOW = ("open_overdue", "due_soon", "doubts_open")  # how things stand on the day: of all time
TRENDS = ("on_time_rate", "not_dissatisfied", "reopened", "repeats", "closed_at_once")
STAGES = ("time_accepting", "time_dispatching", "time_handling", "time_replying", "time_solving")
# What may make a unit look better than it is, and what comes back because it was not.
CHECKS = (
    "closed_at_once", "closed_last_hour", "extended", "moved_late", "returned", "transferred",
    "recategorised", "repeats", "reopened",
)  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """A unit with its cells by metric, period and category, and its peers' by metric."""

    chosen: Chosen
    cells: dict[tuple[str, str, str], Told]
    peers: dict[str, Told]

    @property
    def code(self) -> str:
        return self.chosen.unit

    def cell(self, metric: str, period: str, category: str = ALL) -> Told | None:
        """What was counted; None where no case is in it."""
        return self.cells.get((metric, period, category))


def read(chosen: Chosen) -> Unit:
    """All that is known of the unit that was chosen."""
    found = figures.of_unit(chosen.viewer, chosen.found, chosen.unit)
    units = cities.profile(chosen.viewer.city).units
    group = next((unit.peer_group for unit in units if unit.code == chosen.unit), None)
    others = {unit.code for unit in units if unit.peer_group == group} - {chosen.unit}
    together = figures.of_peers(chosen.viewer, chosen.found, others, chosen.scope.period)
    cells = {(one.metric, one.period, one.category): one for one in found}
    return Unit(chosen, cells, together)


def did(unit: Unit) -> None:
    """What came in and how it went, and how things stand on the day."""
    st.subheader(unit_name(unit.chosen.viewer, unit.code), anchor=False)
    st.markdown(t("account.how"))
    _table(unit, DID, unit.chosen.scope)
    st.markdown(t("account.now"))
    _table(unit, NOW, Scope())


def checks(unit: Unit) -> None:
    """Signs of figures made to look good, and of work that was not done the first time."""
    st.subheader(t("account.checks"), anchor=False)
    st.caption(t("account.checks_about"))
    _table(unit, CHECKS, unit.chosen.scope, why=True)


def trend(unit: Unit) -> None:
    """One share month by month, as a chart and as a table of figures."""
    st.subheader(t("account.trend"), anchor=False)
    metric = filters.metric(TRENDS)
    months = sorted(
        period
        for name, period, category in unit.cells
        if (name, category, grain(period)) == (metric.id, ALL, "month")
    )
    told = {month: shown(metric, unit.cells[metric.id, month, ALL]) for month in months}
    views.display(charts.trend(metric, list(told.values())))
    if told:
        with st.expander(t("table.months", name=words.name(session.language(), metric))):
            tables.linked([_month(unit, metric, *one) for one in reversed(told.items())],
                          t("account.trend"))  # fmt: skip


def _month(unit: Unit, metric: Metric, month: str, figure: Figure) -> Row:
    wanted = rows.at(metric, Scope("month", month), unit=unit.code)
    return {
        t("chart.month"): words.period(session.language(), month),
        words.name(session.language(), metric): rows.value(metric, figure),
        t("account.counts"): rows.counts(wanted, figure),
    }


def mix(unit: Unit) -> None:
    """What its cases are about, beside the whole city, and how each kind went."""
    st.subheader(t("account.mix"), anchor=False)
    period, kinds = unit.chosen.scope.period, map(registry.get, ("received", "on_time_rate"))
    received, on_time = kinds
    found = [one for (name, at, category), one in unit.cells.items()
             if (name, at) == ("received", period) and category != ALL]  # fmt: skip
    whole = sum(one.numerator for one in found)
    listed = sorted(found, key=lambda one: (-one.numerator, one.category))
    if not listed:
        st.info(t("account.empty"))
        return
    tables.linked([_kind(unit, received, on_time, one, whole) for one in listed], t("account.mix"))


def _kind(unit: Unit, received: Metric, on_time: Metric, one: Told, whole: int) -> Row:
    scope = unit.chosen.scope
    name = (
        filters.called("category", one.category) if one.category != NONE else t("account.no_kind")
    )
    cases = rows.at(received, scope, unit=unit.code, category=one.category)
    kept = rows.at(on_time, scope, unit=unit.code, category=one.category)
    cell = unit.cell(on_time.id, scope.period, one.category)
    return {
        t("overdue.column.category"): name,
        words.name(session.language(), received): rows.counts(cases, shown(received, one)),
        t("account.share"): percent(one.numerator / whole, whole),
        words.name(session.language(), on_time): (
            rows.figure(kept, shown(on_time, cell)) if cell else ["–"]
        ),
    }


def stages(unit: Unit) -> None:
    """How long each stage takes: half of the cases, and nine in ten, beside peers and city."""
    st.subheader(t("account.stages"), anchor=False)
    period = unit.chosen.scope.period
    told = [(metric, cell) for metric in map(registry.get, STAGES)
            if (cell := unit.cell(metric.id, period))]  # fmt: skip
    if not told:
        st.info(t("account.empty"))
        return
    views.display(charts.stages([Reading(metric, shown(metric, cell)) for metric, cell in told]))
    st.caption(t("account.stages_about"))
    _table(unit, STAGES, unit.chosen.scope)


def line(metric: Metric, figure: Figure, counts: list[Part]) -> dict[str, Part | list[Part]]:
    return {
        t("table.name"): words.name(session.language(), metric),
        t("table.value"): rows.value(metric, figure),
        t("account.counts"): counts,
    }


def _table(unit: Unit, names: Sequence[str], scope: Scope, why: bool = False) -> None:
    """Figures of the unit beside its peers and the whole city, perhaps with why they matter."""
    listed = list(_lines(unit, map(registry.get, names), scope, why))
    if listed:
        tables.linked(listed, unit_name(unit.chosen.viewer, unit.code))
    else:
        st.info(t("account.empty"))


def _lines(unit: Unit, metrics: Iterable[Metric], scope: Scope, why: bool) -> Iterable[Row]:
    for metric in metrics:
        cell = unit.cell(metric.id, scope.period)
        if cell is None and metric.kind != "count":
            continue
        figure = shown(metric, cell) if cell else measure.figure(metric, scope.period, 0, None)
        wanted = rows.at(metric, scope, unit=unit.code)
        row = line(metric, figure, rows.counts(wanted, figure))
        yield row | _beside(unit, metric, scope) | (_why(metric) if why else {})


def _beside(unit: Unit, metric: Metric, scope: Scope) -> dict[str, str | list[Part]]:
    """The same of its peers and of the city; a count of peers says nothing beside its own."""
    together, city = unit.peers.get(metric.id), unit.chosen.city.get((metric.id, scope.period))
    fair = together if metric.kind != "count" else None
    beside = rows.value(metric, shown(metric, fair)) if fair else "–"
    whole = rows.at(metric, scope)
    opens = unit.chosen.opens_city
    return {
        t("account.peers"): beside,
        t("unit.city"): rows.figure(whole, shown(metric, city), opens) if city else "–",
    }


def _why(metric: Metric) -> dict[str, str]:
    wording = metric.wording[session.language()]
    return {t("account.counted"): wording.numerator}
