"""The map by hexagons in a browser: drawn, alone on the network, by day and night, on a phone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from components.locales import text
from components.maps.colours import STEPS
from tests import made_up_cells, small_release
from tests.browser.conftest import SHOTS, free_port, serving, uvicorn
from tests.browser.test_browser import visit
from tests.browser.test_map import coloured, webgl  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser


@pytest.fixture
def full_site(published_demo: Path, tmp_path: Path) -> Iterator[str]:
    """The demo city with as many cases by cell as a larger city would have."""
    shutil.copytree(published_demo, tmp_path / "full")
    folder = next((tmp_path / "full" / "releases" / "ankang").glob("2026*"))
    cells = made_up_cells.counted(made_up_cells.around(3))
    small_release.alter(folder, made_up_cells.planted(cells))
    port = free_port()
    with serving(uvicorn(port), port, tmp_path / "full") as url:
        yield url


@pytest.mark.parametrize(
    ("language", "width", "theme"), [("zh", 390, "dark"), ("en", 1440, "light")]
)
def test_hexagons_are_drawn_and_ask_no_other_machine(
    webgl: Browser,  # noqa: F811
    full_site: str,
    language: str,
    width: int,
    theme: str,
) -> None:
    with visit(webgl, width, theme) as seen:
        tab = seen.tab
        tab.goto(f"{full_site}/map?lang={language}")
        tab.get_by_role("combobox", name=text(language, "map.view")).click()
        tab.get_by_role("option", name=text(language, "map.view_hexagons")).click()
        canvas = tab.locator("[data-testid=stDeckGlJsonChart] canvas").first
        expect(canvas).to_be_visible()
        expect(tab.get_by_text(text(language, "map.cells_left_out"))).to_be_visible()
        tab.set_viewport_size({"width": width, "height": 2_200})  # all of it
        assert coloured(canvas, STEPS)
        tab.screenshot(path=SHOTS / f"map-hexagons-{language}.png")
        seen.check(full_site)
