"""Accountability: every figure shown opens the cases behind it, and they add up to it."""

import shutil
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

import cities
from components.locales import LANGUAGES, text
from data_access.published import ALL
from data_access.settings import PROJECT
from data_access.supervision import behind
from data_access.supervision.behind import COUNTED, PARTS
from data_access.supervision.database import engine
from data_access.supervision.viewer import Role, Viewer
from pipeline.internal import update
from supervision import session
from supervision.account import counted, unit_view

ANKANG, HANBIN, MONTH = cities.profile("ankang"), "610902", "2026-09"
CITY = Viewer("city", "周明", "ankang", frozenset({Role.CITY}))
UNIT = Viewer("hanbin", "王芳", "ankang", frozenset({Role.DEPARTMENT}), frozenset({HANBIN}))
AS_OF = date(2026, 11, 1)


@pytest.fixture(scope="session")
def counted_demo(published_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published demo city with its internal cells, in a folder that is copied for each test."""
    folder = tmp_path_factory.mktemp("counted") / "data"
    shutil.copytree(published_demo, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_DATA", str(folder))
        update(engine(), ANKANG, AS_OF)
        engine().dispose()
    return folder


@pytest.fixture
def city(counted_demo: Path, data: Path) -> None:
    """A copy, because looking at cases writes."""
    shutil.copytree(counted_demo, data)


def look(
    monkeypatch: pytest.MonkeyPatch, viewer: Viewer | None, page: str, **query: str
) -> AppTest:
    monkeypatch.setattr(session, "found", lambda: viewer)
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60)
    app.run()
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(f"pages/supervision/{page}.py").run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    kinds = (app.title, app.subheader, app.markdown, app.caption, app.info, app.warning, app.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


class Numbers(HTMLParser):
    """Every link to cases with the number that stands on it."""

    def __init__(self, page: AppTest) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str], int]] = []
        self.others: list[str] = []
        self._href = ""
        for element in page.get("html"):
            self.feed(element.proto.body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._href = dict(attrs).get("href") or "" if tag == "a" else ""

    def handle_endtag(self, tag: str) -> None:
        self._href = ""

    def handle_data(self, data: str) -> None:
        if self._href.startswith("/behind?"):
            query = parse_qs(urlsplit(self._href).query)
            asked = {name: values[0] for name, values in query.items()}
            self.found.append((asked, int(data.replace(",", ""))))
        elif self._href:
            self.others.append(self._href)


def opened(viewer: Viewer, query: dict[str, str]) -> list[behind.Row]:
    """Every case that an address of the page opens, page by page."""
    wanted = counted.asked(query)
    assert wanted is not None
    standing = counted.standing(viewer, wanted)
    assert standing is not None
    figure, rows = counted.figure(wanted, standing, ANKANG), []
    while True:
        told = behind.read(viewer, engine(), figure, query["part"], len(rows), 5_000)
        rows += told.rows
        if len(rows) >= told.of(query["part"]):
            assert len(rows) == told.of(query["part"])
            return rows


WALKED = (
    (CITY, {"period": "2026-Q3"}),
    (CITY, {"unit": HANBIN, "period": ALL}),
    (UNIT, {"unit": HANBIN, "period": "2026-Q3"}),
)


@pytest.mark.parametrize(("viewer", "query"), WALKED)
def test_every_figure_equals_the_count_of_the_cases_it_opens(
    city: None, monkeypatch: pytest.MonkeyPatch, viewer: Viewer, query: dict[str, str]
) -> None:
    numbers = Numbers(look(monkeypatch, viewer, "accountability", **query)).found
    assert len(numbers) > 50
    for asked, number in numbers:
        assert len(opened(viewer, asked)) == number, asked
