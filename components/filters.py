"""Filters: each widget mirrors the URL, its options read from the release.

What was chosen on one page is carried on to the next by its links (session.CARRIED). A page takes
part by asking for a filter here, or by `took` where it draws the widget itself; of what it does
not take up the frame says so.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

import streamlit as st

from components import cached, session, words
from components.session import t
from data_access.published import NONE, Release
from data_access.published import Scope as Scope  # what a filter lets the reader choose: for pages
from metrics import registry
from metrics.model import Metric
from metrics.periods import ALL, closed

PERIOD = re.compile(r"[12]\d{3}(-Q[1-4]|-0[1-9]|-1[0-2])?")
WIDTH = 290
GRAINS = ("quarter", "month", "year", ALL)  # as they are offered: the first there is, is shown


def forget() -> None:
    """Forget what the last rerun showed."""
    session.state()["shown"] = {}


def shown() -> dict[str, str]:
    """What the filters of this rerun show, defaults too, as it would stand in the URL."""
    found: dict[str, str] = session.state().get("shown", {})
    return found


def put_back(told: Mapping[str, str]) -> None:
    """What they showed once is what they show now."""
    session.state()["shown"] = dict(told)


def took(name: str, value: str) -> None:
    """Note that this rerun shows a filter's value."""
    session.state()["shown"] = shown() | {name: value}


def members(by: str) -> list[str]:
    """What can be chosen of a dimension: all that is told in its newest table of what came in.

    In the order of the profile; what has no value there is left out.
    """
    return list(_members(cached.release(), by))


@cached.kept(500)
def _members(here: Release, by: str) -> list[str]:
    newest = next(iter(cached.periods("received", by).items()), None)
    if newest is None:
        return []
    scope = Scope(period=newest[0], grain=newest[1])
    found = {figure.key for figure in cached.measure("received", scope, by)} - {NONE}
    city = session.city()
    order = list(city.categories) if by == "category" else [unit.code for unit in city.units]
    return [code for code in order if code in found] + sorted(found.difference(order))


def called(name: str, code: str) -> str:
    """What a value of a filter is called in the visitor's language."""
    return words.called(session.language(), session.city(), name, code)


def narrow(name: str) -> str | None:
    """Let the reader narrow the page to one area or category; None is all of them."""
    chosen = choose(
        name, [ALL, *members(name)],
        lambda code: t(f"filter.whole_{name}") if code == ALL else called(name, code),
    )  # fmt: skip
    return None if chosen == ALL else chosen


def marked(units: Sequence[str]) -> str:
    """The unit that the URL names, or the area that is a unit too; empty where it names none."""
    found = session.asked("unit", list(units), "") or session.asked("area", list(units), "")
    for name in ("unit", "area"):
        if found and found == session.carried().get(name):
            took(name, found)
    return found


def choose(
    name: str,
    options: Sequence[str],
    said: Callable[[str], str],
    default: str = "",
    label: str = "",
) -> str:
    """Let the reader choose one of some options: what the URL says, else the default or first.

    `label` is the key of the words above, by default filter.<name>.
    """
    chosen = session.asked(name, list(options), default or options[0])
    took(name, chosen)
    st.session_state[name] = chosen
    st.selectbox(
        t(label or f"filter.{name}"), options, key=name, on_change=_to_url, args=(name,),
        format_func=worded(options, said), width=WIDTH,
    )  # fmt: skip
    return chosen


def metric(options: Sequence[str]) -> Metric:
    """Let the reader choose which figure the page is about."""
    language = session.language()
    chosen = session.asked("metric", list(options), options[0])
    took("metric", chosen)
    st.session_state["metric"] = chosen
    st.radio(
        t("filter.metric"), options, key="metric", horizontal=True, width="content",
        on_change=_to_url, args=("metric",),
        format_func=worded(options, lambda name: words.name(language, registry.get(name))),
    )  # fmt: skip
    return registry.get(chosen)


