"""The page of one handling unit: its story in sentences, its figures, its place, its past."""

from dataclasses import replace

import streamlit as st

from components import (
    cached,
    cards,
    charts,
    filters,
    peers,
    readings,
    session,
    unit_tables,
    views,
    words,
)
from components.drawn import Drawn
from components.onward import listed
from components.peers import Standing
from components.readings import Reading
from components.session import t
from components.tables import Link
from components.views import Ask
from data_access.published import Scope
from metrics import numerals, registry
from metrics.change import changes
from metrics.measure import UNPUBLISHED, Figure, withheld
from metrics.model import Metric

CARDS = ("received", "on_time_rate", "satisfied", "solved", "time_closed")
YEARLY = "not_handled"


def chosen() -> str | None:
    """Let the reader choose a unit; None where no table by unit is published yet."""
    units = filters.members("unit")
    if not units:
        return None
    first = filters.marked(units) or units[0]
    return filters.choose("unit", units, lambda code: filters.called("unit", code), first)


def reading(name: str, unit: str, scope: Scope) -> Reading:
    """One metric of one unit, and how it has moved; "not published" where there is no cell."""
    told = cached.measure(name, Scope(grain=scope.grain, unit=unit))
    found = {figure.key: figure for figure in told}
    figure = found.get(scope.period) or withheld(scope.period, UNPUBLISHED)
    return Reading(registry.get(name), figure, changes(scope.period, found))


def figures(unit: str, scope: Scope) -> None:
    """The unit's figures of the period as cards."""
    cards.readings([reading(name, unit, scope) for name in CARDS])
    st.caption(t("note.chance"))


def finding(metric: Metric, unit: str, scope: Scope) -> None:
    """What became of the unit's cases, in one sentence; or why that cannot be said."""
    language = session.language()
    said = {"unit": filters.called("unit", unit), "when": words.when(language, scope.period)}
    figure = reading(metric.id, unit, scope).figure
    if figure.value is None:
        st.subheader(
            t("unit.no_finding", metric=words.name(language, metric), **said), anchor=False
        )
        st.info(words.note(language, figure, metric))
    elif metric.kind == "duration":
        median, most = words.percentiles(language, figure)
        st.subheader(t("unit.finding_time", median=median, most=most, **said), anchor=False)
    else:
        share = words.share(language, figure.value)
        st.subheader(t(f"unit.finding_{metric.id}", share=share, **said), anchor=False)
    st.caption(t("site.as_of", day=numerals.day(cached.release().as_of)))


def place(metric: Metric, unit: str, scope: Scope) -> None:
    """Where the unit stands among its peers, in sentences and in the funnel."""
    st.subheader(t("unit.place"), anchor=False)
    one = peers.standing(metric, scope, unit) if metric.kind == "ratio" else None
    if one is None:
        st.info(t("unit.no_place" if metric.kind == "ratio" else "unit.no_place_time"))
        return
    st.markdown("\n".join(f"- {line}" for line in _standing(metric, one, scope)))
    if len(one.peers.units) > 1:
        views.show("unit_place", Ask(scope, metric.id, unit=unit))
        st.caption(t("unit.funnel_hint"))


def _standing(metric: Metric, one: Standing, scope: Scope) -> list[str]:
    """Its rate beside city and peers, whether chance explains it, its rank, its mix of cases."""
    figure, city = one.unit.figure, cached.total(metric.id, scope)
    low, high = numerals.bounds(figure)
    cases = sum(unit.figure.denominator or 0 for unit in one.peers.units)
    said = {
        "group": one.group, "n": len(one.peers.units),
        "target": numerals.percent(one.peers.target, cases),
    }  # fmt: skip
    lines = [
        t(
            "unit.rate", metric=words.name(session.language(), metric), low=low, high=high,
            value=numerals.value(figure), counts=words.counts(session.language(), figure, metric),
        ),
        t("unit.beside", city=numerals.value(city) if city else "–", **said),
        t(f"unit.{unit_tables.beside(one)}"),
    ]  # fmt: skip
    rank = unit_tables.rank(one)
    lines.append(t("unit.rank", rank=rank) if one.unit.rank else t("unit.no_rank"))
    if one.adjusted.value is None:
        return [*lines, t("unit.unadjusted", why=unit_tables.adjusted(one.adjusted))]
    lines.append(t("unit.adjusted", value=unit_tables.adjusted(one.adjusted)))
    return [*lines, t("unit.explained")] if one.explained else lines


