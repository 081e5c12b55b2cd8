"""Peer groups: which units may stand side by side, by the city's profile."""

from collections.abc import Iterator, Sequence

from components import session
from metrics.measure import Figure


def groups(figures: Sequence[Figure]) -> Iterator[tuple[str, list[Figure]]]:
    """Each peer group's name and its units with a published figure, in the profile's order."""
    city, by_code = session.city(), {figure.key: figure for figure in figures}
    for group, names in city.peer_groups.items():
        codes = [unit.code for unit in city.units if unit.peer_group == group]
        members = [by_code.pop(code) for code in codes if code in by_code]
        if shown := [figure for figure in members if not figure.note]:
            yield names[session.language()], shown
    if unlisted := [figure for figure in by_code.values() if not figure.note]:
        yield session.t("units.unlisted"), unlisted


def withheld(figures: Sequence[Figure]) -> list[Figure]:
    """The units whose figure is not published, in the profile's order."""
    order = {unit.code: place for place, unit in enumerate(session.city().units)}
    found = [figure for figure in figures if figure.note]
    return sorted(found, key=lambda figure: order.get(figure.key, len(order)))
