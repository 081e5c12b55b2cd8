"""The share that could not be handled: over time, and by place, subject and unit."""

from collections.abc import Sequence

import streamlit as st

from components import cached, filters, notes, peers, session, tables, views, words
from components import over_time as trends
from components.charts import reasons as charts
from components.drawn import Drawn
from components.maps.figures import beside
from components.reasons import RATE, draw, nearest, of_period, row, table_of
from components.session import t
from components.tables import Link
from components.views import Ask
from data_access.published import NONE, SENSITIVE, Scope
from metrics import numerals, registry
from metrics.measure import Figure
from metrics.periods import ALL, closed

LEADS_TO = {"area": "map", "category": "times", "unit": "unit"}  # pages


def over_time(scope: Scope) -> None:
    """The share by year for years and all time, else by quarter; closed periods only."""
    metric, figures = registry.get(RATE), _closed_periods(scope)
    views.show("not_handled_periods", Ask(scope))
    with st.expander(t("page.not_handled.periods")):
        language = session.language()
        draw([row(words.period(language, figure.key), None, figure) for figure in figures[::-1]])
    notes.how(metric)


def _grain(scope: Scope) -> str:
    return "year" if scope.grain in ("year", ALL) else "quarter"


def _closed_periods(scope: Scope) -> list[Figure]:
    as_of, told = cached.release().as_of, cached.measure(RATE, Scope(grain=_grain(scope)))
    return [figure for figure in told if closed(figure.key, as_of)]


@views.view("not_handled_periods", page="not_handled", period=filters.of_city(RATE))
def _periods(ask: Ask) -> Drawn:
    metric, figures = registry.get(RATE), _closed_periods(ask.scope)
    title = trends.title(metric, figures, _grain(ask.scope))
    return charts.periods(metric, figures).under(title, t("chart.note_band"))


def by_area(scope: Scope) -> None:
    """The share in each county, in the order of the register."""
    _places(scope, "area")


def by_category(scope: Scope) -> None:
    """The share in each category, in the order of the classification."""
    _places(scope, "category")


def _places(scope: Scope, by: str) -> None:
    if found := table_of(RATE, by, scope):
        views.show(f"not_handled_by_{by}", Ask(scope))
        _table(_ordered(found, by), by, t(f"page.not_handled.{by}"))


def _ordered(scope: Scope, by: str) -> list[Figure]:
    """Areas in the order of the register, categories in that of the classification."""
    figures, city = (
        {one.key: one for one in cached.measure(RATE, scope, by=by)},
        session.city(),
    )
    known = [unit.code for unit in city.units] if by == "area" else list(city.categories)
    order = [code for code in known if code in figures]
    return [figures[code] for code in (*order, *sorted(figures.keys() - set(order)))]


def by_unit(scope: Scope) -> None:
    """The share of each unit, among its peers only; those with few cases are named apart."""
    if found := table_of(RATE, "unit", scope):
        figures = cached.measure(RATE, found, by="unit")
        for group, members in peers.groups(figures):
            name = peers.named(group)
            with st.expander(t("units.group", group=name, n=len(members))):
                views.show("not_handled_by_unit", Ask(scope, group=group))
                _table(members, "unit", name)
        if small := peers.withheld(figures):
            with st.expander(t("units.small", n=len(small))):
                tables.withheld(small)


def _table(figures: Sequence[Figure], by: str, name: str) -> None:
    """Shares, never a ranking; each name leads on to a page of its own."""
    named = [(filters.called(by, figure.key), figure) for figure in figures]
    tables.linked([row(_onward(by, *one), None, one[1]) for one in named], name)


@views.view("not_handled_by_area", page="not_handled", period=filters.of_city(RATE))
def _by_area(ask: Ask) -> Drawn:
    return _drawn(ask, "area")


@views.view("not_handled_by_category", page="not_handled", period=filters.of_city(RATE))
def _by_category(ask: Ask) -> Drawn:
    return _drawn(ask, "category")


def _unit_groups(ask: Ask) -> list[str]:
    found = nearest(RATE, "unit", ask.scope)
    figures = cached.measure(RATE, found, by="unit") if found else []
    return [group or ALL for group, _ in peers.groups(figures)]


@views.view(
    "not_handled_by_unit",
    page="not_handled",
    period=filters.of_city(RATE),
    group=_unit_groups,
)
def _by_unit(ask: Ask) -> Drawn:
    return _drawn(ask, "unit")


def _drawn(ask: Ask, by: str) -> Drawn:
    """Dots with their intervals beside the whole city, under how many of them differ from it."""
    found = nearest(RATE, by, ask.scope)
    if found is None:
        return Drawn(None, why=t("page.not_handled.unpublished"))
    if by == "unit":
        name = peers.named(ask.group)
        figures = dict(peers.groups(cached.measure(RATE, found, by=by)))[ask.group]
    else:
        name, figures = t(f"page.not_handled.{by}"), _ordered(found, by)
    named, city = (
        [(filters.called(by, one.key), one) for one in figures],
        cached.total(RATE, found),
    )
    return charts.places(registry.get(RATE), named, city, name).under(
        of_period(_differing(name, figures, city), found), t("chart.note_dots")
    )


def _differing(name: str, figures: Sequence[Figure], city: Figure | None) -> str:
    ways = [beside(figure, city) for figure in figures]
    return t(
        "chart.places_title", group=name, metric=words.name(session.language(), registry.get(RATE)),
        city=numerals.value(city) if city else "–", above=ways.count("above"),
        below=ways.count("below"), same=ways.count("same"),
    )  # fmt: skip


def _onward(by: str, name: str, figure: Figure) -> str | Link:
    if figure.key in (NONE, SENSITIVE):
        return name
    return Link(name, session.to(LEADS_TO[by], **filters.shown() | {by: figure.key}))
