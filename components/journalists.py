"""For journalists: a story kit of a period, and a comparison that the data support or refuse."""

from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from components import blocks, cached, filters, session, story_words, verdicts, words
from components.open_data_snippets import address
from components.session import t
from data_access import shelf
from data_access.published import ALL, Release
from data_access.settings import MANIFEST
from data_access.shelf import WHOLE
from metrics import registry, sides, story
from metrics.change import earlier
from metrics.sides import SLICES, Cut

FIRST = "on_time_rate"
PLACES = ("city", "area", "unit")


def kit() -> None:
    """Choose a period and perhaps a place; see what the kit says first, take it, cite it."""
    place = _place()
    if place is None:
        st.info(t("period.nothing"))
        return
    blocks.show(_kit_told, place)


def _kit_told(place: Cut) -> None:
    told, language = story.read_story(cached.release(), place), session.language()
    lines = [
        "- " + "  \n  ".join([story_words.sentence(language, one, place.period),
                              *story_words.moves(language, one)])
        for one in told.part("headline")
    ]  # fmt: skip
    take = f"[{t('page.open_data.kit_take')}]({_kit(told.release, place)})"
    title = f"**{story_words.title(language, told.release, place)}**"
    st.markdown("\n\n".join([title, "\n".join(lines), take]))
    st.caption(f"{t('page.open_data.kit_holds')}\n\n{t('page.open_data.kit_cite')}")
    st.code(_citation(told.release, place), language=None, wrap_lines=True)


def _place() -> Cut | None:
    """What the kit is of; None where no period is told of it."""
    with st.container(horizontal=True):
        of = filters.choose("of", PLACES, lambda name: t(f"page.open_data.of_{name}"), _named())
        code = ALL
        if of != "city":
            codes = filters.members(of)
            code = filters.choose(of, codes, lambda one: filters.called(of, one)) if codes else ALL
        periods = _periods(cached.release(), Cut(of, code, ALL))
        if not periods:
            return None
        period = filters.choose(
            "period", periods, lambda one: filters.called("period", one), label="period.label"
        )
    return Cut(of, code, period)


def _named() -> str:
    """The kind of place that the visitor has chosen on another page."""
    return next((name for name in PLACES[1:] if name in session.carried()), PLACES[0])


@cached.kept(200)
def _periods(here: Release, place: Cut) -> list[str]:
    return story.periods(here, place)


def _kit(release: Release, place: Cut) -> str:
    query = {"lang": session.language()}
    query |= {} if place.code == ALL else {place.by: place.code}
    return f"/kits/{release.city}/{release.id}/{place.period}.zip?{urlencode(query)}"


def _citation(release: Release, place: Cut) -> str:
    sha256 = shelf.open_shelf(release.folder).files[MANIFEST]
    where = address(session.origin(), release, WHOLE)
    return story_words.citation(session.language(), release, place, sha256, where)


def comparing() -> None:
    """A small form, and the sentence that the data support or the reason why there is none."""
    st.markdown(t("page.open_data.compare_text"))
    sought = _sought()
    if sought is None:
        st.info(t("page.open_data.compare_none"))
    else:
        blocks.show(_answer, *sought)


def _answer(metric: str, a: Cut, b: Cut) -> None:
    release = cached.release()
    found = sides.compare(metric, (release, a), (release, b))
    said = verdicts.said(session.language(), session.city(), found)
    if not found.supported:
        st.warning(t("page.open_data.unsupported", said=said))
        return
    st.success(t("page.open_data.supported"))
    source = verdicts.source(session.language(), cached.release(), _address())
    st.code(f"{said}\n{source}", language=None, wrap_lines=True)


def _address() -> str:
    """Where this very comparison is, with every choice in it."""
    shown = filters.shown()
    chosen = {name: shown[name] for name in verdicts.FORM if name in shown}
    return f"{session.origin()}{session.to('open_data', **chosen)}#{verdicts.ANCHOR}"


def _sought() -> tuple[str, Cut, Cut] | None:
    """The comparison that the form asks for; None where nothing is told, or both sides are one."""
    release = cached.release()
    with st.container(horizontal=True):
        by = filters.choose("by", SLICES, lambda name: t(f"page.open_data.by_{name}"))
        names = sides.told_by(release, by)
        if not names:
            return None
        usual = FIRST if FIRST in names else ""
        metric = filters.choose("compare", names, _metric, usual)
        a, b = _members(by)
        periods = _compared_periods(release, metric, by)
        if not periods:
            return None
        first = filters.choose("from", periods, _period)
        second = filters.choose("with", periods, _period, _against(by, first, periods))
    if (a, first) == (b, second):
        return None
    return metric, Cut(by, a, first), Cut(by, b, second)


@cached.kept(500)
def _compared_periods(here: Release, metric: str, by: str) -> list[str]:
    return sides.periods(here, metric, by)


def _against(by: str, first: str, periods: Sequence[str]) -> str:
    """The same period for two places; of the city the one before, or the only one there is."""
    if by != "city":
        return first
    return next((one for one in earlier(first) if one in periods), first)


def _members(by: str) -> tuple[str, str]:
    """Both members; of the whole city there is one only."""
    if by == "city":
        return ALL, ALL
    codes = filters.members(by)
    a = filters.choose("a", codes, lambda one: filters.called(by, one))
    return a, filters.choose("b", codes, lambda one: filters.called(by, one), codes[-1])


def _metric(name: str) -> str:
    return words.name(session.language(), registry.get(name))


def _period(label: str) -> str:
    return filters.called("period", label)