def unheeded() -> None:
    """Say what the URL asks for and the page could not show, each with a way to drop it."""
    missed = {
        name: value
        for name, value in session.carried().items()
        if shown().get(name) != value and _known(name, value)
    }
    for name, value in missed.items():
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            said = t(f"filter.chosen_{name}", name=called(name, value))
            st.caption(said, width="content")
            dropping(name, value)


def dropping(name: str, value: str) -> None:
    """A button that takes a filter out of the URL again."""
    st.button(
        t("filter.drop", name=called(name, value)), key=f"drop_{name}", type="tertiary",
        on_click=session.drop, args=(name,),
    )  # fmt: skip


def _known(name: str, value: str) -> bool:
    if name == "period":
        return value == ALL or PERIOD.fullmatch(value) is not None
    return value in members(name)


def period(metric: str, by: str) -> Scope | None:
    """Let the reader choose a closed period; None where no period is published yet."""
    published = cached.periods(metric, by)
    if not published:
        return None
    chosen = _asked(list(published))
    _choose(list(published), chosen)
    return Scope(grain=published[chosen], period=chosen)


def city_period(metric: str) -> Scope | None:
    """Let the reader choose a closed period of the whole city, or all time; else None.

    The newest closed quarter is shown first. The form of the period follows from its label, so
    the URL has the label only.
    """
    offered = _offered(cached.release(), metric)
    if not offered:
        return None
    grain_of = {label: grain for grain, labels in offered.items() for label in labels}
    chosen = _asked(list(grain_of))
    st.session_state["grain"] = grain_of[chosen]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.radio(
            t("period.by"), list(offered), key="grain", horizontal=True, width="content",
            on_change=_to_newest, args=(offered,),
            format_func=worded(offered, lambda grain: t(f"period.by_{grain}")),
        )  # fmt: skip
        if chosen != ALL:
            _choose(offered[grain_of[chosen]], chosen)
    return Scope(grain=grain_of[chosen], period=chosen)


def of_city(metric: str) -> Callable[[object], dict[str, str]]:
    """What `city_period` offers, as a view asks for it: each period with its grain."""

    def offered(_: object) -> dict[str, str]:
        found = _offered(cached.release(), metric)
        return {label: grain for grain, labels in found.items() for label in labels}

    return offered


def narrowed(name: str) -> Callable[[object], list[str]]:
    """What `narrow` offers, as a view asks for it."""
    return lambda _: [ALL, *members(name)]


@cached.kept(500)
def _offered(here: Release, metric: str) -> dict[str, list[str]]:
    """The closed periods a metric is published for by grain, newest first, and all time."""
    as_of, offered = here.as_of, {}
    for grain in GRAINS:
        labels = [figure.key for figure in cached.measure(metric, Scope(grain=grain))]
        if found := [label for label in labels[::-1] if label == ALL or closed(label, as_of)]:
            offered[grain] = found
    return offered


def _asked(options: list[str]) -> str:
    chosen = session.asked("period", options, options[0])
    took("period", chosen)
    return chosen


def _choose(options: list[str], chosen: str) -> None:
    st.session_state["period"] = chosen
    st.selectbox(
        t("period.label"), options, key="period", on_change=_to_url, args=("period",),
        format_func=worded(options, lambda label: called("period", label)), width=240,
    )  # fmt: skip


def worded(options: Iterable[str], said: Callable[[str], str]) -> Callable[[str], str]:
    """The words of the options, looked up now: later the language may be another."""
    return {option: said(option) for option in options}.__getitem__


def _to_newest(offered: dict[str, list[str]]) -> None:
    """Another form of period shows its newest one."""
    st.query_params["period"] = offered[st.session_state["grain"]][0]


def _to_url(name: str) -> None:
    """A choice goes into the URL, from which the next rerun reads it back."""
    st.query_params[name] = st.session_state[name]
