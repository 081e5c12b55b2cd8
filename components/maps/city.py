"""The map of the whole city by its areas."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from cities.divisions import towns
from components import blocks, cached, notes, session, views, words
from components.charts.drawing import told
from components.drawn import Drawn
from components.maps import borders, choices, figures, hexagons, layout, places, tables, tiles
from components.maps.legend import legend
from components.maps.places import Place
from components.session import t
from components.views import Ask
from data_access.published import NONE, Scope
from metrics import numerals, registry
from metrics.measure import Figure
from metrics.model import Metric

WAYS = {"above": "map.n_above", "below": "map.n_below", "same": "map.n_same"}


def show(metric: Metric, scope: Scope, view: str) -> None:
    """What the map shows in a sentence, the map, and the same as a table: all areas, or cells."""
    if view == "hexagons":
        blocks.show(hexagons.show, scope)
        return
    blocks.show(_headed, metric.id, scope)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _map(metric, scope, view)
        blocks.show(_legend, metric.id, scope)
    with right:
        blocks.show(_table, metric.id, scope)
    blocks.show(_method, metric.id)


def _headed(metric_id: str, scope: Scope) -> None:
    metric = registry.get(metric_id)
    st.subheader(_title(metric, scope), anchor=False)
    st.caption(t("site.as_of", day=numerals.day(cached.release().as_of)))
    st.markdown(t("map.not_needs" if metric.kind == "count" else "map.chance"))


def _legend(metric_id: str, scope: Scope) -> None:
    metric = registry.get(metric_id)
    legend(metric, figures.by_area(metric, scope))


def _table(metric_id: str, scope: Scope) -> None:
    metric = registry.get(metric_id)
    found, whole = figures.by_area(metric, scope), figures.whole(metric, scope)
    if metric.kind == "count" and not metric.per:
        tables.counts(found, whole, choices.linked, t("map.city"))
    else:
        tables.rates(metric, found, whole, choices.linked)
    withheld_note(found)


def _method(metric_id: str) -> None:
    notes.how(registry.get(metric_id))


def _map(metric: Metric, scope: Scope, view: str) -> None:
    st.caption(t("map.click"))
    if view == "borders":
        drawn = places.areas(metric, figures.by_area(metric, scope))
        key = f"borders {metric.id} {scope.period} {session.language()}"
        borders.draw(drawn, _said(metric, drawn), choices.go, key)
        return
    views.choose("map", Ask(scope, measure=metric.id), choices.go)
    st.caption(t("map.schematic"))


@views.view("map", page="map", measure=lambda _: figures.MEASURES, period=choices.periods)
def _drawn(ask: Ask) -> Drawn:
    metric = registry.get(ask.measure)
    found = figures.by_area(metric, ask.scope)
    drawn = places.areas(metric, found)
    laid = layout.of_areas(towns(session.city().id), [place.code for place in drawn])
    rows = told([(places.area_name(one.key), one) for one in found], metric)
    chart = tiles.draw(laid, drawn, _said(metric, drawn), rows, clickable=True)
    notes = [t("map.schematic"), t("map.not_needs" if metric.kind == "count" else "map.chance")]
    return chart.under(_title(metric, ask.scope), *notes, *hatching(found))


def _said(metric: Metric, drawn: Sequence[Place]) -> str:
    return t(
        "map.alt", metric=words.name(session.language(), metric),
        told=t("map.then").join(f"{place.name} {place.shown}" for place in drawn),
    )  # fmt: skip


def _title(metric: Metric, scope: Scope) -> str:
    said = _finding(metric, figures.by_area(metric, scope), figures.whole(metric, scope))
    return t("map.finding", when=words.when(session.language(), scope.period), said=said)


def _finding(metric: Metric, found: Sequence[Figure], whole: Figure | None) -> str:
    """Which areas have most and least of a count; of a rate, how many differ from the city."""
    name = words.name(session.language(), metric)
    if metric.kind == "count" and not metric.per:
        return _most(found)
    ways = Counter(figures.beside(figure, whole) for figure in found if figure.key != NONE)
    parts = [t(key, n=ways[way]) for way, key in WAYS.items() if ways[way]]
    if not parts:
        return t("map.nothing_told", metric=name)
    return t("map.ways", metric=name, parts=t("map.and").join(parts))


def _most(found: Sequence[Figure]) -> str:
    told = sorted(
        (figure for figure in found if figure.numerator is not None and figure.key != NONE),
        key=lambda figure: figure.numerator or 0,
    )
    if not told:
        return t(
            "map.nothing_told", metric=words.name(session.language(), registry.get("received"))
        )
    said = t(
        "map.most_least",
        most=places.area_name(told[-1].key), most_cases=numerals.count(told[-1].numerator),
        least=places.area_name(told[0].key), least_cases=numerals.count(told[0].numerator),
    )  # fmt: skip
    hidden = any(figure.numerator is None for figure in found)
    return t("map.among_published", said=said) if hidden else said


def withheld_note(found: Sequence[Figure]) -> None:
    """Say that hatched is not zero, where something is hatched."""
    for note in hatching(found):
        st.caption(note)


def hatching(found: Sequence[Figure]) -> list[str]:
    """The words for it."""
    return [t("map.hatched")] if any(figure.value is None for figure in found) else []
