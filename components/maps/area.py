"""One area of the map: its own figures beside the city's, and what came in from its towns."""

from collections.abc import Sequence

import streamlit as st

from cities.divisions import towns
from components import blocks, cached, cards, filters, notes, onward, session, views, words
from components.cards import Card
from components.charts.drawing import told
from components.drawn import Drawn
from components.maps import choices, figures, layout, places, tables, tiles
from components.maps.city import hatching, withheld_note
from components.maps.figures import Standing
from components.maps.legend import legend
from components.session import t
from components.tables import Link
from components.views import Ask
from data_access.published import Scope
from metrics import numerals, registry
from metrics.measure import Figure
from metrics.model import Metric
from metrics.shares import share

APART = {"above": "map.area_above", "below": "map.area_below"}
BESIDE = {"above": "map.above_city", "below": "map.below_city", "same": "map.same_city"}


def show(code: str, scope: Scope) -> None:
    """What came in, how it was handled, and from which towns it came."""
    st.button(t("map.back"), on_click=choices.leave)
    blocks.show(_told, code, scope)


def _told(code: str, scope: Scope) -> None:
    standings = figures.standings(scope, code)
    received = standings[0]
    st.subheader(_finding(code, scope, standings), anchor=False)
    st.caption(t("site.as_of", day=numerals.day(cached.release().as_of)))
    cards.draw([_card(one) for one in standings])
    st.caption(t("map.beside_hint"))
    if code in filters.members("unit"):
        to = session.to("unit", area=code, unit=code, period=scope.period)
        onward.listed([Link(t("map.as_unit", name=places.area_name(code)), to)])
    st.subheader(t("map.towns", area=places.area_name(code)), anchor=False)
    _towns(received.metric, received.figure, scope, code)
    notes.how(received.metric)


def _finding(code: str, scope: Scope, standings: Sequence[Standing]) -> str:
    """What came in, and which rates lie above or below the city's."""
    language = session.language()
    received = standings[0].figure
    if received.numerator is None:
        parts = [t("map.area_withheld")]
    else:
        parts = [t("map.area_received", cases=numerals.count(received.numerator))]
    for standing in standings:
        way = figures.beside(standing.figure, standing.city)
        if standing.metric.kind == "ratio" and way in APART:
            parts.append(t(APART[way], metric=words.name(language, standing.metric)))
    return t(
        "map.area_finding", area=places.area_name(code), parts=t("map.area_and").join(parts),
        when=words.when(language, scope.period),
    )  # fmt: skip


def _card(standing: Standing) -> Card:
    """A figure, what it rests on, and the city's beside it."""
    language, metric, figure, city = (
        session.language(), standing.metric, standing.figure, standing.city,
    )  # fmt: skip
    lines = figures.evidence(metric, figure)
    if metric.id == figures.VOLUME:
        part = share(figure, city)
        lines = [t("map.of_city", share=numerals.value(part)), *words.evidence(language, part)]
    elif city and (way := figures.beside(figure, city)):
        lines.append(t(BESIDE[way], value=figures.value(metric, city)))
    return Card(words.name(language, metric), figures.value(metric, figure), lines)


def _towns(metric: Metric, whole: Figure, scope: Scope, code: str) -> None:
    """The towns as tiles, and as a table."""
    found = figures.by_town(scope, code)
    if not found:
        st.info(t("map.no_towns"))
        return
    st.markdown(t("map.towns_hint"))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        views.show("map_towns", Ask(scope, area=code))
        st.caption(t("map.schematic"))
        legend(metric, found)
    with right:
        tables.counts(found, whole, places.town_name, places.area_name(code))
        withheld_note(found)


@views.view("map_towns", page="map", area=lambda _: figures.areas(), period=choices.periods)
def _drawn(ask: Ask) -> Drawn:
    metric, found = registry.get(figures.VOLUME), figures.by_town(ask.scope, ask.area)
    drawn = places.of_towns(metric, found)
    said = t(
        "map.towns_alt", area=places.area_name(ask.area),
        told=t("map.then").join(f"{place.name} {place.shown}" for place in drawn),
    )  # fmt: skip
    rows = told([(places.town_name(one.key), one) for one in found], metric)
    chart = tiles.draw(layout.of_towns(towns(session.city().id), ask.area), drawn, said, rows)
    standings = figures.standings(ask.scope, ask.area)
    title = _finding(ask.area, ask.scope, standings)
    return chart.under(title, t("map.schematic"), *hatching(found))
