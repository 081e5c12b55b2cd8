"""Adding a metric is one file: everything else follows from it."""

import csv
import shutil
from pathlib import Path

import pytest

import cities
from components.locales import LANGUAGES
from data_access.cases.engine import connect
from data_access.published import ALL, Scope, describe, total
from metrics import registry
from metrics.measure import figures
from pipeline.publish import publish
from tests.pages.said import folds
from tests.pages.test_pages import open_page, texts
from tools import docs

NEW = {
    'numerator   = "on_the_spot"': "numerator   = \"channel <> 'phone'\"",
    '"当场解答率"': '"网上来件占比"',
    '"Answered on the spot"': '"Share that came in online"',
}


@pytest.fixture
def definitions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of definitions with one file more."""
    folder = tmp_path / "definitions"
    shutil.copytree(registry.FOLDER, folder)
    text = (folder / "answered_on_the_spot.toml").read_text("utf-8")
    for old, new in NEW.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "came_in_online.toml").write_text(text, "utf-8")
    monkeypatch.setattr(registry, "FOLDER", folder)
    return folder


def test_a_metric_is_one_file(definitions: Path, demo_folder: Path, data: Path) -> None:
    data.mkdir()
    shutil.copy(demo_folder / "cases.sqlite", data)
    opened = connect()
    folder = publish(opened, cities.profile("ankang"), None, ())
    opened.dispose()

    metric = registry.get("came_in_online")
    assert "## `came_in_online` 网上来件占比 / Share that came in online" in docs.dictionary()

    cell = total(describe(folder), metric.id, Scope())
    assert cell is not None
    (figure,) = figures(metric, [cell])
    assert figure.denominator == 12_000
    assert figure.value == pytest.approx(0.093, abs=0.01), "as the demo deals channels out"

    with (folder / "files" / "cells" / "cells-city.csv").open(
        encoding="utf-8-sig", newline=""
    ) as lines:
        rows = [row for row in csv.DictReader(lines) if row["metric"] == metric.id]
    (row,) = [row for row in rows if row["period"] == ALL]
    assert (row["numerator"], row["denominator"]) == (str(figure.numerator), "12000")
    assert (row["name_zh"], row["name_en"]) == ("网上来件占比", "Share that came in online")
    assert row["label"] == "模拟数据 simulated data"

    for language in LANGUAGES:
        page = open_page("methods", lang=language)
        html = [element.proto.body for element in page.get("html")]
        assert metric.wording[language].name in [name for body in html for name in folds(body)]
        assert metric.numerator in texts(page)
