"""What the accountability page is about: period and unit, as the address says."""

from dataclasses import dataclass
from datetime import date

import streamlit as st

import cities
from components import filters, words
from components import session as visit
from components.session import t
from data_access.cases.internal import Internal
from data_access.published import ALL, Scope
from data_access.supervision import figures
from data_access.supervision.figures import Told
from data_access.supervision.viewer import Viewer
from metrics import numerals
from metrics.periods import closed
from supervision.account.counted import grain
from supervision.questions import unit_name

EVERY = "every"  # no unit: all that are the viewer's


@dataclass(frozen=True)
class Chosen:
    """Who looks at which period of which figures; `unit` is EVERY for all of theirs."""

    viewer: Viewer
    found: Internal
    scope: Scope
    unit: str
    city: dict[tuple[str, str], Told]  # metric and period → the whole city

    @property
    def opens_city(self) -> bool:
        """Whether the cases behind the city's figures are the viewer's."""
        return figures.theirs(self.viewer, ALL)


def choose(viewer: Viewer) -> Chosen | None:
    """Period and unit; None where nothing has been counted yet."""
    found = figures.current(viewer)
    if found is None:
        st.info(t("account.none"))
        return None
    city = {(one.metric, one.period): one for one in figures.of_city(viewer, found)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        unit = _unit(viewer)
        period = _period([period for metric, period in city if metric == "received"], found.as_of)
    st.caption(t("account.as_of", day=numerals.day(found.as_of)))
    return Chosen(viewer, found, Scope(grain(period), period), unit, city)


def _unit(viewer: Viewer) -> str:
    codes = [unit.code for unit in cities.profile(viewer.city).units]
    mine = [code for code in codes if figures.theirs(viewer, code)]
    options = mine if len(mine) == 1 else [EVERY, *mine]
    return filters.choose(
        "unit",
        options,
        lambda code: t("account.every") if code == EVERY else unit_name(viewer, code),
    )


def _period(periods: list[str], as_of: date) -> str:
    """The newest quarter that is over comes first."""
    order = sorted(periods, key=lambda one: (one == ALL, len(one) == 4, one), reverse=True)
    over = [one for one in periods if "Q" in one and closed(one, as_of)]
    return filters.choose(
        "period", order, lambda label: _said(label, as_of), max(over, default=ALL), "period.label"
    )  # fmt: skip


def _said(label: str, as_of: date) -> str:
    said = words.period(visit.language(), label)
    running = label != ALL and not closed(label, as_of)
    return t("account.running", period=said) if running else said
