"""The page of handling units, peer group by peer group."""

from collections.abc import Sequence

import streamlit as st

from components import cached, charts, filters, peers, session, tables, unit_tables, words
from components.peers import Standing
from components.session import t
from data_access.published import NONE, Scope
from metrics import numerals
from metrics.measure import COMPARABLE, TELLING, Figure
from metrics.model import Metric

PAGE = "pages/public/unit.py"
NAMED = 3  # units of a group that its title names


def finding(metric: Metric, scope: Scope) -> None:
    """What the page has found in one sentence, with its as-of date."""
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
    for found, standings in peers.compared(metric, scope):
        st.subheader(_group_finding(standings), anchor=False)
        key = f"funnel {metric.id} {scope.period} {found.group} {session.language()}"
        if len(standings) > 1:
            chosen = charts.peer_funnel(metric, standings, this, key)
            if chosen is not None:
                _open(chosen, metric, scope)
        else:
            st.info(t("units.no_peers"))
        unit_tables.compared(metric, standings, scope.period)


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


def times(metric: Metric, scope: Scope, figures: Sequence[Figure]) -> None:
    """How long units of each peer group take; durations have no interval, so none is judged."""
    st.markdown(t("units.intro_times"))
    for group, members in peers.groups([item for item in figures if item.key != NONE]):
        st.subheader(t("units.group", group=group, n=len(members)), anchor=False)
        named = [(filters.called("unit", figure.key), metric, figure) for figure in members]
        charts.spans(named, "chart.unit_times_alt")
        unit_tables.times(metric, members, group, scope.period)


def apart(metric: Metric, small: Sequence[Figure]) -> None:
    """Units without a published figure, under the reason; those without a case among them."""
    small = [figure for figure in small if figure.key != NONE]
    if not small:
        return
    st.subheader(t("units.small", n=len(small)), anchor=False)
    least = TELLING if metric.kind == "duration" else COMPARABLE
    st.markdown(t("units.small_hint", least=least))
    tables.withheld(small)
