"""What the reader chooses on the map page. Each choice mirrors the URL, which is the only state."""

from collections.abc import Callable, Sequence

import streamlit as st

from components import cached, filters, session, words
from components.maps import borders, hexagons
from components.maps.figures import MEASURES, VOLUME, published_as
from components.maps.places import area_name
from components.session import t
from components.tables import Link
from components.views import Ask
from data_access.published import ALL, NONE, Scope
from metrics import registry
from metrics.model import Metric

GRAINS = ("quarter", "year")  # for which areas and towns are published
VIEWS = {
    "borders": "map.view_borders", "tiles": "map.view_tiles", "hexagons": "map.view_hexagons",
}  # fmt: skip
LABELS = {
    "measure": "map.measure", "period": "map.period", "area": "map.area", "view": "map.view",
}  # fmt: skip


def measure() -> Metric:
    """Let the reader choose what the colours stand for."""
    language = session.language()
    return registry.get(
        _choose("measure", MEASURES, lambda name: words.name(language, registry.get(name)))
    )


def period(metric: Metric) -> Scope | None:
    """Let the reader choose a closed period by areas; None where none is published yet."""
    offered = _offered(metric)
    if not offered:
        return None
    language = session.language()
    chosen = _choose("period", list(offered), lambda label: words.period(language, label))
    return Scope(grain=offered[chosen], period=chosen)


def _offered(metric: Metric) -> dict[str, str]:
    found = cached.periods(published_as(metric), "area")
    return {label: grain for label, grain in found.items() if grain in GRAINS}


def periods(ask: Ask) -> dict[str, str]:
    """The same periods, as a view asks for them."""
    return _offered(registry.get(ask.measure or VOLUME))


def area(codes: Sequence[str]) -> str | None:
    """Let the reader choose an area or, None, the whole city: the way without a mouse."""
    city = t("map.whole_city", city=area_name(ALL))
    chosen = _choose(
        "area", [ALL, *codes],
        lambda code: city if code == ALL else area_name(code),
    )  # fmt: skip
    return None if chosen == ALL else chosen


def view(metric: Metric, scope: Scope | None) -> str:
    """Let the reader choose how the whole city is drawn, where more than tiles can be had.

    Borders, if they may be shown at all; hexagons, of what came in, where some are published.
    """
    cells = scope is not None and metric.id == VOLUME and bool(hexagons.told(scope.period).cells)
    offered = {"borders": borders.allowed(), "tiles": True, "hexagons": cells}
    found = [name for name in VIEWS if offered[name]]
    return _choose("view", found, lambda name: t(VIEWS[name])) if len(found) > 1 else found[0]


def go(code: str) -> None:
    """Show an area. In the URL, so that Back leads out of it again."""
    st.query_params["area"] = code


def linked(code: str) -> str | Link:
    """An area's name, as a link that shows it with all else as it was chosen."""
    name = area_name(code)
    return name if code == NONE else Link(name, session.link("/map", area=code))


def leave() -> None:
    """Show the whole city again."""
    st.query_params.pop("area", None)


def _choose(name: str, options: Sequence[str], said: Callable[[str], str]) -> str:
    chosen = session.asked(name, list(options), options[0])
    filters.took(name, chosen)
    st.session_state[f"map_{name}"] = chosen
    st.selectbox(
        t(LABELS[name]), options, key=f"map_{name}", on_change=_to_url, args=(name,),
        format_func=filters.worded(options, said), width=290,
    )  # fmt: skip
    return chosen


def _to_url(name: str) -> None:
    st.query_params[name] = st.session_state[f"map_{name}"]
