"""When in the year there is more of what."""

import streamlit as st

from components import cached, filters, session, views
from components.charts import topics as charts
from components.drawn import Drawn
from components.session import t
from components.topics import counts
from components.views import Ask
from data_access.published import Scope
from metrics import numerals
from metrics.measure import Figure
from metrics.periods import closed
from metrics.seasons import FEWEST, Season, by_year, season

MONTH = Scope(grain="month")


def seasons(area: str | None, category: str | None) -> None:
    """A heat map of category by month, and the years of what was chosen one over the other."""
    told = _told()
    st.subheader(_finding(told), anchor="seasons")
    st.markdown(t("page.topics.seasons_hint"))
    if told:
        views.show("seasons")
        lines = [line for name, one in told if (line := _busy(name, one))]
        with st.expander(t("page.topics.seasons_told", n=len(lines))):
            st.markdown("\n".join(f"- {line}" for line in lines))
        years = "、".join if session.language() == "zh" else ", ".join
        st.caption(t("page.topics.seasons_years", years=years(told[0][1].years)))
    missing = len(filters.members("category")) - len(told)
    if missing:
        st.caption(t("page.topics.seasons_missing", n=missing, years=FEWEST))
    st.markdown(_of_what(area, category))
    views.show("years", Ask(area=area or "", category=category or ""))
    st.caption(t("page.topics.seasons_unpublished"))


def _told() -> list[tuple[str, Season]]:
    """Each category that has years enough, under its name."""
    found = [(key, season(_months(Scope("month", category=key)))) for key in
             filters.members("category")]  # fmt: skip
    return [(filters.called("category", key), one) for key, one in found if one is not None]


@views.view("seasons", page="topics")
def _by_month(_: Ask) -> Drawn:
    told = _told()
    return (
        charts.months_of_year(told).under(_finding(told), t("page.topics.seasons_hint"))
        if told
        else Drawn(None)
    )


@views.view(
    "years", page="topics", area=filters.narrowed("area"), category=filters.narrowed("category")
)
def _years(ask: Ask) -> Drawn:
    area, category = ask.area or None, ask.category or None
    title = _of_what(area, category).replace("*", "")
    return charts.years(by_year(_months(_chosen(area, category)))).under(title)


def _chosen(area: str | None, category: str | None) -> Scope:
    """Months are published by category or by area, never by both."""
    if category:
        return Scope("month", category=category)
    return Scope("month", area=area) if area else MONTH


def _of_what(area: str | None, category: str | None) -> str:
    by = "category" if category else "area"
    chosen = category or area
    name = filters.called(by, chosen) if chosen else t("filter.whole_area")
    return t("page.topics.by_year", name=name)


def _months(scope: Scope) -> list[Figure]:
    as_of = cached.release().as_of
    return [one for one in cached.measure(counts.VOLUME, scope) if closed(one.key, as_of)]


def _finding(told: list[tuple[str, Season]]) -> str:
    """The season that stands out most."""
    peaks = [(one.index[one.peak - 1], name, one.peak) for name, one in told if one.peak]
    if not peaks:
        return t("page.topics.no_seasons" if told else "page.topics.seasons")
    index, name, month = max(peaks)
    return t(
        "page.topics.most_season", name=name, month=charts.month(month), times=charts.times(index)
    )


def _busy(name: str, one: Season) -> str:
    if one.peak is None:
        return ""
    join = ("、" if session.language() == "zh" else ", ").join
    return t(
        "page.topics.busy", name=name, months=join(map(charts.month, one.busy)),
        peak=charts.month(one.peak),
        times=charts.times(one.index[one.peak - 1]), years=numerals.count(len(one.years)),
    )  # fmt: skip
