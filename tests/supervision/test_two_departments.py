"""Two departments' users try every page, parameter, file, message and header: each gets its own.

What must not come out is planted: numbers of cases, words of actions, and a name of a kind of
cases, all of which the city sees, so a test that could not notice them would fail.
"""

import io
import re
from datetime import UTC, date, datetime, timedelta
from itertools import product
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient
from streamlit.proto.WidgetStates_pb2 import WidgetState

import cities
from components import sitemap
from components.locales import text
from data_access.cases.frames import frame
from data_access.supervision import actions, behind, database, people, sessions
from data_access.supervision.viewer import Role, Viewer
from pipeline.internal import update
from supervision import access
from supervision.web import bulletins, exports, papers
from tests.conftest import store
from tests.supervision.conftest import ROLES, cookie, log_in
from tests.supervision.test_attacks import SPOOFED
from tests.supervision.visitor import Tab

UNITS = {"hanbin": "610902", "chengguan": "chengguan"}
OTHER = {"hanbin": "chengguan", "chengguan": "hanbin"}
CITY = Viewer("city", "周", "ankang", frozenset({Role.CITY}))
UNTIL = datetime(2026, 4, 1, tzinfo=UTC)
QUARTER = "2026-Q1"
FIELDS = ("unit", "which", "period", "part", "category")  # widgets whose value is a text


def secret(name: str, number: int) -> str:
    return f"GD-{name.upper()}-{number}"


@pytest.fixture
def planted(base: Engine) -> Engine:
    """Twelve cases of each department, overdue; one of each was reminded of; all are counted."""
    day = datetime(2026, 3, 2, tzinfo=UTC)
    names = list(product(UNITS, range(12)))
    cases = {
        "number": [secret(*name) for name in names], "unit": [UNITS[name] for name, _ in names],
        "category2": [f"KIND-{name.upper()}" for name, _ in names],
        "received_at": [day + timedelta(hours=n) for _, n in names], "due_at": [day] * len(names),
    }  # fmt: skip
    store(base, "ankang", frame(cases), until=UNTIL)
    for name in UNITS:
        actions.begin(CITY, base, [secret(name, 0)], "remind", f"WORDS-{name.upper()}")
    update(base, cities.profile("ankang"), date(2026, 4, 1))
    return base


def theirs(name: str) -> re.Pattern[str]:
    """What belongs to a department and to nobody else."""
    return re.compile(rf"(GD|KIND|WORDS)-{name.upper()}")


def answered(shown: str, query: str) -> str:
    """What a page has told, without the numbers of cases that it was asked for in the address."""
    for number in re.findall(r"GD-[A-Z]+-\d+", query):
        shown = shown.replace(number, "")
    return shown


def queries(page: str, unit: str, name: str) -> list[str]:
    """The parameters of a page, pointed at a department's cases."""
    always = ["role=city_supervisor&city=nyc"]
    if page == "case":
        return [*always, f"number={secret(name, 0)}", f"find_number={secret(name, 1)}"]
    if page == "overdue":
        lists = ("overdue", "open", "all", "none")
        return [*always, *(f"which={which}&unit={unit}&sort=received_desc" for which in lists)]
    if page == "accountability":
        periods = [f"unit={unit}&period={period}" for period in (QUARTER, "all")]
        return [*always, *periods, "unit=every&period=all", f"unit={unit}&unit=every"]
    figures = [
        f"metric=on_time_rate&period=all&where={where}&part={part}&unit={unit}"
        for where, part in product(("internal", "release"), behind.PARTS)
    ]
    return [*always, *figures, "metric=received", f"metric=received&area={unit}&period={QUARTER}"]


def test_the_city_sees_both(site: TestClient, planted: Engine) -> None:
    """So that the tests below would notice it."""
    with Tab(site, cookie(log_in("city"))) as tab:
        for name, unit in UNITS.items():
            found = theirs(name)
            assert found.search(tab.ask("overdue", f"unit={unit}"))
            assert found.search(tab.ask("case", f"number={secret(name, 0)}"))
            figure = f"metric=on_time_rate&period=all&part=rest&unit={unit}"
            assert found.search(tab.ask("behind", figure))
            assert f"unit={unit}" in tab.ask("accountability", "period=all")


