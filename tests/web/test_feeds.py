"""Atom feeds, read by feedparser: valid, in words with figures, under ids that never change."""

import calendar
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree

import feedparser  # type: ignore[import-untyped] # brings no type information
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from components import words
from components.locales import text
from data_access import published
from data_access.published import Correction, Release, Scope
from metrics import numerals, registry
from metrics.measure import figures
from metrics.periods import closed
from tests import small_release
from tests.small_release import CITY
from web.feeds import atom, routes

PLACES = ("/feeds/area/610902.atom", "/feeds/unit/610902.atom")
ALL = ("/feeds/releases.atom", "/feeds/corrections.atom", "/feeds/warnings.atom", *PLACES)
SECOND = "2026-07-01-002"


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=routes.routes()), base_url="http://localhost")


def read(client: TestClient, path: str, **query: str) -> feedparser.FeedParserDict:
    """A feed that an Atom parser finds nothing wrong with."""
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    told = feedparser.parse(answer.content)
    assert not told.bozo, told.get("bozo_exception")
    assert told.version == "atom10"
    return told


@pytest.mark.parametrize("path", ALL)
@pytest.mark.parametrize(("language", "tag"), [("zh", "zh-CN"), ("en", "en")])
def test_a_feed_has_all_that_atom_asks_for(
    client: TestClient, demo: Release, path: str, language: str, tag: str
) -> None:
    told = read(client, path, lang=language)
    assert told.feed.language == tag
    assert text(language, "site.synthetic_short") in told.feed.title
    assert {link.rel for link in told.feed.links} == {"self", "alternate"}
    assert told.feed.links[0].href == f"http://localhost{path}?lang={language}"
    ids = [told.feed.id, *(entry.id for entry in told.entries)]
    assert len(ids) == len(set(ids))
    assert all(one.startswith("urn:uuid:") for one in ids)
    for entry in told.entries:
        assert entry.title
        assert entry.link.startswith("http://localhost/")
        assert entry.updated_parsed >= entry.published_parsed
        assert entry.content[0].value
    moments = [calendar.timegm(entry.updated_parsed) for entry in told.entries]
    if moments:
        assert calendar.timegm(told.feed.updated_parsed) == max(moments)


def test_ids_and_times_are_those_of_yesterday_and_of_any_address(
    client: TestClient, demo: Release
) -> None:
    other = TestClient(client.app, base_url="https://data.example.org")
    one, two = read(client, PLACES[0]), read(other, PLACES[0], lang="en")
    assert [entry.id for entry in one.entries] == [entry.id for entry in two.entries]
    assert {entry.updated for entry in one.entries} == {demo.published_at.isoformat()}
    assert two.entries[0].link.startswith("https://data.example.org/")


@pytest.mark.parametrize(("path", "by"), [(PLACES[0], "area"), (PLACES[1], "unit")])
def test_a_place_has_its_closed_periods_with_every_figure(
    client: TestClient, demo: Release, path: str, by: str
) -> None:
    told = read(client, path)
    assert 0 < len(told.entries) <= 24
    metric = registry.get("on_time_rate")
    scope = Scope(grain="quarter", **{by: "610902"})
    quarters = figures(metric, published.read(demo, metric.id, scope))
    newest = next(one for one in reversed(quarters) if closed(one.key, demo.as_of))
    entry = next(e for e in told.entries if words.period("zh", newest.key) in e.title)
    said = entry.content[0].value
    assert "汉滨区" in entry.title
    assert numerals.value(newest) in said
    assert words.counts("zh", newest, metric) in said
    assert "95% 置信区间" in said
    assert str(demo.as_of) in said
    assert "模拟数据" in said
    running = words.period("zh", f"{demo.as_of.year}-{demo.as_of.month:02}")
    assert not [e for e in told.entries if running in e.title]


def test_what_is_withheld_is_said_and_never_zero(client: TestClient, demo: Release) -> None:
    told = read(client, "/feeds/unit/610923.atom")
    said = " ".join(entry.content[0].value for entry in told.entries)
    assert text("zh", "note.few") in said
    assert "：0 件" not in said


def test_a_correction_is_told_with_its_reason(
    client: TestClient, small_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUNLINE_DATA", str(small_home))
    (entry,) = read(client, "/feeds/corrections.atom").entries
    assert SECOND in entry.title
    assert "周末算错了" in entry.content[0].value
    releases = read(client, "/feeds/releases.atom").entries
    assert [SECOND in one.title for one in releases] == [True, False]
    assert releases[0].id == entry.id


def test_a_period_is_told_by_the_release_that_closed_it_and_again_when_corrected(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUNLINE_DATA", str(tmp_path / "told"))
    first = small_release.publish(small_release.contents(as_of=date(2026, 4, 1)), checks=())
    second = small_release.publish()
    before = {e.id: e.updated for e in read(client, "/feeds/unit/u1.atom").entries}
    told = {one.id: one.published_at.isoformat() for one in published.listed(CITY)}
    assert set(before.values()) <= set(told.values())
    corrects = Correction(second.name, "又算错了")
    third = small_release.publish(small_release.contents(seed=3, corrects=corrects))
    entries = read(client, "/feeds/unit/u1.atom").entries
    told = {one.id: one.published_at.isoformat() for one in published.listed(CITY)}
    for entry in entries:
        assert entry.updated == told[third.name]
    published_first = {entry.title: entry.published for entry in entries}
    early = next(value for title, value in published_first.items() if "2025 年" in title)
    assert early == told[first.name]
    assert {entry.id for entry in entries} == before.keys()


@pytest.mark.parametrize("path", ["/feeds/unit/x.atom", "/feeds/town/1.atom", "/feeds/x.atom"])
def test_a_feed_that_is_none_is_a_problem(client: TestClient, demo: Release, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.get("/feeds/releases.atom?format=rss").status_code == 400


def test_a_reader_that_has_it_is_sent_nothing(client: TestClient, demo: Release) -> None:
    first = client.get(PLACES[0])
    again = client.get(PLACES[0], headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_no_text_is_markup() -> None:
    moment = datetime(2026, 1, 1).astimezone()
    entry = atom.Entry("k", "<b>&", ["<script>x</script>"], "http://x/", moment, moment)
    feed = atom.Feed("f", "t", "a", "n", "l", "http://x/", "http://x/", "zh-CN", moment, [entry])
    root = ElementTree.fromstring(atom.document(feed))  # noqa: S314
    assert root.findtext(f"{{{atom.ATOM}}}entry/{{{atom.ATOM}}}title") == "<b>&"
    assert b"<script>" not in atom.document(feed)
