"""Public questions: how many doubts had no answer in time, by the metrics; in tens of few."""

import pytest

from components.locales import LANGUAGES, text
from data_access.published import Release
from metrics import registry
from tests.pages.carded import cards
from tests.pages.conftest import Spoil
from tests.pages.test_pages import open_page, texts

TOLD = """
    UPDATE cells SET withheld = NULL WHERE grain = 'all' AND metric LIKE 'doubts_%';
    UPDATE cells SET numerator = 120 WHERE grain = 'all' AND metric = 'doubts_raised';
    UPDATE cells SET numerator = 9 WHERE grain = 'all' AND metric = 'doubts_open';
    UPDATE cells SET numerator = 20, denominator = 100
    WHERE grain = 'all' AND metric = 'doubts_unanswered'
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_unanswered_is_told_by_the_metric(spoil: Spoil, language: str) -> None:
    spoil(TOLD)
    page = open_page("questions", lang=language)
    assert [card.value for card in cards(page)] == ["20%", "9", "120"]
    names = [registry.get(name).wording[language].name for name in
             ("doubts_unanswered", "doubts_open", "doubts_raised")]  # fmt: skip
    assert [card.label for card in cards(page)] == names
    assert text(language, "card.of_doubts", numerator=20, denominator=100) in texts(page)
    assert text(language, "questions.told") in texts(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_there_are_few_they_are_told_in_tens(demo: Release, language: str) -> None:
    page = open_page("questions", lang=language)
    few = text(language, "questions.few", n=10)
    assert [card.value for card in cards(page)] == [few] * 4
