"""What a story kit says, in words: title, sentences, how to cite it. No Streamlit in here."""

import cities
from components import words
from components.locales import text
from data_access.published import ALL, Release
from metrics import numerals
from metrics.measure import Figure
from metrics.sides import Cut
from metrics.story import Told


def title(language: str, release: Release, place: Cut) -> str:
    """安康市 12345 热线，汉滨区，2026 年第 3 季度."""
    city = cities.profile(release.city)
    told = {
        "city": words.city_name(language, city), "hotline": city.hotline,
        "period": words.period(language, place.period),
    }  # fmt: skip
    if place.code == ALL:
        return text(language, "kit.title", **told)
    name = words.called(language, city, place.by, place.code)
    return text(language, f"kit.title_{place.by}", name=name, **told)


def sentence(language: str, told: Told, period: str) -> str:
    """One figure in a sentence; its own period is named where it is not that of the kit."""
    said = words.figure_said(language, told.metric, told.figure)
    if told.period == period:
        return said
    return text(language, "kit.of_period", period=words.period(language, told.period), said=said)


def moves(language: str, told: Told) -> list[str]:
    """How a figure has moved; what still changes after its period says that instead."""
    lines = [words.moved(language, change) for change in told.changes]
    return lines if told.settled else [text(language, "page.times.unsettled")]


def definition(language: str, told: Told) -> str:
    """What is counted, and among what."""
    wording = told.metric.wording[language]
    if told.metric.kind != "ratio":
        return wording.numerator
    return text(
        language, "kit.definition", counted=wording.numerator, among=wording.denominator
    )  # fmt: skip


def silent(language: str, figure: Figure) -> str:
    """What those who did not answer could change; the bounds of metrics.answers.silent."""
    low, high = numerals.bounds(figure)
    return words.unmarked(text(language, "page.satisfaction.silent", low=low, high=high))


def reason(language: str, city_id: str, told: Told) -> str:
    """One reason: how many, and what part of all; or why that is not told."""
    name = words.reason(language, cities.profile(city_id), told.code)
    if told.figure.numerator is None:
        why = words.note(language, told.figure, told.metric)
        return text(language, "feed.withheld", name=name, why=why)
    cases = text(language, "compared.count_cases", n=numerals.count(told.figure.numerator))
    if told.share is None or told.share.value is None:
        return text(language, "feed.count", name=name, value=cases)
    low, high = numerals.bounds(told.share)
    basis = text(
        language, "kit.part", share=numerals.value(told.share), low=low, high=high,
        whole=numerals.count(told.share.denominator),
    )  # fmt: skip
    return text(language, "feed.figure", name=name, value=cases, basis=basis)


def citation(
    language: str, release: Release, place: Cut, sha256: str, address: str
) -> str:  # fmt: skip
    """One line that names publisher, title, release, days, licence, checksum and address."""
    label = text(language, "compared.synthetic") if release.synthetic else ""
    return label + text(
        language, "kit.cite", title=title(language, release, place), release=release.id,
        day=numerals.day(release.as_of), published=numerals.day(release.published_at.date()),
        licence=cities.profile(release.city).licence, sha256=sha256, address=address,
    )  # fmt: skip
