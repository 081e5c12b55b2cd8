"""The page of handling units, peer group by peer group."""

from collections.abc import Sequence

import streamlit as st

from components import (
    blocks,
    cached,
    charts,
    filters,
    peers,
    session,
    tables,
    unit_tables,
    views,
    words,
)
from components.drawn import Drawn
from components.peers import Standing
from components.session import t
from components.views import Ask
from data_access.published import ALL, NONE, Scope
from metrics import numerals, registry
from metrics.measure import COMPARABLE, TELLING, Figure
from metrics.model import Metric

PAGE = "pages/public/unit.py"
NAMED = 3  # units of a group that its title names


def finding(metric_id: str, scope: Scope) -> None:
    """What the page has found in one sentence, with its as-of date."""
    metric = registry.get(metric_id)
    language = session.language()
    name, when = words.name(language, metric), words.when(language, scope.period)
    if metric.kind == "duration":
        st.subheader(t("units.finding_times", when=when, metric=name), anchor=False)
    else:
        found = [one for _, standings in peers.compared(metric, scope) for one in standings]
        ways = [one.unit.outlier or one.unit.beyond for one in found]
        said = t(
            "units.finding" if any(ways) else "units.finding_none", when=when, metric=name,
            n=len(found), above=ways.count(1), below=ways.count(-1), same=ways.count(0),
        )  # fmt: skip
        st.subheader(said, anchor=False)
    st.caption(t("site.as_of", day=numerals.day(cached.release().as_of)))


def funnels(metric: Metric, scope: Scope) -> None:
    """A funnel and a table for each peer group; a click on a dot or a name leads to the unit."""
    st.markdown(t("units.intro"))
    st.caption(t("units.funnel_hint"))
    this = filters.marked(filters.members("unit"))
    for group, alone in peers.compared_groups(metric, scope):
        blocks.show(_headed, metric.id, scope, group)
        if not alone:
            ask = Ask(scope, metric.id, unit=this, group=group)
            chosen = views.choose("units_funnel", ask)
            if chosen is not None:
                _open(chosen, metric, scope)
        blocks.show(_listed, metric.id, scope, group)


def _headed(metric_id: str, scope: Scope, group: str) -> None:
    """The name of a peer group, and who in it differs; of a lone unit that it has no peers."""
    standings = peers.standings(registry.get(metric_id), scope, group)
    if len(standings) > 1:
        st.subheader(_group_finding(standings), anchor=False)
    else:
        st.subheader(t("units.group", group=standings[0].group, n=1), anchor=False)
        st.info(t("units.no_peers"))


def _listed(metric_id: str, scope: Scope, group: str) -> None:
    metric = registry.get(metric_id)
    unit_tables.compared(metric, peers.standings(metric, scope, group), scope.period)


RATES = ("on_time_rate", "satisfied", "solved")
TIMES = ("time_closed",)


def _periods(ask: Ask) -> dict[str, str]:
    return cached.periods(ask.metric, "unit")


def _compared_groups(ask: Ask) -> list[str]:
    found = peers.compared_groups(registry.get(ask.metric), ask.scope)
    return [group or ALL for group, alone in found if not alone]


@views.view(
    "units_funnel", page="units", metric=lambda _: RATES, period=_periods,
    group=_compared_groups, unit=filters.narrowed("unit"),
)  # fmt: skip
def _funnel(ask: Ask) -> Drawn:
    metric = registry.get(ask.metric)
    standings = peers.standings(metric, ask.scope, ask.group)
    said = f"{words.name(session.language(), metric)}: {_group_finding(standings)}"
    title = t("chart.of_period", title=said, period=filters.called("period", ask.scope.period))
    return charts.peer_funnel(metric, standings, ask.unit, clickable=True).under(
        title, t("chart.note_funnel")
    )


def _told_groups(ask: Ask) -> list[str]:
    return [group or ALL for group, _ in _groups(ask)]


def _groups(ask: Ask) -> list[tuple[str, list[Figure]]]:
    figures = cached.measure(ask.metric, ask.scope, by="unit")
    return list(peers.groups([item for item in figures if item.key != NONE]))


@views.view(
    "units_times", page="units", metric=lambda _: TIMES, period=_periods, group=_told_groups
)
def _times(ask: Ask) -> Drawn:
    metric, members = registry.get(ask.metric), dict(_groups(ask))[ask.group]
    named = [(filters.called("unit", figure.key), metric, figure) for figure in members]
    language = session.language()
    title = t(
        "chart.unit_times_title", group=peers.named(ask.group), n=len(members),
        metric=words.name(language, metric), when=words.when(language, ask.scope.period),
    )  # fmt: skip
    return charts.spans(named, "chart.unit_times_alt").under(title, t("chart.note_spans"))


def _open(unit: str, metric: Metric, scope: Scope) -> None:
    """Go to the page of a unit; Back leads back."""
    here = {"unit": unit, "metric": metric.id, "period": scope.period}
    st.switch_page(PAGE, query_params=session.address() | here)


def _group_finding(standings: Sequence[Standing]) -> str:
    """Who differs from the peers by more than chance, and whose mix of cases may explain it."""
    parts = []
    for form in ("far_below", "far_above", "below", "above"):
        named = _names([one for one in standings if unit_tables.beside(one) == form])
        if named:
            many = "_many" if len(named) > NAMED else ""
            names = t("units.and").join(named)
            parts.append(t(f"units.{form}_said{many}", names=names, n=len(named)))
    if explained := _names([one for one in standings if one.explained]):
        parts.append(t("units.explained_said", names=t("units.and").join(explained)))
    said = t("units.then").join(parts) or t("units.none_apart")
    return t("units.group_finding", group=standings[0].group, n=len(standings), said=said)


def _names(standings: Sequence[Standing]) -> list[str]:
    language, city = session.language(), session.city()
    return [words.unit_name(language, city, one.unit.figure.key) for one in standings]


def times(metric_id: str, scope: Scope) -> None:
    """How long units of each peer group take; durations have no interval, so none is judged."""
    metric, figures = registry.get(metric_id), cached.measure(metric_id, scope, by="unit")
    st.markdown(t("units.intro_times"))
    for group, members in peers.groups([item for item in figures if item.key != NONE]):
        name = peers.named(group)
        st.subheader(t("units.group", group=name, n=len(members)), anchor=False)
        views.show("units_times", Ask(scope, metric.id, group=group))
        unit_tables.times(metric, members, name, scope.period)


def apart(metric: Metric, small: Sequence[Figure]) -> None:
    """Units without a published figure, under the reason; those without a case among them."""
    small = [figure for figure in small if figure.key != NONE]
    if not small:
        return
    st.subheader(t("units.small", n=len(small)), anchor=False)
    least = TELLING if metric.kind == "duration" else COMPARABLE
    st.markdown(t("units.small_hint", least=least))
    tables.withheld(small)
