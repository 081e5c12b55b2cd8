"""Methods: the lattice, what is never published and corrections, from where they are declared."""

import json

import pytest

from components.locales import LANGUAGES, text
from data_access.published import Correction, Release, current
from data_access.settings import journal
from metrics import lattice
from tests import small_release
from tests.pages import linked
from tests.pages.test_pages import open_page, texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_of_the_lattice_is_told(demo: Release, language: str) -> None:
    page = open_page("methods", lang=language)
    (table,) = linked.tables(page)
    cuts = {(one.by, one.grains) for one in lattice.tables()}
    assert len(table) >= len({by for by, _ in cuts})
    assert text(language, "methods.least_ratio", n=30) in " ".join(table.to_numpy().ravel())
    numbers = {"least": 5, "sensitive": 10, "rate": 30, "whole": 200, "median": 10}
    for name in ("few", "rates", "medians"):
        assert text(language, f"methods.never_{name}", **numbers) in texts(page)
    assert text(language, "methods.no_corrections") in texts(page)
    assert f"pipeline.verify {demo.id}" in "".join(code.value for code in page.code)


def test_corrections_and_rollbacks_are_logged_with_their_reason(
    data: object, no_stale_cells: None
) -> None:
    small_release.publish()
    first = current(small_release.CITY)
    assert first is not None
    why = "十月份的期限按错了日历 <b>"
    small_release.publish(small_release.contents(seed=2, corrects=Correction(first.id, why)))
    second = current(small_release.CITY)
    assert second is not None
    entry = {"what": "rollback", "release": first.id, "in_force": second.id, "who": "zhang san",
             "at": "2026-08-01T00:00:00+00:00", "why": "private note", "manifest": ""}  # fmt: skip
    with journal(small_release.CITY).open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(entry) + "\n")
    page = open_page("methods")
    (log,) = [f for f in linked.tables(page) if text("zh", "methods.withdrawn") in f]
    told = {tuple(row) for row in log.to_numpy()}
    today = second.published_at.date().isoformat()
    assert told == {
        (today, first.id, second.id, why),
        ("2026-08-01", second.id, first.id, text("zh", "methods.rolled_back")),
    }
    assert "zhang san" not in str(told)
    assert "private note" not in str(told)
