"""Which kinds of case a county has more of than the city's mix would give it."""

from collections.abc import Sequence

import streamlit as st

from components import cached, filters, session, tables, views, words
from components.charts import topics as charts
from components.drawn import Drawn
from components.session import t
from components.tables import Link, Row
from components.topics import counts
from components.views import Ask
from data_access.published import ALL, Scope
from metrics import hotspots, numerals
from metrics.hotspots import Concentrated
from metrics.measure import Figure
from metrics.periods import first_day, label

FIRST = 6  # as many are shown at once


def places(scope: Scope, area: str | None, category: str | None) -> None:
    """A heat map of county by category, and those that stand out in words and numbers."""
    at, cells = _published(scope)
    if at is None:
        st.subheader(t("page.topics.places"), anchor="places")
        st.info(t("page.not_handled.unpublished"))
        return
    found = _found(at, cells)
    high = _high(found)
    st.subheader(_finding(high, len(found)), anchor="places")
    if at.period != scope.period:
        period = words.period(session.language(), at.period)
        st.caption(t("page.not_handled.other_period", period=period))
    st.markdown(t("page.topics.places_hint", looked=len(found), n=len(high)))
    views.show("places", Ask(scope))
    hidden = sum(figure.numerator is None for figure in cells.values())
    st.caption(t("page.topics.places_withheld", n=hidden, all=len(cells)))
    high = [one for one in high if area in (None, one.key[0]) and category in (None, one.key[1])]
    _tables(high)


@views.view("places", page="topics", period=filters.of_city(counts.VOLUME))
def _drawn(ask: Ask) -> Drawn:
    at, cells = _published(ask.scope)
    if at is None:
        return Drawn(None, why=t("page.not_handled.unpublished"))
    found = _found(at, cells)
    names = [filters.called("area", key) for key in filters.members("area")]
    kinds = [filters.called("category", key) for key in filters.members("category")]
    title = t(
        "chart.of_period", title=_finding(_high(found), len(found)),
        period=words.period(session.language(), at.period),
    )  # fmt: skip
    chart = charts.concentrations(names, kinds, [(*_names(one), one) for one in found])
    return chart.under(title, t("chart.note_places"))


def _found(at: Scope, cells: dict[hotspots.Key, Figure]) -> list[Concentrated]:
    whole = cached.total(counts.VOLUME, at)
    return hotspots.concentrations(cells, counts.areas(at), counts.kinds(at), whole)


def _high(found: Sequence[Concentrated]) -> list[Concentrated]:
    """Those that stand out, the surest first."""
    return sorted((one for one in found if one.found and one.ratio > 1), key=lambda one: -one.low)


def _published(scope: Scope) -> tuple[Scope | None, dict[hotspots.Key, Figure]]:
    """Area by category in the period asked for, else in the quarter or year around it."""
    around = [scope]
    if scope.period != ALL:
        start = first_day(scope.period)
        around += [Scope(grain, label(start.year, start.month, grain)) for grain in
                   ("quarter", "year")]  # fmt: skip
    newest = [Scope(grain, period) for period, grain in _periods() if grain != "month"]
    for one in [*around, *newest[:1]]:
        if cells := counts.cells(one):
            return one, cells
    return None, {}


def _periods() -> list[tuple[str, str]]:
    return list(cached.periods(counts.VOLUME, "area").items())


def _finding(high: Sequence[Concentrated], looked: int) -> str:
    if not high:
        return t("page.topics.no_places" if looked else "page.topics.places")
    area, kind = _names(high[0])
    return t("page.topics.most_places", area=area, kind=kind, times=charts.times(high[0].ratio))


def _names(one: Concentrated) -> tuple[str, str]:
    return filters.called("area", one.key[0]), filters.called("category", one.key[1])


def _tables(high: Sequence[Concentrated]) -> None:
    if not high:
        return
    title = t("page.topics.places")
    tables.linked([_row(one) for one in high[:FIRST]], title)
    if rest := high[FIRST:]:
        with st.expander(t("page.topics.more_places", n=len(rest))):
            tables.linked([_row(one) for one in rest], title)


def _row(one: Concentrated) -> Row:
    area, kind = _names(one)
    view = filters.shown() | {"area": one.key[0]}
    return {
        t("page.topics.area"): Link(area, session.to("map", **view)),
        t("page.topics.kind"): kind,
        t("table.cases"): numerals.count(one.observed),
        t("page.topics.expected"): numerals.count(one.expected),
        t("page.topics.ratio"): charts.times(one.ratio),
        t("units.column.interval"): tables.RANGE.join(map(charts.times, (one.low, one.high))),
    }
