"""Words for data: periods, figures, names of cities and units. No Streamlit in here."""

import re
from dataclasses import asdict
from functools import lru_cache
from html import escape

import cities
from cities import City
from components.locales import text
from data_access.outcomes import DAYS, WITHHELD
from data_access.published import NONE, SENSITIVE, Release
from metrics import numerals
from metrics.change import Change, Growth
from metrics.headline import Headline
from metrics.measure import TOO_EARLY, Figure
from metrics.model import Metric
from metrics.periods import ALL, first_day, grain_of
from metrics.stats.durations import EDGES
from metrics.stats.satisfaction import Answers

NO_VALUE = {
    "area": "page.not_handled.no_place", "unit": "page.not_handled.no_unit",
    "category": "page.not_handled.category_none",
}  # fmt: skip
MARKUP = re.compile(r"[^\w .·&'()/-]")
BOLD = re.compile(r"\*\*(.+?)\*\*")


def plain(value: str) -> str:
    """A value from data without anything that Markdown could read as markup."""
    return MARKUP.sub(" ", value)


def unmarked(told: str) -> str:
    """A text of the screen without its Markdown."""
    return told.replace("**", "")


def bold(text: str) -> str:
    """A text of the screen as HTML: of Markdown it may have what is bold, nothing else."""
    return BOLD.sub(r"<strong>\1</strong>", escape(text))


@lru_cache(maxsize=10_000)
def period(language: str, label: str) -> str:
    """2024-03 → 2024 年 3 月."""
    if label == ALL:
        return text(language, "period.all")
    start = first_day(label)
    return text(
        language, f"period.{grain_of(label)}", year=start.year, month=start.month,
        month_name=f"{start:%b}", quarter=(start.month + 2) // 3,
    )  # fmt: skip


def city_name(language: str, city: City) -> str:
    return city.names[language]


def unit_name(language: str, city: City, code: str) -> str:
    """A unit's name from the city profile; its cleaned code where the profile lacks it."""
    names = city.unit_names.get(code)
    return names[language] if names else plain(code)


def called(language: str, city: City, dimension: str, code: str) -> str:
    """What a period, area, unit or category is called."""
    if dimension == "period":
        return period(language, code)
    if code == NONE:
        return text(language, NO_VALUE[dimension])
    if dimension != "category":
        return unit_name(language, city, code)
    if code == SENSITIVE:
        return text(language, "page.not_handled.category_sensitive")
    names = city.categories.get(code)
    return names[language] if names else plain(code)


def reason(language: str, city: City, code: str) -> str:
    """What a reason is called; a code that the catalogue lacks stands for itself."""
    if code == NONE:
        return text(language, "page.not_handled.no_reason")
    names = {one.code: one.names for one in city.reasons}
    return names[code][language] if code in names else plain(code)


def name(language: str, metric: Metric) -> str:
    """What a metric is called."""
    return metric.wording[language].name


def span(language: str, seconds: float) -> str:
    """A duration in the unit that suits it: 5.7 天."""
    number, unit = numerals.span(seconds).split()
    return text(language, f"period.length_{unit}", n=number.removesuffix(".0"))


def when(language: str, label: str) -> str:
    """A period within a sentence; all time is "so far"."""
    if label == ALL:
        return text(language, "period.so_far")
    return text(language, "period.within", period=period(language, label))


def share(language: str, fraction: float) -> str:
    """A share as it is said: 0.957 → 约九成六. Rounding makes neither a whole nor nothing."""
    if fraction in (0, 1):
        return text(language, "share.all" if fraction else "share.none")
    tens, ones = divmod(min(99, max(1, round(fraction * 100))), 10)
    digits = text(language, "share.digits")
    key = "share.both" if tens and ones else "share.tens" if tens else "share.ones"
    return text(language, key, tens=digits[tens], ones=digits[ones])


def value(language: str, metric: Metric, figure: Figure) -> str:
    """The figure itself; of a duration the median, as a span of time."""
    if metric.kind != "duration" or figure.numerator is None:
        return numerals.value(figure)
    return percentiles(language, figure)[0]


def percentiles(language: str, figure: Figure) -> tuple[str, str]:
    """Median and 90th percentile of a published duration."""
    return _within(language, figure.value), _within(language, figure.p90)


def _within(language: str, seconds: float | None) -> str:
    """Up to a span of time; longer than the longest that is told where there is none."""
    if seconds is None:
        return text(language, "period.beyond", span=span(language, EDGES[-1]))
    return text(language, "period.up_to", span=span(language, seconds))