RATES = ("on_time_rate", "satisfied", "solved")


def _units(_: Ask) -> list[str]:
    return filters.members("unit")


@views.view(
    "unit_place", page="unit", metric=lambda _: RATES, unit=_units,
    period=lambda ask: cached.periods(ask.metric, "unit"),
)  # fmt: skip
def _place(ask: Ask) -> Drawn:
    metric = registry.get(ask.metric)
    one = peers.standing(metric, ask.scope, ask.unit)
    if one is None:
        return Drawn(None, why=t("unit.no_place"))
    found = peers.compared(metric, ask.scope)
    standings = next(some for each, some in found if each.group == one.peers.group)
    if len(standings) == 1:
        return Drawn(None, why=t("units.no_peers"))
    title = t(
        "chart.unit_place_title", unit=filters.called("unit", ask.unit),
        metric=words.name(session.language(), metric), value=numerals.value(one.unit.figure),
        when=words.when(session.language(), ask.scope.period),
        beside=t(f"unit.{unit_tables.beside(one)}"),
    )  # fmt: skip
    return charts.peer_funnel(metric, standings, this=ask.unit).under(title, t("chart.note_funnel"))


def past(metric: Metric, unit: str) -> None:
    """The unit's rate quarter by quarter beside the city's, and the same as a table."""
    st.subheader(t("unit.past"), anchor=False)
    if metric.kind == "ratio":
        views.show("unit_past", Ask(metric=metric.id, unit=unit))
    unit_tables.beside_city(metric, *_quarters(metric, unit))


def _quarters(metric: Metric, unit: str) -> tuple[list[Figure], list[Figure]]:
    """The unit's figures, and the city's of the same quarters."""
    mine = cached.measure(metric.id, Scope(grain="quarter", unit=unit))
    periods = {figure.key for figure in mine}
    city = cached.measure(metric.id, Scope(grain="quarter"))
    return mine, [figure for figure in city if figure.key in periods]


@views.view("unit_past", page="unit", metric=lambda _: RATES, unit=_units)
def _past(ask: Ask) -> Drawn:
    metric, name = registry.get(ask.metric), filters.called("unit", ask.unit)
    mine, city = _quarters(metric, ask.unit)
    title = t("chart.unit_past_title", unit=name, metric=words.name(session.language(), metric))
    return charts.beside_city(metric, name, mine, city).under(title, t("chart.note_band"))


def open_overdue() -> None:
    """What is still open past its deadline: told for the city alone, and why."""
    st.subheader(t("unit.open"), anchor=False)
    found = readings.so_far("open_overdue").figure
    told = numerals.count(found.numerator)
    day = numerals.day(cached.release().as_of)
    st.markdown(t("unit.open_told", cases=told, day=day))


def not_handled(unit: str, scope: Scope) -> None:
    """How much could not be handled in the year of the period, or the latest year told."""
    st.subheader(t("unit.not_handled"), anchor=False)
    years = {
        item.key: item for item in cached.measure(YEARLY, Scope(grain="year", unit=unit))
    }  # fmt: skip
    year = scope.period[:4] if scope.period[:4] in years else max(years, default="")
    if not year:
        st.info(t("unit.no_year"))
        return
    language, figure = session.language(), years[year]
    city = cached.total(YEARLY, replace(Scope(grain="year"), period=year))
    said = {"year": words.period(language, year), "city": numerals.value(city) if city else "–"}
    if figure.value is None:
        st.markdown(t("unit.not_handled_why", why=words.note(language, figure), **said))
        return
    low, high = numerals.bounds(figure)
    counts = words.counts(language, figure)
    value = numerals.value(figure)
    st.markdown(t("unit.not_handled_told", value=value, low=low, high=high, counts=counts, **said))


def onward(unit: str) -> None:
    """Where to read on, with what was chosen."""
    st.subheader(t("unit.onward"), anchor=False)
    links = [Link(t("unit.back"), session.to("units"))]
    if unit in filters.members("area"):
        said = t("unit.on_map", name=filters.called("area", unit))
        links.append(Link(said, session.to("map", area=unit)))
    links += [Link(t(f"page.{page}.title"), session.to(page)) for page in ("not_handled", "times")]
    listed(links)
