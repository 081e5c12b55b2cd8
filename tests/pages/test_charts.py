"""Charts as they are handed out: the same on the page and in the file, and refused in words."""

import re
import subprocess
import sys

import pytest
from streamlit.testing.v1 import AppTest

from components import exports, session, sitemap, views
from components.drawn import Refused
from components.locales import LANGUAGES, text
from components.views import Ask, View
from data_access import published
from data_access.published import Release, Scope
from data_access.settings import PROJECT
from tests import made_up_cells
from tests.pages.conftest import Spoil

HAN = re.compile(r"[\u4e00-\u9fff]")
# In the small city nothing moves beyond chance, and reasons and hexagons are too rare to be told.
MADE = {
    "moving": "UPDATE cells SET numerator = numerator * 6 WHERE metric = 'received' "
    "AND period = '2026-Q3' AND category <> 'all' "
    "AND area = 'all' AND town = 'all' AND unit = 'all'",
    "hexagons": made_up_cells.planted(made_up_cells.counted(made_up_cells.around(1))),
    "top_reasons": "UPDATE cells SET numerator = 40, withheld = NULL "
    "WHERE metric = 'not_handled_cases' AND reason_code <> 'all' AND period = '2026-Q3'",
}
NAMES = sorted(views.VIEWS)
FULL = {"units_funnel": "2025", "unit_place": "2025", "places": "2025", "map_towns": "2025",
        "moving": "2026-Q3", "top_reasons": "2026-Q3"}  # fmt: skip


def asked(name: str, language: str = "zh", **more: str) -> dict[str, str]:
    """The query of a chart in a period in which the small city has figures for it."""
    period = {"period": FULL[name]} if name in FULL else {}
    return {"lang": language, **period, **more}


def test_charts_are_known_before_any_page_is_opened() -> None:
    """A chart is registered when its module is imported, and `exports` has to do that."""
    names = [
        name
        for path in (PROJECT / "components").rglob("*.py")
        for name in re.findall(r'@views\.view\(\s*"(\w+)"', path.read_text("utf-8"))
    ]
    known = "import components.exports; from components import views; print(*views.VIEWS)"
    asked = subprocess.run(
        [sys.executable, "-c", known], cwd=PROJECT, check=True, capture_output=True, text=True
    )
    assert len(names) > 15
    assert set(names) <= set(asked.stdout.split())


@pytest.mark.parametrize("name", NAMES)
def test_every_chart_is_handed_out_in_both_languages(
    demo: Release, spoil: Spoil, name: str
) -> None:
    if name in MADE:
        spoil(MADE[name])
    rows = []
    for language in LANGUAGES:
        sheet = exports.sheet(name, asked(name, language))
        assert sheet.drawn.spec
        assert sheet.drawn.rows
        assert sheet.drawn.title
        assert "*" not in sheet.drawn.title
        assert bool(HAN.search(sheet.drawn.title)) == (language == "zh"), sheet.drawn.title
        assert sheet.release == demo.id
        assert sheet.page.startswith(sitemap.path(views.VIEWS[name].page))
        rows.append(
            [[v for v in row.values() if not isinstance(v, str)] for row in sheet.drawn.rows]
        )
    assert rows[0] == rows[1]


def test_the_rows_are_the_published_cells(demo: Release) -> None:
    scope = Scope(grain="quarter", period="2026-Q3")
    cell = published.total(demo, "time_solving", scope)
    assert cell is not None
    rows = exports.sheet("stages", {"period": "2026-Q3"}).drawn.rows
    assert rows[-1]["numerator"] == cell.numerator
    assert rows[-1]["value"] == cell.value


@pytest.mark.parametrize("page", sitemap.PAGES, ids=lambda page: page.id)
def test_the_page_shows_the_chart_of_the_file(demo: Release, page: sitemap.Page) -> None:
    """Each chart has the line below it, and each line leads to the chart above it."""
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=30)
    app.query_params["period"] = "2025"
    app.run()
    if not page.default:
        app.switch_page(page.file).run()
    lines = [one.proto.body for one in app.get("html") if "/charts/" in one.proto.body]
    charts = [one.proto for one in app.get("vega_lite_chart")]
    assert len(lines) == len(charts)
    for line, chart in zip(lines, charts, strict=True):
        found = re.search(r'/charts/(\w+)\.csv\?([^"]*)"', line)
        assert found is not None
        query = dict(part.split("=", 1) for part in found[2].split("&amp;"))
        spec = exports.sheet(found[1], query).drawn.spec
        assert spec is not None
        # Data sets are called by a digest of what is in them.
        assert set(spec["datasets"]) == {data.name for data in chart.datasets}


@pytest.mark.parametrize(
    ("name", "query", "status"),
    [
        ("nowhere", {}, 404),
        ("../../etc/passwd", {}, 404),
        ("stages", {"city": "atlantis"}, 404),
        ("stages", {"lang": "fr"}, 400),
        ("stages", {"period": "2031-Q1"}, 400),
        ("stages", {"period": "'; DROP TABLE cells; --"}, 400),
        ("unit_past", {"unit": "<script>"}, 400),
        ("unit_past", {"metric": "received"}, 400),
        ("map", {"measure": "time_solving"}, 400),
    ],
)
def test_what_there_is_not_is_refused_in_words(
    demo: Release, name: str, query: dict[str, str], status: int
) -> None:
    with pytest.raises(Refused) as refused:
        exports.sheet(name, query)
    assert refused.value.status == status
    assert HAN.search(refused.value.said)


def test_without_a_release_it_is_said(data: object) -> None:
    with pytest.raises(Refused, match=text("zh", "chart.no_release")):
        exports.sheet("stages", {})


def test_a_visitor_s_query_is_theirs_again_afterwards(demo: Release) -> None:
    with session.apart({"lang": "en"}):
        assert session.language() == "en"
        with session.apart({}):
            assert session.language() == "zh"
        assert session.language() == "en"


def test_no_two_charts_have_one_name() -> None:
    name = next(iter(views.VIEWS))
    with pytest.raises(ValueError, match=name):
        views.view(name, "overview")(lambda _: pytest.fail("never drawn"))
    assert isinstance(views.VIEWS[name], View)
    assert Ask().given("period") == published.ALL
