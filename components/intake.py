"""When cases come in, and by which way: of the period that was asked for, or the newest one."""

from collections.abc import Iterable
from typing import TypeVar

import streamlit as st

from components import cached, session, views, words
from components.charts import intake as charts
from components.drawn import Drawn
from components.session import t
from components.views import Ask
from data_access import intake
from data_access.intake import OTHER, Hours, Way
from data_access.published import Release, Scope
from metrics import numerals
from metrics.periods import ALL, grain_of

One = TypeVar("One", Hours, Way)


def section(scope: Scope) -> None:
    """The week by hours, and the ways; of a release that tells neither nothing."""
    year, period = _near(scope, list(_hours())), _near(scope, list(_ways()))
    if year:
        views.titled("rhythm", Ask(year))
        st.caption(t("intake.week_hint"))
    if period:
        views.titled("channels", Ask(period))
        st.caption(t("intake.ways_hint"))


def _near(scope: Scope, told: list[str]) -> Scope | None:
    """The period asked for, its year, or the newest one that is told."""
    wanted = (scope.period, scope.period[:4] if scope.period != ALL else "")
    found = next((one for one in wanted if one in told), told[-1] if told else None)
    return Scope(grain_of(found), found) if found else None


def _hours() -> dict[str, list[Hours]]:
    return _week(cached.release())


@cached.kept(8)
def _week(here: Release) -> dict[str, list[Hours]]:
    return _by_period(intake.hours(here))


def _ways() -> dict[str, list[Way]]:
    return _channels(cached.release())


@cached.kept(8)
def _channels(here: Release) -> dict[str, list[Way]]:
    return _by_period(intake.ways(here))


def _by_period(found: Iterable[One]) -> dict[str, list[One]]:
    """Quarters before years, so that the last one is the newest year."""
    told: dict[str, list[One]] = {}
    for one in found:
        told.setdefault(one.period, []).append(one)
    return dict(sorted(told.items(), key=lambda item: (grain_of(item[0]) == "year", item[0])))


@views.view("rhythm", page="hotline", period=lambda _: {one: grain_of(one) for one in _hours()})
def _rhythm(ask: Ask) -> Drawn:
    found = _hours()[ask.scope.period]
    busiest = max(found, key=lambda one: one.at_least)
    title = t(
        "intake.busiest", when=words.when(session.language(), ask.scope.period),
        day=charts.day(busiest.weekday), hours=charts.span(busiest),
        n=numerals.count(busiest.at_least),
    )  # fmt: skip
    return charts.week(found).under(title, t("intake.week_hint"))


@views.view("channels", page="hotline", period=lambda _: {one: grain_of(one) for one in _ways()})
def _by_way(ask: Ask) -> Drawn:
    found = [(_called(one.channel), one) for one in _ways()[ask.scope.period]]
    title = t("intake.most", when=words.when(session.language(), ask.scope.period), way=found[0][0])
    return charts.ways(found).under(title, t("intake.ways_hint"))


def _called(channel: str) -> str:
    """A way under the name that the city's profile gives it, else in the hotline's own word."""
    if channel == OTHER:
        return t("intake.other")
    names = session.city().channels.get(channel)
    return names[session.language()] if names else words.plain(channel)
