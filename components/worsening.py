"""What is getting worse: shares that fell by more than chance, and how many were looked at."""

from collections.abc import Sequence

import streamlit as st

from components import cached, filters, reasons, session, sitemap, tables, words
from components.session import t
from components.tables import Link
from data_access.published import Release, Scope
from metrics import numerals, worsening
from metrics.measure import Figure
from metrics.periods import ALL
from metrics.worsening import CITY, SLICES, Look, Pair, Worse

TARGETS = {"area": "map", "unit": "unit", "category": "times"}  # pages by dimension
FIRST = 5  # as many are shown at once, the rest is folded away


@cached.kept(200)
def _look(here: Release, scope: Scope) -> Look:
    return worsening.look(here, scope)


def section(scope: Scope) -> None:
    """What became worse in the period around the one asked for that slices are published for."""
    st.subheader(t("page.overview.worse"), anchor=False)
    at = _comparable(scope)
    found = _look(cached.release(), at) if at else None
    if found is None or not found.looked_at:
        st.info(t("page.overview.nothing_to_compare"))
        return
    language = session.language()
    said = {
        "period": words.period(language, found.period),
        "since": words.period(language, found.since),
        "looked": found.looked_at, "n": len(found.worse),
    }  # fmt: skip
    if not found.worse:
        st.markdown(t("page.overview.none_worse", **said))
    else:
        st.markdown(t("page.overview.some_worse", **said))
        _table(found.worse[:FIRST])
        if rest := found.worse[FIRST:]:
            with st.expander(t("page.overview.more_worse", n=len(rest))):
                _table(rest)
    st.caption(t("page.overview.discovery"))


def _comparable(scope: Scope) -> Scope | None:
    """The period asked for or one around it, if slices are published for it, else the newest."""
    told = (reasons.nearest("on_time_rate", by, scope) for by in SLICES)
    found = next((one for one in told if one), None)
    return found or (None if scope.period == ALL else scope)


def _table(found: Sequence[Worse]) -> None:
    tables.linked([_row(one) for one in found], t("page.overview.worse"))


def _row(found: Worse) -> dict[str, str | Link]:
    language, pair = session.language(), found.pair
    change = found.change
    return {
        t("page.overview.where"): _where(pair),
        t("page.overview.what"): words.name(language, pair.metric),
        t("page.overview.moved"): t(
            "page.overview.points", points=_points(change.difference),
            low=_points(change.low), high=_points(change.high),
        ),
        t("page.overview.now"): _told(pair.now),
        t("page.overview.then"): _told(pair.then),
    }  # fmt: skip


def _told(figure: Figure) -> str:
    return t(
        "overview.value_of", value=numerals.value(figure),
        numerator=numerals.count(figure.numerator), denominator=numerals.count(figure.denominator),
    )  # fmt: skip


def _points(difference: float) -> str:
    """A difference of shares in points, its sign before it."""
    return f"{difference * 100:+.1f}".replace("-", "\N{MINUS SIGN}")


def _where(pair: Pair) -> str | Link:
    """The whole city, or the name of a slice as a link to the page that tells of it."""
    if pair.by == CITY:
        return t("page.overview.city")
    name, to = filters.called(pair.by, pair.key), TARGETS[pair.by]
    known = {page.id for page in sitemap.PAGES}
    return Link(name, session.to(to, **{pair.by: pair.key})) if to in known else name
