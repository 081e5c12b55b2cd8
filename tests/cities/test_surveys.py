"""Third-party surveys: what is written is what is read, and whatever does not fit is named."""

from pathlib import Path

import pytest

import cities
from cities import surveys

GOOD = """[[survey]]
period = "2026-Q2"
pollster = { zh = "甲", en = "A" }
method = { zh = "电话", en = "telephone" }
source = "https://example.org/report"
made_up = false
asked = 100
reached = 80
answered = 60
satisfied = 40
basically = 10
cannot_say = 4
dissatisfied = 6
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "surveys.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_city_without_surveys_has_none(tmp_path: Path) -> None:
    assert surveys.read(tmp_path / "surveys.toml") == ()
    assert cities.profile("nyc").surveys == ()


def test_surveys_are_read_latest_first(tmp_path: Path) -> None:
    earlier = GOOD.replace("2026-Q2", "2025")
    found = surveys.read(written(tmp_path, earlier + GOOD))
    assert [one.period for one in found] == ["2026-Q2", "2025"]
    assert (found[0].asked, found[0].satisfied, found[0].made_up) == (100, 40, False)


def test_those_of_the_demo_city_say_that_they_are_made_up() -> None:
    found = cities.profile("ankang").surveys
    assert found
    assert all(one.made_up for one in found)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"2026-Q2"', '"2026-Q5"', "period '2026-Q5'"),
        ("dissatisfied = 6", "dissatisfied = 7", "add up to 61, not 60"),
        ("reached = 80", "reached = 59", "answered <= reached <= asked"),
        ("asked = 100", "asked = 79", "answered <= reached <= asked"),
        ("cannot_say = 4", "cannot_say = -4", "does not hold"),
        ('source = "https://example.org/report"', 'source = ""', "source"),
        (', en = "A"', "", "pollster"),
        ("reached = 80\n", "", "missing or unknown: reached"),
        ("reached = 80", "reached = 80\nphones = 3", "missing or unknown: phones"),
        ("reached = 80", 'reached = "80"', "survey 1"),
        ("[[survey]]", "[[survey]", "surveys.toml"),
        (GOOD, GOOD + GOOD, "told twice: 2026-Q2"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(surveys.BadSurvey, match=r"surveys\.toml") as refused:
        surveys.read(written(tmp_path, GOOD.replace(old, new, 1)))
    assert said in str(refused.value)


def test_few_answers_are_not_told(tmp_path: Path) -> None:
    few = GOOD.replace("answered = 60", "answered = 29").replace("satisfied = 40", "satisfied = 9")
    with pytest.raises(surveys.BadSurvey, match="30 <= answered"):
        surveys.read(written(tmp_path, few))
