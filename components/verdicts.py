"""A comparison in words: the sentence that the data support, or why they do not; no Streamlit."""

import cities
from cities import City
from components import words
from components.locales import text
from data_access.published import ALL, Release
from metrics import numerals, registry
from metrics.change import Change, Growth
from metrics.measure import COMPARABLE
from metrics.model import Metric
from metrics.pairs import Side, Verdict

# What a comparison is called in the address of the page of open data, and where it stands there.
FORM = ("compare", "by", "a", "b", "from", "with")
ANCHOR = "compare"


def said(language: str, city: City, verdict: Verdict) -> str:
    """One sentence, or two where the mix of cases could not be allowed for."""
    told = _told(language, city, verdict)
    if not verdict.supported:
        return _refused(language, city, verdict, told)
    way = "higher" if verdict.higher else "lower"
    found = text(language, f"compared.{_measure(verdict)}_{way}", **told)
    return text(language, "compared.mix_open", said=found) if verdict.mix_open else found


def place(language: str, city: City, side: Side) -> str:
    """What a member is called; the whole city where the side is not cut."""
    if side.code == ALL:
        return text(language, "page.overview.city")
    return words.called(language, city, side.by, side.code)


def value(language: str, metric: Metric, side: Side) -> str:
    """A figure with what it rests on: 80.1%（120 / 150 件）."""
    figure = side.figure
    if figure.numerator is None or figure.value is None:
        return "–"
    if metric.per:
        rate = f"{figure.value:,.1f}"
        cases, residents = numerals.count(figure.numerator), numerals.count(figure.denominator)
        basis = text(language, "map.per_residents", cases=cases, residents=residents)
    elif metric.kind == "count":
        return text(language, f"compared.count_{metric.subject}", n=numerals.value(figure))
    else:
        rate, basis = numerals.value(figure), words.counts(language, figure, metric)
    return text(language, "compared.value", value=rate, basis=basis)


def source(language: str, release: Release, address: str) -> str:
    """Where the figures are from, to be copied along with the sentence."""
    city = cities.profile(release.city)
    told = text(
        language, "compared.source", city=words.city_name(language, city), hotline=city.hotline,
        release=release.id, day=numerals.day(release.as_of), licence=city.licence, address=address,
    )  # fmt: skip
    label = text(language, "compared.synthetic") if release.synthetic else ""
    return label + told


def _told(language: str, city: City, verdict: Verdict) -> dict[str, str]:
    """Names and values of both sides, and how far they are apart; lower ones as amounts too."""
    metric, a, b = verdict.metric, verdict.a, verdict.b
    over_time = a.code == b.code
    name_a, name_b = (
        words.period(language, one.period) if over_time else place(language, city, one)
        for one in (a, b)
    )
    where = place(language, city, a) if over_time else words.period(language, a.period)
    told = {
        "metric": words.name(language, metric), "where": where, "a": name_a, "b": name_b,
        "a_value": value(language, metric, a), "b_value": value(language, metric, b),
    }  # fmt: skip
    return told if verdict.found is None else told | _apart(language, verdict, verdict.found)


def _apart(language: str, verdict: Verdict, found: Change | Growth) -> dict[str, str]:
    if isinstance(found, Change):
        ends = [found.difference, found.low, found.high]
    else:
        ends = [found.ratio - 1, found.low - 1, found.high - 1]
    if verdict.supported and not verdict.higher:
        ends = [-ends[0], -ends[2], -ends[1]]
    by, low, high = (f"{end * 100:.1f}" for end in ends)
    over_time = verdict.a.code == verdict.b.code
    basis = "residents" if verdict.metric.per else "days" if over_time else "counts"
    return {
        "by": by.removeprefix("-"), "low": low, "high": high,
        "basis": text(language, f"compared.basis_{basis}"),
    }  # fmt: skip


def _measure(verdict: Verdict) -> str:
    return "points" if verdict.metric.kind == "ratio" else "percent"


def _refused(language: str, city: City, verdict: Verdict, told: dict[str, str]) -> str:
    reason = verdict.reason
    if reason == "apart":
        reason = f"apart_{_measure(verdict)}"
    if reason == "counts" and verdict.instead:
        instead = words.name(language, registry.get(verdict.instead))
        return text(language, "compared.refused.counts_instead", instead=instead, **told)
    return text(
        language, f"compared.refused.{reason}", why=_why(language, verdict),
        least=max(city.fewest_compared, COMPARABLE), release_a=verdict.a.release,
        release_b=verdict.b.release, **told,
    )  # fmt: skip


def _why(language: str, verdict: Verdict) -> str:
    """What is said of the figures that are missing, each side once."""
    notes = [words.note(language, one.figure, verdict.metric) for one in (verdict.a, verdict.b)]
    return text(language, "open_data.and").join(dict.fromkeys(filter(None, notes)))
