"""Accountability: every figure shown opens the cases behind it, and they add up to it."""

import re
import shutil
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

import cities
from cities import midnight
from components.locales import LANGUAGES, text
from data_access import published
from data_access.cases.frames import frame
from data_access.cases.kinds import CASES, EVENTS
from data_access.published import ALL, Correction, Release, Scope
from data_access.settings import PROJECT
from data_access.supervision import behind, figures
from data_access.supervision.audit import Did
from data_access.supervision.audit_tables import LOG
from data_access.supervision.behind import COUNTED
from data_access.supervision.database import engine
from data_access.supervision.viewer import Refused, Role, Viewer
from metrics import registry
from pipeline.internal import update
from supervision import session
from supervision.account import counted
from tests import made_up_doubts
from tests.conftest import store
from tests.pipeline.test_doubt_facts import replayed

ANKANG, HANBIN = cities.profile("ankang"), "610902"
CITY = Viewer("city", "周明", "ankang", frozenset({Role.CITY}))
UNIT = Viewer("hanbin", "王芳", "ankang", frozenset({Role.DEPARTMENT}), frozenset({HANBIN}))
NOBODY = (
    Viewer("none", "", "ankang"),
    Viewer("unitless", "", "ankang", frozenset({Role.DEPARTMENT})),
    Viewer("empty", "", "ankang", frozenset({Role.DEPARTMENT}), frozenset({""})),
    Viewer("auditor", "", "ankang", frozenset({Role.AUDITOR, Role.EDITOR, Role.REVIEWER})),
)
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


def opened(viewer: Viewer, asked: dict[str, str]) -> behind.Behind:
    """What an address of the page opens, the whole part on one page."""
    wanted = counted.asked(asked)
    assert wanted is not None
    standing = counted.standing(viewer, wanted)
    assert standing is not None
    figure = counted.figure(wanted, standing, ANKANG)
    return behind.read(viewer, engine(), figure, asked["part"], most=50_000)


@pytest.mark.parametrize(
    ("viewer", "query"),
    [
        (CITY, {"period": "2026-Q3"}),
        (CITY, {"unit": HANBIN, "period": ALL}),
        (UNIT, {"unit": HANBIN, "period": "2026-Q3"}),
    ],
)
def test_every_figure_equals_the_count_of_the_cases_it_opens(
    city: None, monkeypatch: pytest.MonkeyPatch, viewer: Viewer, query: dict[str, str]
) -> None:
    """Of a share, what is counted and the rest are opened together, and each is as many."""
    page = look(monkeypatch, viewer, "accountability", **query)
    numbers = Numbers(page).found
    figures: dict[tuple[tuple[str, str], ...], dict[str, int]] = {}
    for asked, number in numbers:
        of = tuple(sorted((name, value) for name, value in asked.items() if name != "part"))
        figures.setdefault(of, {})[asked["part"]] = number
    assert len(figures) > 30
    assert {"internal", "release"} >= {dict(of)["where"] for of in figures}
    for of, parts in figures.items():
        part = list(parts)[-1]
        found = opened(viewer, dict(of) | {"part": part})
        assert {part: found.of(part) for part in parts} == parts, of
        assert len(found.rows) == parts[part], of


