"""Words for data: what every kind of figure says of itself, in both languages."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import words
from components.locales import LANGUAGES
from data_access.facts import SUBJECTS
from metrics import registry
from metrics.change import Change
from metrics.headline import Headline
from metrics.measure import FEW, TOO_EARLY, UNPUBLISHED, Figure, duration, figure, withheld
from metrics.stats.durations import LAST

SOLVING, ON_TIME = registry.get("time_solving"), registry.get("on_time_rate")
DIGITS = "零一二三四五六七八九"


@pytest.mark.parametrize(
    ("fraction", "zh", "en"),
    [
        (0.957, "约九成六", "About 96%"),
        (0.9, "约九成", "About 90%"),
        (0.07, "约百分之七", "About 7%"),
        (0.9999, "约九成九", "About 99%"),
        (0.0001, "约百分之一", "About 1%"),
        (1.0, "全部", "All"),
        (0.0, "没有一件", "None"),
    ],
)
def test_a_share_as_it_is_said(fraction: float, zh: str, en: str) -> None:
    assert words.share("zh", fraction) == zh
    assert words.share("en", fraction) == en


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_a_share_said_is_off_by_less_than_a_percent(fraction: float) -> None:
    said = words.share("zh", fraction)
    ones = re.fullmatch("约百分之(.)", said)
    both = re.fullmatch("约(.)成(.?)", said)
    if ones:
        told = DIGITS.index(ones[1])
    else:
        assert both
        told = DIGITS.index(both[1]) * 10 + (DIGITS.index(both[2]) if both[2] else 0)
    assert abs(told - fraction * 100) <= 1
    assert words.share("en", fraction) == f"About {told}%"


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [(40, "40 秒", "40 s"), (720, "12 分钟", "12 min"), (3600, "1 小时", "1 h"),
     (19_080, "5.3 小时", "5.3 h"), (354_240, "4.1 天", "4.1 days")],
)  # fmt: skip
def test_a_span_of_time(seconds: int, zh: str, en: str) -> None:
    assert words.span("zh", seconds) == zh
    assert words.span("en", seconds) == en


def test_a_duration_says_cases_median_and_nine_in_ten() -> None:
    told = Figure("2026", 8_641, None, 181_440.0, p90=777_600.0)
    assert words.evidence("zh", told, SOLVING) == ["8,641 件", "一半在 2.1 天内，九成在 9 天内"]
    assert words.evidence("en", told, SOLVING) == [
        "8,641 cases", "half within 2.1 days, nine in ten within 9 days",
    ]  # fmt: skip
    assert words.value("zh", SOLVING, told) == "在 2.1 天内"


def test_a_duration_beyond_the_longest_bin_is_called_so() -> None:
    told = duration("2026", {50: 80, LAST: 20})
    assert told.p90 is None
    assert "九成超过 728.2 天" in words.evidence("zh", told, SOLVING)[1]
    assert "超过" in words.value("zh", SOLVING, duration("2026", {LAST: 20}))


def test_a_withheld_duration_says_why_and_is_not_zero() -> None:
    told = withheld("2026", FEW)
    assert words.evidence("zh", told, SOLVING) == ["件数过少，不公布"]
    assert words.value("zh", SOLVING, told) == "–"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", registry.everything())
def test_every_metric_can_say_what_it_rests_on(language: str, name: str) -> None:
    metric = registry.get(name)
    made = {
        "ratio": figure(metric, "2026", 40, 50),
        "count": figure(metric, "2026", 40, None),
        "duration": duration("2026", {50: 80}),
        "composite": Figure(name, None, 50, 0.8, 0.7, 0.9),
    }[metric.kind]
    assert len(words.evidence(language, made, metric)) == (0 if metric.kind == "count" else 2)
    for note in (FEW, TOO_EARLY, UNPUBLISHED):
        assert words.evidence(language, withheld("2026", note), metric)
    assert words.card_label(language, Headline(metric, "all", made))
    assert words.card_label(language, Headline(metric, "2026-10", made))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_nothing_to_count_is_said_of_each_subject(subject: str) -> None:
    said = {
        words.note(language, withheld("", TOO_EARLY), metric)
        for language in LANGUAGES
        for metric in registry.everything().values()
        if metric.subject == subject and metric.dated_by not in ("due_at", "deadline_at")
    }
    assert len(said) == len(LANGUAGES)  # fmt: skip
    assert words.note("zh", withheld("", TOO_EARLY), ON_TIME).startswith("为时尚早")


@pytest.mark.parametrize(
    ("low", "high", "zh", "en"),
    [(-0.001, 0.02, "看不出变化", "no change"), (0.001, 0.02, "高 1.0", "1.0 points higher"),
     (-0.03, -0.001, "低 1.0", "1.0 points lower")],
)  # fmt: skip
def test_a_change_is_called_one_only_beyond_chance(
    low: float, high: float, zh: str, en: str
) -> None:
    found = Change("2026-Q2", 0.01 if high > 0 else -0.01, low, high)
    assert zh in words.change("zh", found)
    assert en in words.change("en", found)
    assert "2026 年第 2 季度" in words.change("zh", found)
