"""Hot topics: what there is more of, where, when in the year, and what became of it."""

import streamlit as st

from components import blocks, filters, frame, topics
from components.filters import Scope
from components.session import t


def told(scope: Scope, since: str | None, area: str | None, category: str | None) -> None:
    """What moved, where, when in the year, and what became of it."""
    st.markdown(t("page.topics.jump"))
    topics.moving(scope, since, area, category)
    topics.places(scope, area, category)
    topics.seasons(area, category)
    topics.signals()
    topics.source(scope, category)


frame.heading("topics")
scope = filters.city_period("received")
if scope is None:
    st.info(t("period.nothing"))
else:
    st.markdown(t("page.topics.words"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        area, category = filters.narrow("area"), filters.narrow("category")
        since = topics.since(scope)
    blocks.show(told, scope, since, area, category)
