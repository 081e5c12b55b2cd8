"""The page of open data: told from what the release says of its own files."""

import re
import shutil
from itertools import combinations
from pathlib import Path

import pytest

import cities
from components import open_data_snippets, story_words, verdicts
from components.locales import LANGUAGES, text
from data_access import shelf
from data_access.published import Release
from metrics import numerals, registry, sides, story
from metrics.pairs import Verdict, judge
from metrics.sides import Cut
from tests.pages.test_pages import open_page, texts


def codes(app: object) -> list[str]:
    return [element.value for element in app.code]  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_set_is_there_with_its_rows(demo: Release, language: str) -> None:
    app = open_page("open_data", lang=language)
    shown = "".join(element.proto.body for element in app.get("html"))
    packages = shelf.packages(shelf.open_shelf(demo.folder))
    assert len(packages) > 8
    for package in packages.values():
        assert package["titles"][language] in shown
        rows = sum(t["table_rows"] for t in open_data_snippets.tables(package).values())
        assert f">{numerals.count(rows)}</td>" in shown


def test_links_of_the_page_lead_to_files_that_are_there(demo: Release) -> None:
    app = open_page("open_data", set="units")
    here = shelf.open_shelf(demo.folder)
    links = re.findall(r"\]\(/open-data/ankang-units/([^/]+)/([^)?]+)\)", texts(app))
    assert len(links) == 5
    for release, name in links:
        assert release == demo.id
        assert name in here.within("units")


def test_set_and_table_come_from_the_url(demo: Release) -> None:
    app = open_page("open_data", set="cells", table="cells-unit")
    assert [app.selectbox(key=name).value for name in ("set", "table")] == ["cells", "cells-unit"]
    head = app.dataframe[0].value
    assert next(iter(head["metric"]))
    assert len(head) == 5
    (loading,) = [one.value for one in app.markdown if "```python" in one.value]
    assert 'cells-unit.csv"' in loading
    assert loading.count("cells-unit.") == 4  # pandas, R, DuckDB and Excel
    app.selectbox[0].set_value("reasons").run()
    assert app.query_params["set"] == "reasons"
    assert app.selectbox[1].value == "refusals"


def test_it_can_be_cited_and_recomputed(demo: Release) -> None:
    told = "\n".join(codes(open_page("open_data")))
    assert demo.id in told
    assert "CC-BY-4.0" in told
    assert f"python -m pipeline.verify {demo.id}" in told
    digest = (demo.folder / "manifest.sha256").read_text().split()[0]
    assert f"{demo.id}:{digest}" in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_withheld_is_counted_by_reason(demo: Release, language: str) -> None:
    found = shelf.withheld(demo)
    app = open_page("open_data", lang=language)
    assert numerals.count(sum(found.values())) in texts(app)
    tables = [table.value for table in app.table]
    cells = text(language, "page.open_data.cells")
    shown = next(table for table in tables if cells in table)
    counts = sorted((n for reason, n in found.items() if reason), reverse=True)
    assert list(shown[cells]) == [numerals.count(n) for n in counts]


def test_an_older_release_without_files_says_so(
    demo: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "old" / "releases" / "ankang"
    shutil.copytree(demo.folder.parent, home)
    monkeypatch.setenv("SUNLINE_DATA", str(tmp_path / "old"))
    monkeypatch.setattr(shelf.Shelved, "sets", lambda self: [])
    assert text("zh", "page.open_data.none") in open_page("open_data").info[0].value


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_story_kit_is_that_of_what_was_chosen(demo: Release, language: str) -> None:
    app = open_page("open_data", lang=language, of="unit", unit="610902", period="2025")
    shown = texts(app)
    assert f"/kits/ankang/{demo.id}/2025.zip?lang={language}&unit=610902" in shown
    for one in story.read_story(demo, Cut("unit", "610902", "2025")).part("headline"):
        assert story_words.sentence(language, one, "2025") in shown
    (cited,) = [code for code in codes(app) if "SHA-256" in code]
    assert demo.id in cited


def test_a_kit_of_an_area_that_was_chosen_elsewhere(demo: Release) -> None:
    shown = texts(open_page("open_data", area="610902", period="2026-09"))
    assert f"/kits/ankang/{demo.id}/2026-09.zip?lang=zh&area=610902" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_comparison_that_the_data_support_is_a_sentence_to_copy(
    demo: Release, language: str
) -> None:
    found = pairs(demo)
    assert {"", "apart", "peers"} <= set(found)
    for reason in ("", "apart", "peers"):
        a, b = found[reason].a.code, found[reason].b.code
        asked = {"by": "unit", "a": a, "b": b, "from": "2025", "with": "2025"}
        app = open_page("open_data", lang=language, **asked)
        said = verdicts.said(language, cities.profile("ankang"), found[reason])
        if reason:
            assert any(said in one.value for one in app.warning)
            assert not app.success
        else:
            (copied,) = [code for code in codes(app) if code.startswith(said)]
            assert demo.id in copied
            assert f"a={a}&b={b}" in copied
            assert app.success


def pairs(release: Release) -> dict[str, Verdict]:
    """A pair of units for each verdict that the demo city has."""
    city, metric = cities.profile(release.city), registry.get("on_time_rate")
    there = [
        sides.side(city, metric.id, release, Cut("unit", unit.code, "2025")) for unit in city.units
    ]  # fmt: skip
    told = [judge(metric, a, b) for a, b in combinations(there, 2)]
    return {one.reason: one for one in told}


def test_both_sides_alike_are_no_comparison(demo: Release) -> None:
    app = open_page("open_data", by="unit", a="610902", b="610902")
    assert text("zh", "page.open_data.compare_none") in texts(app)
