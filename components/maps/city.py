"""The map of the whole city by its areas."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from cities.divisions import towns
from components import cached, notes, session, words
from components.maps import borders, choices, figures, layout, places, tables, tiles
from components.maps.legend import legend
from components.session import t
from data_access.published import NONE, Scope
from metrics import numerals, registry
from metrics.measure import Figure
from metrics.model import Metric

WAYS = {"above": "map.n_above", "below": "map.n_below", "same": "map.n_same"}


def show(metric: Metric, scope: Scope, drawn_borders: bool) -> None:
    """All areas: what the map shows in a sentence, the map, and the same as a table."""
    found, whole = figures.by_area(metric, scope), figures.whole(metric, scope)
    said = _finding(metric, found, whole)
    when = words.when(session.language(), scope.period)
    st.subheader(t("map.finding", when=when, said=said), anchor=False)
    st.caption(t("site.as_of", day=numerals.day(cached.release().as_of)))
    st.markdown(t("map.not_needs" if metric.kind == "count" else "map.chance"))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _map(metric, found, f"{metric.id} {scope.period} {session.language()}", drawn_borders)
        legend(metric, found)
    with right:
        if metric.kind == "count" and not metric.per:
            tables.counts(found, whole, choices.linked, t("map.city"))
        else:
            tables.rates(metric, found, whole, choices.linked)
        withheld_note(found)
    notes.how(metric)


def _map(metric: Metric, found: Sequence[Figure], key: str, drawn_borders: bool) -> None:
    drawn = places.areas(metric, found)
    language = session.language()
    told = t(
        "map.alt", metric=words.name(language, metric),
        told=t("map.then").join(f"{place.name} {place.shown}" for place in drawn),
    )  # fmt: skip
    st.caption(t("map.click"))
    if drawn_borders:
        borders.draw(drawn, told, choices.go, f"borders {key}")
    else:
        laid = layout.of_areas(towns(session.city().id), [place.code for place in drawn])
        tiles.draw(laid, drawn, told, choices.go, f"tiles {key}")
        st.caption(t("map.schematic"))


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
    if any(figure.value is None for figure in found):
        st.caption(t("map.hatched"))
