"""Words for data: periods, figures, names of cities and units. No Streamlit in here."""

import re

import cities
from cities import City
from components.locales import text
from data_access.published import Release
from metrics import numerals
from metrics.headline import Headline
from metrics.measure import Figure
from metrics.periods import ALL, first_day

MARKUP = re.compile(r"[^\w .·&'()/-]")


def plain(value: str) -> str:
    """A value from data without anything that Markdown could read as markup."""
    return MARKUP.sub(" ", value)


def period(language: str, label: str) -> str:
    """2024-03 → 2024 年 3 月."""
    if label == ALL:
        return text(language, "period.all")
    start = first_day(label)
    form = {4: "year", 7: "quarter" if "Q" in label else "month"}[len(label)]
    return text(
        language, f"period.{form}", year=start.year, month=start.month,
        month_name=f"{start:%b}", quarter=(start.month + 2) // 3,
    )  # fmt: skip


def city_name(language: str, city: City) -> str:
    return city.names[language]


def unit_name(language: str, city: City, code: str) -> str:
    """A unit's name from the city profile; its cleaned code where the profile lacks it."""
    names = {unit.code: unit.names[language] for unit in city.units}
    return names.get(code) or plain(code)


def note(language: str, figure: Figure) -> str:
    """What must be said of a figure, in words; empty if nothing."""
    return text(language, f"note.{figure.note.replace(' ', '_')}") if figure.note else ""


def evidence(language: str, figure: Figure) -> list[str]:
    """What a rate rests on: numerator and denominator, then the interval; or why there is none."""
    if figure.denominator is None or figure.low is None:
        return [said] if (said := note(language, figure)) else []
    numerator, denominator = numerals.count(figure.numerator), numerals.count(figure.denominator)
    low, high = numerals.bounds(figure)
    return [
        text(language, "card.of", numerator=numerator, denominator=denominator),
        text(language, "card.interval", low=low, high=high),
    ]


def freshness(language: str, release: Release) -> list[str]:
    """How fresh the figures are and which release they come from; made-up ones say so."""
    lines = [
        text(language, "site.as_of", day=numerals.day(release.as_of)),
        text(language, "site.cases", cases=numerals.count(release.cases)),
        text(language, "site.release", release=release.id),
    ]
    return lines + [text(language, "site.synthetic_short")] * release.synthetic


def card_label(language: str, headline: Headline) -> str:
    """What a headline's card is called: 2026 年 10 月 按期办结率."""
    key = {"received": "card.received", "on_time_rate": "card.on_time"}[headline.metric.id]
    if headline.period == ALL:
        return text(language, key)
    return text(language, f"{key}_last", period=period(language, headline.period))


def title(language: str, page: str, city_id: str) -> str:
    """The title of a page, as the browser's tab shows it."""
    city = cities.profile(city_id)
    return text(
        language, "site.title", page=text(language, f"page.{page}.title"),
        city=city_name(language, city), hotline=city.hotline,
    )  # fmt: skip
