"""Data quality: what the release says of its data, and words where it says nothing."""

import pytest

from components.locales import LANGUAGES, text
from data_access import quality
from data_access.published import Release
from metrics import numerals
from tests.pages import linked
from tests.pages.conftest import Spoil
from tests.pages.test_pages import open_page, texts


def says(language: str, key: str, **values: object) -> str:
    return text(language, f"page.data_quality.{key}", **values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_statement_of_the_release_is_shown(demo: Release, language: str) -> None:
    page = open_page("data_quality", lang=language)
    cells = {str(v) for frame in linked.tables(page) for row in frame.to_numpy() for v in row}
    told = quality.read(demo)
    rows = {row.key: row for row in told if row.topic == "rows"}
    total = numerals.count(rows["stored"].total)
    assert says(language, "finding_none", total=total) in [part.value for part in page.subheader]
    for row in told:
        if row.topic in ("rows", "lacking", "quarantined", "repaired"):
            assert numerals.count(row.number) in cells
            assert numerals.count(row.total) in cells
        if row.topic == "cells" and not row.key.endswith("too early"):
            assert any(cell.startswith(numerals.count(row.number)) for cell in cells)
    assert says(language, "no_late") in texts(page)
    assert says(language, "unchecked_source") in texts(page)


def test_what_is_small_is_never_a_number(spoil: Spoil) -> None:
    spoil(
        "INSERT INTO quality VALUES ('quarantined', 'unreadable_date', '', NULL, 9, 'few'), "
        "('quarantined', 'new_rule', '', NULL, 9, 'few'), ('repaired', 'date_format', '', 6, 6, "
        "NULL); UPDATE quality SET number = NULL, withheld = 'few' WHERE topic = 'late'"
    )
    page = open_page("data_quality")
    frames = linked.tables(page)
    (kept,) = [f for f in frames if says("zh", "rule_unreadable_date") in f.to_numpy()]
    assert says("zh", "rule_other", code="new_rule") in kept.to_numpy()
    assert list(kept[says("zh", "number")]) == [says("zh", "under")] * 2
    assert any(says("zh", "rule_date_format") in frame.to_numpy() for frame in frames)
    assert says("zh", "late", n=says("zh", "under"), total="–") in texts(page)


def test_a_release_from_before_says_that_it_does_not_tell(spoil: Spoil) -> None:
    spoil("DROP TABLE quality")
    told = texts(open_page("data_quality"))
    assert says("zh", "nothing") in told
    assert says("zh", "none_withheld") not in told
