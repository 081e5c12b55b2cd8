"""How fresh the figures are, and a notice once a newer release should have come out."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import streamlit as st

from components import cached, session
from components.session import t
from metrics import freshness, numerals


def today() -> date:
    """Today's date in the city's own zone."""
    return datetime.now(UTC).astimezone(_zone()).date()


def line() -> None:
    """As of which day, how long ago, and which release; above it, if need be, that it is stale."""
    release, now = cached.release(), today()
    age = freshness.age(release, now)
    if freshness.stale(release, now):
        st.warning(t("page.overview.stale", day=numerals.day(release.as_of), age=age))
    published = numerals.day(release.published_at.astimezone(_zone()).date())
    st.caption(
        t(
            "page.overview.fresh", day=numerals.day(release.as_of), age=age,
            published=published, release=release.id,
        )
    )  # fmt: skip


def _zone() -> ZoneInfo:
    return ZoneInfo(session.city().timezone)