@pytest.mark.parametrize("name", UNITS)
def test_no_page_or_parameter_gives_a_department_what_is_anothers(
    site: TestClient, planted: Engine, name: str
) -> None:
    other = OTHER[name]
    with Tab(site, SPOOFED | cookie(log_in(name))) as tab:
        assert theirs(name).search(tab.ask("overdue"))
        for page in sitemap.SUPERVISION:
            mine = Role.DEPARTMENT in access.READERS[page.id]
            for query in queries(page.id, UNITS[other], other) if mine else [""]:
                shown = tab.ask(page.id, query)
                assert not theirs(other).search(answered(shown, query)), (page.id, query)
                if not mine:
                    assert text("zh", "login.not_yours") in shown


def test_no_message_of_a_widget_does(site: TestClient, planted: Engine) -> None:
    """A browser may send any value for a field that it was shown, and for others by their names."""
    with Tab(site, cookie(log_in("hanbin"))) as tab, Tab(site, cookie(log_in("city"))) as chief:
        for page in ("overdue", "accountability", "behind", "case"):
            query = f"number={secret('hanbin', 0)}&metric=received&unit=610902"
            known = fields(tab.ask(page, query)) | fields(chief.ask(page, query))
            for key, value in product(FIELDS, ("chengguan", "every")):
                told = [WidgetState(id=id_, string_value=value) for id_ in known if key in id_]
                if told:
                    assert not theirs("chengguan").search(tab.ask(page, query, states=told))
            pressed = [WidgetState(id=id_, trigger_value=True) for id_ in known]
            assert not theirs("chengguan").search(tab.ask(page, query, states=pressed))


def fields(shown: str) -> set[str]:
    """The names of all widgets that a page has sent."""
    return set(re.findall(r"\$\$ID-[0-9a-f]+-[A-Za-z0-9_]+", shown))


def plain(content: bytes) -> str:
    """The text of a file, of a workbook that of its parts."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8")
    with ZipFile(io.BytesIO(content)) as parts:
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def test_no_file_does(site: TestClient, planted: Engine) -> None:
    found = {route.path for part in (papers, exports, bulletins) for route in part.routes()}
    assert found == {
        "/papers/{action:int}/{form}", "/exports/{name}/{form}",
        "/bulletins/{month}/{version:int}/{form}",
    }  # fmt: skip
    headers = SPOOFED | cookie(log_in("hanbin"))
    for name, form in product(exports.LISTS, exports.FORMS):
        for query in queries("overdue", "chengguan", "chengguan") if form == "csv" else [""]:
            got = site.get(f"/exports/{name}/{form}?{query}", headers=headers)
            assert got.status_code == 200
            assert not theirs("chengguan").search(plain(got.content))
    answers = {
        (action, form): site.get(f"/papers/{action}/{form}", headers=headers).status_code
        for action, form in product((1, 2, 3), papers.FORMS)
    }
    assert answers == {(action, form): 200 if action == 1 else 404 for action, form in answers}
    for form in ("pdf", "docx", "html"):
        assert site.get(f"/bulletins/2026-03/1/{form}", headers=headers).status_code == 404


def test_a_session_that_ends_or_changes_takes_its_cases_along(
    site: TestClient, planted: Engine
) -> None:
    """Mid-session: given another unit's role, then suspended; the cookie replayed afterwards."""
    token = log_in("hanbin")
    figure = "metric=received&period=all&part=counted&unit="
    with Tab(site, cookie(token)) as tab:
        assert theirs("hanbin").search(tab.ask("behind", f"{figure}610902"))
        with database.engine().begin() as connection:
            known = people.find(connection, "oidc:hanbin")
            assert known is not None
            people.grant(connection, known.id, ROLES["chengguan"], "test")
        assert not theirs("hanbin").search(tab.ask("behind", f"{figure}610902"))
        assert theirs("chengguan").search(tab.ask("behind", f"{figure}chengguan"))
        with database.engine().begin() as connection:
            sessions.end(connection, token)
        for page in sitemap.SUPERVISION:
            query = f"{figure}chengguan&number={secret('chengguan', 1)}"
            shown = tab.ask(page.id, query)
            assert not theirs("chengguan").search(answered(shown, query))
            assert text("zh", "login.first") in shown
    replayed = SPOOFED | cookie(token)
    with Tab(site, replayed) as tab:
        for page in sitemap.SUPERVISION:
            assert text("zh", "login.first") in tab.ask(page.id, f"{figure}chengguan")
    for path in ("/exports/overdue/csv", "/exports/ledger/xlsx", "/papers/2/pdf"):
        assert site.get(path, headers=replayed).status_code == 303