def note(language: str, figure: Figure, metric: Metric | None = None) -> str:
    """What must be said of a figure, in words; empty if nothing.

    Too early means that no deadline has passed; of what has no deadline, that nothing has come in.
    """
    if not figure.note:
        return ""
    if figure.note == TOO_EARLY and metric and metric.dated_by not in ("due_at", "deadline_at"):
        return text(language, f"note.none_{metric.subject}")
    return text(language, f"note.{figure.note.replace(' ', '_')}")


def evidence(language: str, figure: Figure, metric: Metric | None = None) -> list[str]:
    """What a figure rests on: counts and interval, or cases and percentiles; or why there is none.

    Without its metric a share is taken for one of cases.
    """
    if metric and metric.kind == "duration" and figure.numerator is not None:
        median, most = percentiles(language, figure)
        return [
            text(language, "card.cases", cases=numerals.count(figure.numerator)),
            text(language, "card.duration", median=median, most=most),
        ]
    if figure.denominator is None or figure.low is None:
        return [said] if (said := note(language, figure, metric)) else []
    low, high = numerals.bounds(figure)
    return [
        counts(language, figure, metric),
        text(language, "card.interval", low=low, high=high),
    ]


def counts(language: str, figure: Figure, metric: Metric | None = None) -> str:
    """Numerator and denominator with the word for what is counted; a score has no numerator."""
    way = "among" if figure.numerator is None else "of"
    key = f"card.{way}_{metric.subject if metric else 'cases'}"
    numerator, denominator = numerals.count(figure.numerator), numerals.count(figure.denominator)
    return text(language, key, numerator=numerator, denominator=denominator)


def became(language: str, by: str, code: str) -> str:
    """An outcome, a class of days or an answer in a callback, as texts and rows have it."""
    if code == WITHHELD:
        return text(language, "outcomes.alike")
    if by == "satisfaction":
        return text(language, f"outcomes.satisfied_{code}")
    if by == "outcome":
        return text(language, f"outcomes.outcome_{code or 'untold'}")
    known = {days: str(place) for place, days in enumerate(DAYS)} | {"open": "open"}
    return text(language, f"outcomes.days_{known.get(code, 'unknown')}")


def answers(found: Answers) -> dict[str, str]:
    """How many said what, by the names that a text of the screen takes."""
    return {name: numerals.count(number) for name, number in asdict(found).items()}


def change(language: str, found: Change) -> str:
    """How a share has moved, and whether chance alone could have moved it so far."""
    way = "same" if found.within_chance else "higher" if found.difference > 0 else "lower"
    points = f"{abs(found.difference) * 100:.1f}"
    return text(language, f"card.{way}", since=period(language, found.since), points=points)


def moved(language: str, found: Change | Growth) -> str:
    """How a share or a count has moved, and whether chance alone could have moved it so far."""
    if isinstance(found, Change):
        return change(language, found)
    way = "same" if found.within_chance else "higher" if found.ratio > 1 else "lower"
    percent = f"{abs(found.ratio - 1) * 100:.1f}"
    since = period(language, found.since)
    return text(language, f"page.overview.growth_{way}", since=since, percent=percent)


def figure_said(language: str, metric: Metric, figure: Figure) -> str:
    """按期办结率：95.3%（120 / 126 件；95% 置信区间 90% 至 98%）."""
    called = name(language, metric)
    if figure.numerator is None or (metric.kind == "ratio" and figure.value is None):
        return text(language, "feed.withheld", name=called, why=note(language, figure, metric))
    if metric.kind == "count":
        counted = text(
            language, f"compared.count_{metric.subject}", n=numerals.count(figure.numerator)
        )
        return text(language, "feed.count", name=called, value=counted)
    basis = text(language, "open_data.and").join(evidence(language, figure, metric))
    told = value(language, metric, figure)
    return text(language, "feed.figure", name=called, value=told, basis=basis)


def freshness(language: str, release: Release) -> list[str]:
    """How fresh the figures are and which release they come from; made-up ones say so."""
    lines = [
        text(language, "site.as_of", day=numerals.day(release.as_of)),
        text(language, "site.cases", cases=numerals.count(release.cases)),
        text(language, "site.release", release=release.id),
    ]
    return lines + [text(language, "site.synthetic_short")] * release.synthetic


def card_label(language: str, headline: Headline) -> str:
    """What a headline's card is called: 2026 年 10 月按期办结率."""
    called = name(language, headline.metric)
    if headline.period == ALL:
        return text(language, "card.in_all", name=called)
    return text(language, "card.of_period", period=period(language, headline.period), name=called)


def title(language: str, page: str, city_id: str) -> str:
    """The title of a page, as the browser's tab shows it."""
    city = cities.profile(city_id)
    return text(
        language, "site.title", page=text(language, f"page.{page}.title"),
        city=city_name(language, city), hotline=city.hotline,
    )  # fmt: skip
