"""What there was more of and less of than in a comparable period, beyond chance."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from components import cached, filters, notes, session, tables, views, words
from components.charts import topics as charts
from components.drawn import Drawn
from components.session import t
from components.tables import Link, Row
from components.topics import counts
from components.views import Ask
from data_access.published import ALL, Scope
from metrics import hotspots, numerals, registry
from metrics.change import earlier, grown
from metrics.hotspots import Moved
from metrics.periods import closed

SINCE = ("year", "before")  # the same period a year before, or the period before
SHOWN = 8  # as many of each are drawn; all are in the table


def moving(scope: Scope, since: str | None, area: str | None, category: str | None) -> None:
    """Chart of what rose and fell, and a table of all that was looked at."""
    if scope.period == ALL or since is None:
        st.subheader(t("page.topics.moving"), anchor="moving")
        st.info(t("page.topics.nothing_before"))
        return
    then = Scope(grain=scope.grain, period=since)
    sought = counts.looked_at(scope, area, category)
    found = _found(scope, since, area, category)
    up, down = hotspots.strongest(found)
    st.subheader(_finding(scope, since, up, down, area), anchor="moving")
    if not found:
        st.info(t("page.topics.nothing_before"))
        return
    st.markdown(_told(scope, since, len(found), len(up), len(down)))
    st.markdown(_whole(scope, then, area))
    views.show("moving", Ask(scope, area=area or "", category=category or "", since=since))
    with st.expander(t("page.topics.moving_table", n=len(found))):
        st.caption(t("page.topics.not_told", n=len(sought) - len(found)))
        rest = [one for one in found if not one.found]
        tables.linked([_row(one, area) for one in [*up, *down, *rest]], t("page.topics.moving"))
    st.caption(t("page.topics.moving_how"))
    notes.how(registry.get(counts.VOLUME))


def _found(scope: Scope, since: str, area: str | None, category: str | None) -> list[Moved]:
    then = Scope(grain=scope.grain, period=since)
    sought, before = (counts.looked_at(one, area, category) for one in (scope, then))
    return hotspots.movements(sought, before, scope.period, since)


def _befores(ask: Ask) -> list[str]:
    return [] if ask.scope.period == ALL else _before(ask.scope)


@views.view(
    "moving", page="topics", period=filters.of_city(counts.VOLUME),
    area=filters.narrowed("area"), category=filters.narrowed("category"), since=_befores,
)  # fmt: skip
def _drawn(ask: Ask) -> Drawn:
    area, category = ask.area or None, ask.category or None
    up, down = hotspots.strongest(_found(ask.scope, ask.since, area, category))
    shown = [(counts.name(one.key), one) for one in [*up[:SHOWN], *down[:SHOWN]]]
    return charts.movements(shown).under(
        _finding(ask.scope, ask.since, up, down, area), t("page.topics.moving_how")
    )


def _before(scope: Scope) -> list[str]:
    """Earlier periods that this one can be compared with."""
    told = {figure.key for figure in cached.measure(counts.VOLUME, Scope(grain=scope.grain))}
    before = [one for one in earlier(scope.period) if one in told]
    return [one for one in before if closed(one, cached.release().as_of)]


def since(scope: Scope) -> str | None:
    """The period that the reader compares with, if it is published for the city; else the other."""
    way = filters.choose("since", SINCE, lambda code: t(f"page.topics.since_{code}"))
    before = _before(scope)
    if not before:
        return None
    same = [one for one in before if one[4:] == scope.period[4:]]
    return (same or before)[0] if way == "year" else before[0]


def _finding(
    scope: Scope, since: str, up: Sequence[Moved], down: Sequence[Moved], area: str | None
) -> str:
    language = session.language()
    when = words.when(language, scope.period)
    place = t("topics.of_area", area=filters.called("area", area)) if area else ""
    if up:
        one = up[0]
        return place + t(
            "page.topics.most", when=when, name=counts.name(one.key),
            now=numerals.count(one.now), then=numerals.count(one.then),
            since=words.period(language, since),
        )  # fmt: skip
    return place + t("page.topics.only_fewer" if down else "page.topics.no_change", when=when)


def _told(scope: Scope, since: str, looked: int, up: int, down: int) -> str:
    language = session.language()
    return t(
        "page.topics.told", period=words.period(language, scope.period),
        since=words.period(language, since), looked=looked, up=up, down=down,
        same=looked - up - down,
    )  # fmt: skip


def _whole(scope: Scope, then: Scope, area: str | None) -> str:
    """How all that came in has moved, from the city or the county."""
    ends = [cached.total(counts.VOLUME, replace(one, area=area or ALL)) for one in (scope, then)]
    growth = grown(*ends)
    if growth is None or ends[0] is None or ends[1] is None:
        return ""
    way = "same" if growth.within_chance else "more" if growth.ratio > 1 else "fewer"
    place = filters.called("area", area) if area else t("filter.whole_area")
    return t(
        f"page.topics.whole_{way}", place=place, percent=f"{abs(growth.ratio - 1) * 100:.1f}",
        now=numerals.count(ends[0].numerator), then=numerals.count(ends[1].numerator),
    )  # fmt: skip


def _row(one: Moved, area: str | None) -> Row:
    way = "rose" if one.rose else "fell" if one.fell else "chance"
    name = counts.name(one.key)
    changes = {"category": one.key[0]} | ({"area": area} if area else {})
    return {
        t("page.topics.kind"): Link(name, session.to("topics", **filters.shown() | changes)),
        t("page.topics.then"): numerals.count(one.then),
        t("page.topics.now"): numerals.count(one.now),
        t("page.topics.ratio"): charts.times(one.ratio),
        t("units.column.interval"): tables.RANGE.join(map(charts.times, (one.low, one.high))),
        t("page.topics.judged"): t(f"page.topics.{way}"),
    }
