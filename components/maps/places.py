"""What is drawn of a place: its name, its figure as text, and the colour it stands on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from cities.divisions import towns
from components import session, words
from components.maps import colours, figures
from components.session import t
from data_access.published import ALL, NONE
from metrics.measure import Figure
from metrics.model import Metric

# Of .streamlit/config.toml, by theme: the text, and what it stands on.
NIGHT, DAY = (232, 230, 225), (20, 25, 29)
NIGHT_GROUND, DAY_GROUND = (20, 24, 28), (255, 255, 255)


@dataclass(frozen=True)
class Place:
    """An area or a town. `fill` is None where its figure is withheld; `ink` is written on it."""

    code: str
    name: str
    shown: str
    basis: str
    fill: colours.Rgb | None
    ink: colours.Rgb


def area_name(code: str) -> str:
    """What an area is called; ALL is the whole city."""
    language, city = session.language(), session.city()
    if code == NONE:
        return t("map.no_area")
    if code == ALL:
        return words.city_name(language, city)
    return words.unit_name(language, city, code)


def town_name(code: str) -> str:
    """What a town is called; its cleaned code where the profile lacks it."""
    if code == NONE:
        return t("map.no_town")
    names = _town_names(session.city().id)
    return names[code][session.language()] if code in names else words.plain(code)


@cache
def _town_names(city: str) -> dict[str, dict[str, str]]:
    return {town.code: town.names for town in towns(city)}


def areas(metric: Metric, found: Sequence[Figure]) -> list[Place]:
    """The areas as they are drawn; cases without an area have no place."""
    return _places(metric, [figure for figure in found if figure.key != NONE], area_name)


def of_towns(metric: Metric, found: Sequence[Figure]) -> list[Place]:
    """The towns of one area as they are drawn."""
    return _places(metric, [figure for figure in found if figure.key != NONE], town_name)


def _places(metric: Metric, found: Sequence[Figure], named: Callable[[str], str]) -> list[Place]:
    low, high = figures.scale(metric, found)
    places = []
    for figure in found:
        fill = None if figure.value is None else colours.shade(figure.value, low, high)
        places.append(
            Place(
                code=figure.key,
                name=named(figure.key),
                shown=figures.value(metric, figure),
                basis="; ".join(figures.evidence(metric, figure)) or "–",
                fill=fill,
                ink=colours.ink(fill) if fill else paper()[0],
            )
        )
    return places


def paper() -> tuple[colours.Rgb, colours.Rgb]:
    """What is written on the page's own ground, and the ground."""
    return (NIGHT, NIGHT_GROUND) if session.dark() else (DAY, DAY_GROUND)