def test_a_case_in_another_category_is_among_the_checks_and_opened(
    city: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the unit with most of them: by the hotline's events, counted here one by one."""
    start, end = (datetime(2026, month, 1, tzinfo=ANKANG.zone) for month in (7, 10))
    event, case = EVENTS.table.c, CASES.table.c
    query = select(case.unit, case.number).join_from(CASES.table, EVENTS.table)
    query = query.where(event.kind == "recategorised", case.received_at >= start,
                        case.received_at < end, case.dispatched_at.is_not(None))  # fmt: skip
    with engine().connect() as connection:
        changed = connection.execute(query).all()
    unit, most = Counter(row.unit for row in changed).most_common(1)[0]
    page = look(monkeypatch, CITY, "accountability", unit=unit, period="2026-Q3")
    mine = [(asked, number) for asked, number in Numbers(page).found
            if asked["metric"] == "recategorised" and asked.get("unit") == unit]  # fmt: skip
    ((asked, number),) = [one for one in mine if one[0]["part"] == COUNTED]
    assert number == most > 1
    found = {row.number for row in opened(CITY, asked).rows}
    assert found == {row.number for row in changed if row.unit == unit}


def test_the_numbers_of_a_share_add_up(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    page = look(monkeypatch, CITY, "accountability", unit=HANBIN, period="2026-Q3", lang="en")
    shown = " ".join(element.proto.body for element in page.get("html"))
    sums = re.findall(r">([\d,]+)</a> \+ <a [^>]*>([\d,]+)</a> = ([\d,]+)", shown)
    assert len(sums) > 20
    for parts in sums:
        n, rest, whole = (int(part.replace(",", "")) for part in parts)
        assert n + rest == whole


@pytest.mark.parametrize(("viewer", "unit"), [(CITY, "every"), (CITY, HANBIN), (UNIT, HANBIN)])
def test_doubts_without_an_answer_are_counted_by_unit_and_opened(
    city: None, monkeypatch: pytest.MonkeyPatch, viewer: Viewer, unit: str
) -> None:
    until = midnight(AS_OF, ANKANG)
    made_up_doubts.raise_some(engine(), "ankang", until, most=600)
    update(engine(), ANKANG, AS_OF)
    page = look(monkeypatch, viewer, "accountability", unit=unit, period="2026-Q3", lang="en")
    numbers = [(asked, n) for asked, n in Numbers(page).found if "doubts" in asked["metric"]]
    names = {asked["metric"] for asked, _ in numbers}
    shared = {"doubts_open"} if unit == "every" else {"doubts_open", "doubts_unanswered"}
    assert names == shared
    waiting = Counter(
        number
        for number, said in made_up_doubts.all_said(engine(), "ankang").items()
        for row in replayed(said, until)
        if row.answered_at is None
    )
    for asked, number in numbers:
        found = opened(viewer, asked)
        assert found.of(asked["part"]) == number == len(found.rows), asked
        if asked["metric"] == "doubts_open":
            assert number
            assert {row.number for row in found.rows} <= waiting.keys()
    if unit == "every":
        assert sum(n for _, n in numbers) == waiting.total()
    asked, number = numbers[0]
    listed = look(monkeypatch, viewer, "behind", **asked)
    cases = opened(viewer, asked).cases
    assert text("en", "behind.doubts", n=number, cases=cases) in said(listed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_cases_are_listed_page_by_page(
    city: None, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    asked = {"metric": "received", "period": "2026", "unit": HANBIN, "lang": language}
    page = look(monkeypatch, UNIT, "behind", **asked)
    column = text(language, "overdue.column.number")
    first = [str(value).split("number=")[1] for value in page.dataframe[0].value[column]]
    whole = opened(UNIT, asked | {"part": COUNTED})
    assert first == [row.number for row in whole.rows[: behind.PAGE]]
    assert len(whole.rows) > behind.PAGE
    page.button(key="to_next").click().run()
    after = [str(value).split("number=")[1] for value in page.dataframe[0].value[column]]
    assert after == [row.number for row in whole.rows[behind.PAGE : 2 * behind.PAGE]]
    assert text(language, "site.synthetic") in said(page)


def test_a_callback_is_counted_and_its_case_opened(city: None) -> None:
    asked = {"metric": "not_dissatisfied", "period": "2026", "part": "rest"}
    found = opened(CITY, asked)
    assert found.rest == len(found.rows) >= found.cases > 0
    numbers = {row.number for row in found.rows}
    assert len(numbers) == found.cases


def test_a_time_lists_the_longest_first(city: None) -> None:
    found = opened(CITY, {"metric": "time_solving", "period": "2026-Q3", "part": COUNTED})
    seconds = [row.seconds for row in found.rows]
    assert len(seconds) > 50
    assert seconds == sorted(seconds, key=lambda one: -(one or 0))
    assert all(
        row.closed_at is not None
        and int((row.closed_at - row.received_at).total_seconds()) == row.seconds
        for row in found.rows
    )


def test_what_is_no_figure_opens_nothing(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for asked in (
        {}, {"metric": "x"}, {"metric": "received", "period": "2026-13"},
        {"metric": "answered_calls"}, {"metric": "score"}, {"metric": "quality_repaired"},
    ):  # fmt: skip
        page = look(monkeypatch, CITY, "behind", **asked)
        assert text("zh", "behind.which") in said(page)
    odd = {"unit": "' OR 1=1 --", "part": "x", "skip": "-3", "where": "x"}
    page = look(monkeypatch, CITY, "behind", metric="received", **odd)
    assert text("zh", "overdue.nothing") in said(page)


@pytest.mark.parametrize("where", ["internal", "release"])
def test_a_department_opens_its_own_alone(
    city: None, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    page = look(monkeypatch, UNIT, "accountability", unit="chengguan", period="2026-Q3")
    links = Numbers(page)
    assert links.found
    assert {asked["unit"] for asked, _ in links.found} == {HANBIN}
    assert page.selectbox(key="unit").options == ["汉滨区"]
    for unit in ({"unit": "chengguan"}, {"unit": "none"}, {}, {"area": HANBIN}):
        asked = {"metric": "on_time_rate", "period": "2026-Q3", "where": where, **unit}
        refused = look(monkeypatch, UNIT, "behind", **asked)
        assert text("zh", "behind.not_yours") in said(refused)
        assert not refused.dataframe


def test_data_access_decides(city: None) -> None:
    metric = registry.get("received")
    wanted = counted.Asked(metric, Scope("quarter", "2026-Q3", "chengguan"))
    standing = counted.standing(CITY, wanted)
    assert standing is not None
    figure = counted.figure(wanted, standing, ANKANG)
    found = figures.current(CITY)
    assert found is not None
    for viewer in (UNIT, *NOBODY):
        with pytest.raises(Refused):
            behind.read(viewer, engine(), figure, COUNTED)
        with pytest.raises(Refused):
            figures.of_unit(viewer, found, "chengguan")
        with pytest.raises(Refused):
            figures.one(viewer, found, "received", wanted.scope)
    for viewer in NOBODY:
        with pytest.raises(Refused):
            figures.current(viewer)
        with pytest.raises(Refused):
            figures.of_city(viewer, found)
        with pytest.raises(Refused):
            figures.of_peers(viewer, found, {HANBIN}, "2026")
        assert figures.of_units(viewer, found, {"2026"}) == []
    assert {one.unit for one in figures.of_units(UNIT, found, {"2026"})} == {HANBIN}
    few = figures.of_peers(UNIT, found, {"chengguan", "gongan"}, "2026")
    assert few == {}, "of two peers one could be told"
    elsewhere = Viewer("x", "x", "nyc", frozenset({Role.CITY}))
    with pytest.raises(Refused):
        figures.of_city(elsewhere, found)


def test_looking_is_on_record_and_so_is_a_refusal(city: None) -> None:
    asked = {"metric": "received", "period": "2026-Q3", "unit": HANBIN, "part": COUNTED}
    opened(UNIT, asked)
    with pytest.raises(Refused):
        opened(UNIT, asked | {"unit": "chengguan", "where": "release"})
    with engine().connect() as connection:
        rows = connection.execute(select(LOG.c.did, LOG.c.subject, LOG.c.detail)).all()
    (seen, refused) = rows[-2:]
    assert (seen.did, refused.did) == (Did.SAW, Did.REFUSED)
    assert seen.subject == refused.subject == "behind received"
    assert HANBIN in seen.detail
    assert "chengguan" in refused.detail


def test_late_data_are_named_and_what_was_published_stays(
    city: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"metric": "on_time_rate", "period": "2026-Q3", "unit": HANBIN, "where": "release"}
    before = opened(CITY, asked | {"part": "rest"})
    at = datetime(2026, 8, 3, tzinfo=UTC)
    late = {"number": ["LATE"], "unit": [HANBIN], "received_at": [at],
            "due_at": [at + timedelta(days=5)]}  # fmt: skip
    store(engine(), "ankang", frame(late), until=datetime(2026, 11, 1, tzinfo=UTC))
    now = opened(CITY, asked | {"part": "rest"})
    assert (now.counted, now.rest, now.late) == (before.counted, before.rest + 1, 1)
    assert [row.number for row in now.rows if row.late] == ["LATE"]
    page = look(monkeypatch, CITY, "behind", **asked, part="rest")
    was, now_ = (f"{one.counted} + {one.rest}" for one in (before, now))
    assert text("zh", "behind.booked", was=was, now=now_, late=1) in said(page)
    inside = look(monkeypatch, CITY, "behind", **asked | {"where": "internal"})
    assert text("zh", "behind.moved", was=was, now=now_, late=0) in said(inside)
    calm = look(monkeypatch, CITY, "behind", **asked | {"unit": "chengguan"})
    assert not [one for one in calm.warning if "现在的记录" in str(one.value)]


def test_a_booked_figure_was_counted_by_the_first_release_that_told_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def release(number: int, month: int, corrects: Correction | None = None) -> Release:
        day = date(2026, month, 1)
        at = datetime(2026, month, 2, tzinfo=UTC)
        return Release("ankang", str(number), number, Path(), day, at, True, 1, corrects)

    made = [release(1, 7), release(2, 8), release(3, 9), release(4, 10)]
    monkeypatch.setattr(published, "listed", lambda city: made)
    assert counted.counted_at(made[3], "2026-07") == made[1].published_at
    assert counted.counted_at(made[3], "2026-09") == made[3].published_at
    assert counted.counted_at(made[3], ALL) == made[3].published_at
    made[2] = release(3, 9, Correction("2", "late"))
    assert counted.counted_at(made[3], "2026-07") == made[2].published_at


def test_without_internal_cells_it_says_what_to_do(
    demo_folder: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data.mkdir(parents=True)
    shutil.copy(demo_folder / "cases.sqlite", data / "cases.sqlite")
    for page in ("accountability", "behind"):
        asked = {"metric": "received"} if page == "behind" else {}
        assert text("zh", "account.none") in said(look(monkeypatch, CITY, page, **asked))
