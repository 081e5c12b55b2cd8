"""Hot topics: published counts only, judged within chance, and gaps said in words."""

import pytest
from streamlit.testing.v1 import AppTest

from components.locales import LANGUAGES, text
from data_access import published
from data_access.published import NONE, SENSITIVE, Release, Scope
from metrics import numerals
from tests.pages import linked
from tests.pages.conftest import Spoil
from tests.pages.test_pages import open_page, texts

YEAR, BEFORE = Scope(grain="year", period="2025"), Scope(grain="year", period="2024")


def says(language: str, key: str, **values: object) -> str:
    return text(language, f"page.topics.{key}", **values)


def table(page: AppTest, column: str) -> list[dict[str, str]]:
    (frame,) = [frame for frame in linked.tables(page) if column in frame]
    return [{str(k): str(v) for k, v in row.items()} for row in frame.to_dict("records")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_moved_is_told_from_published_counts(demo: Release, language: str) -> None:
    page = open_page("topics", lang=language, period="2025")
    rows = table(page, says(language, "judged"))
    expected: dict[str, tuple[str, str]] = {}
    for category in {cell.key for cell in published.read(demo, "received", YEAR, "category")}:
        if category in (NONE, SENSITIVE):
            continue
        now, then = (
            {c.key: c.numerator
             for c in published.read(demo, "received", Scope(s.grain, s.period, category=category),
                                     "category2")}
            for s in (YEAR, BEFORE)
        )  # fmt: skip
        both = [key for key in now if now[key] and then.get(key)]
        expected |= {key: (numerals.count(then[key]), numerals.count(now[key])) for key in both}
    assert len(rows) == len(expected) > 10
    told = {(row[says(language, "then")], row[says(language, "now")]) for row in rows}
    assert told == set(expected.values())
    judged = [row[says(language, "judged")] for row in rows]
    up, down = (judged.count(says(language, way)) for way in ("rose", "fell"))
    counts = {"looked": len(rows), "up": up, "down": down, "same": len(rows) - up - down}
    periods = {name: text(language, "period.year", year=year, month=1, month_name="", quarter=1)
               for name, year in (("period", 2025), ("since", 2024))}  # fmt: skip
    assert says(language, "told", **counts, **periods) in texts(page)


def test_one_county_is_compared_by_its_categories(demo: Release) -> None:
    area = published.read(demo, "received", YEAR, "area")[0].key
    rows = table(open_page("topics", period="2025", area=area), says("zh", "judged"))
    scopes = [Scope("year", one.period, area=area) for one in (YEAR, BEFORE)]
    now, then = (
        {cell.key: cell.numerator for cell in published.read(demo, "received", one, "category")}
        for one in scopes
    )
    both = [key for key in now if now[key] and then.get(key) and key not in (NONE, SENSITIVE)]
    assert {row[says("zh", "now")] for row in rows} == {numerals.count(now[key]) for key in both}


def test_all_time_has_nothing_before(demo: Release) -> None:
    assert says("zh", "nothing_before") in texts(open_page("topics", period="all"))


def test_signals_that_were_never_told_are_not_called_none(demo: Release) -> None:
    told = texts(open_page("topics"))
    assert says("zh", "signals_unpublished") in told
    assert says("zh", "signals_none", when="") not in told


def test_signals_are_those_of_the_release(spoil: Spoil) -> None:
    spoil(
        "INSERT INTO warnings VALUES ('2026-Q3', 'all', 'all', 3, NULL), "
        "('2026-Q3', '610921', 'all', 3, NULL), ('2026-Q3', 'all', '医疗卫生', 2, NULL), "
        "('2026-Q3', 'all', '城市管理', 1, NULL), ('2026-Q3', 'all', '教育培训', NULL, 'few'), "
        "('2026-Q2', 'all', 'all', 0, NULL)"
    )
    page = open_page("topics")
    heads = [part.value for part in page.subheader]
    assert says("zh", "signals_some", when="2026 年第 3 季度", n=3) in heads
    newest, before = table(page, says("zh", "signals"))
    assert newest[says("zh", "kind")] == "医疗卫生 × 2、城市管理"
    assert newest[says("zh", "area")] == "汉阴县 × 3"
    assert before[says("zh", "signals")] == "0"
    assert says("zh", "signals_withheld", n=1) in texts(page)


def test_without_slices_the_page_says_so(two_metrics: Release) -> None:
    page = open_page("topics", period="2025")
    assert text("zh", "page.not_handled.unpublished") in texts(page)
    assert not page.error
