"""The overview for one reader: my county, cases like mine, and where to go from there."""

from dataclasses import replace

import streamlit as st

from components import blocks, cached, filters, kinds, onward, reasons, session, words
from components.onward import Onward
from components.session import t
from data_access.published import Scope
from metrics import numerals, registry
from metrics.measure import UNPUBLISHED, withheld

ON_TIME = "on_time_rate"
OFFERED = {"area": ON_TIME, "category": kinds.CLOSED}
LINKS = {
    "area": (
        Onward("map", "", "page.overview.to_map"), Onward("units", "", "page.overview.to_units"),
    ),
    "category": (
        Onward("times", "kinds", "page.overview.to_kinds"),
        Onward("not_handled", "longer", "page.overview.to_longer"),
    ),
}  # fmt: skip
ONWARD = (
    Onward("not_handled", "", "page.overview.to_not_handled"),
    Onward("my_case", "", "page.overview.to_my_case"),
    Onward("open_data", "", "page.overview.to_open_data"),
    Onward("methods", "", "page.overview.to_methods"),
)


def section(scope: Scope) -> None:
    """My county beside my kind of case, each to be chosen; of a city without slices nothing."""
    offered = [name for name in OFFERED if filters.members(name)]
    if not offered:
        return
    st.subheader(t("page.overview.mine"), anchor=False)
    for place, name in zip(st.columns(len(offered)), offered, strict=True):
        with place, st.container(border=True, height="stretch"):
            blocks.show(_told, name, filters.narrow(name), scope)


def _told(name: str, code: str | None, scope: Scope) -> None:
    found = reasons.nearest(OFFERED[name], name, scope)
    if code is None or found is None:
        st.caption(t(f"page.overview.hint_{name}"))
    else:
        st.markdown(_county(code, found) if name == "area" else kinds.usual(code, found))
    onward.links(LINKS[name])


def _county(code: str, scope: Scope) -> str:
    """What share of a county's cases was closed in time, beside that of the whole city."""
    language, metric, city = session.language(), registry.get(ON_TIME), cached.total(ON_TIME, scope)
    figure = cached.total(ON_TIME, replace(scope, area=code)) or withheld(code, UNPUBLISHED)
    said = {"name": filters.called("area", code), "period": words.period(language, scope.period)}
    if figure.value is None:
        return t("page.overview.county_unknown", why=words.note(language, figure, metric), **said)
    low, high = numerals.bounds(figure)
    return t(
        "page.overview.county", value=numerals.value(figure), low=low, high=high,
        counts=words.counts(language, figure, metric),
        city=numerals.value(city or withheld(code, UNPUBLISHED)), **said,
    )  # fmt: skip


def questions() -> None:
    """What else a reader may ask, each a link; pages that this site does not have are left out."""
    st.subheader(t("page.overview.onward"), anchor=False)
    onward.links(ONWARD)
