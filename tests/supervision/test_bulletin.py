"""The monthly bulletin: it adds up or is not printed, and made again it is the same."""

import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import Engine, select
from starlette.testclient import TestClient

import cities
from components.locales import LANGUAGES, text
from data_access import published
from data_access.published import Release
from data_access.supervision import actions, bulletins, circular, database
from data_access.supervision.audit_tables import LOG
from data_access.supervision.bulletins import BadText, Superseded, Version
from data_access.supervision.viewer import Refused, Role, Viewer
from metrics import numerals
from metrics.measure import figure
from metrics.registry import get
from supervision.__main__ import main
from supervision.bulletin import making
from supervision.bulletin.figures import Figures
from supervision.papers import page, pdf, word
from supervision.papers.model import Heading, Paper, Table, Text, fingerprint
from tests.data_access.test_ledger import CHENGGUAN, CITY, HANBIN, fill
from tests.supervision.conftest import cookie, log_in

EDITOR = Viewer("ed", "赵", "ankang", frozenset({Role.EDITOR}))
MONTH = "2026-10"
NOW = datetime.now(UTC)
RATE = re.compile(r"(\d+(?:\.\d)?%)（([\d,]+)/([\d,]+)）")


@pytest.fixture
def cases(demo: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The demo city's release, which is shared, and a case database of the test's own."""
    monkeypatch.setenv("CASE_DATABASE_URL", f"sqlite:///{tmp_path / 'cases.sqlite'}")
    fill(database.engine())
    return database.engine()


def keep(viewer: Viewer = CITY, seen: int = 0, month: str = MONTH, **texts: str) -> Version:
    release = published.current("ankang")
    assert release is not None
    return bulletins.keep(viewer, database.engine(), month, release.id, texts, seen)


def made(version: Version, language: str = "zh", viewer: Viewer = CITY) -> Paper:
    with database.engine().connect() as connection:
        return making.paper(language, viewer, connection, version)


def words_of(paper: Paper) -> str:
    cells = [cell for table in tables(paper) for row in table.rows for cell in row]
    return "\n".join([*(one.text for one in paper.blocks if isinstance(one, Text)), *cells])


def tables(paper: Paper) -> list[Table]:
    return [block for block in paper.blocks if isinstance(block, Table)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_whole_and_every_rate_has_its_counts(cases: Engine, language: str) -> None:
    """Each rate is worked out anew from the counts beside it."""
    paper = made(keep(), language)
    counted = text(language, "bulletin.column.counts")
    rates = 0
    for table in tables(paper):
        for row in table.rows:
            shares = [cell for cell in row if re.fullmatch(r"[\d.]+%", cell)]
            if not shares:
                continue
            assert counted in table.head, table.caption
            told = row[table.head.index(counted)]
            if " / " in told:  # the weighted formula has no numerator that is a number of cases
                part, whole = (int(side.replace(",", "")) for side in told.split(" / "))
                assert shares == [numerals.percent(part / whole, whole)], row
                rates += 1
    assert rates > 40
    sections = (name for name in ("volume", "category", "area", "handling", "callbacks", "hot"))
    titles = "\n".join(block.text for block in paper.blocks if isinstance(block, Heading))
    for name in (*sections, "refused", "actions", "units", "notes"):
        assert text(language, f"bulletin.section.{name}") in titles
    assert {block.kind for block in paper.blocks} >= {"chart", "table", "text", "heading"}
    assert paper.label == text(language, "paper.label")


def test_rates_in_sentences_are_right_too(cases: Engine) -> None:
    found = RATE.findall(words_of(made(keep())))
    assert len(found) >= 6
    for said, part, whole in found:
        a, b = int(part.replace(",", "")), int(whole.replace(",", ""))
        assert said == numerals.percent(a / b, b)


def test_it_equals_what_the_release_tells(cases: Engine, demo: Release) -> None:
    told = words_of(made(keep()))
    found = Figures(demo, MONTH)
    for name in ("on_time_rate", "on_time_official", "satisfied", "answered_calls"):
        cell = published.total(demo, name, published.Scope(grain="month", period=MONTH))
        assert cell is not None
        assert cell.numerator is not None
        shown = figure(get(name), MONTH, cell.numerator, cell.denominator)
        assert found.one(name) == shown
        assert f"{cell.numerator:,} / {cell.denominator:,}" in told


def test_units_stand_in_their_groups_in_the_order_of_the_register(cases: Engine) -> None:
    paper = made(keep())
    annex = [table for table in tables(paper) if table.head[0] == "承办单位"]
    assert len(annex) >= 2
    city = cities.profile("ankang")
    order = [unit.names["zh"] for unit in city.units]
    for table in annex:
        places = [order.index(row[0]) for row in table.rows]
        assert places == sorted(places)
        groups = {city.units[place].peer_group for place in places}
        assert len(groups) == 1
    assert "不排座次" in words_of(paper)


def test_the_same_version_is_the_same_to_the_byte(cases: Engine) -> None:
    version = keep(lead="本月供暖诉求增多。")
    first = made(version)
    (action,) = actions.begin(CITY, cases, ["1"], "remind")  # after the version was made
    actions.add(HANBIN, cases, action, "reply", "办完了", seen=1)
    with cases.connect() as connection:
        again = bulletins.latest(CITY, connection, MONTH)
    assert again is not None
    second = made(again)
    assert fingerprint(first) == fingerprint(second)
    for form in (pdf.pdf, word.docx, page.html):
        assert form(first) == form(second)
    other = made(keep(seen=1, lead="别的文字。"))
    assert fingerprint(other) != fingerprint(first)
    assert "别的文字。" in words_of(other)
    assert "本月供暖诉求增多。" in words_of(first)


def test_what_was_supervised_is_in_it_and_no_case_is(cases: Engine) -> None:
    actions.begin(CITY, cases, ["3"], "supervision_order", "秘密的要求")
    actions.begin(CITY, cases, ["1"], "hand_over", "不能说的事")
    for viewer in (CITY, EDITOR):
        with cases.connect() as connection:
            newest = bulletins.latest(viewer, connection, MONTH)
        told = words_of(made(keep(viewer, newest.version if newest else 0), viewer=viewer))
        for said in (f"安热督〔{NOW.year}〕1号", "督办单1项", "等答复"):
            assert said in told
        assert not re.search("移送|秘密", told)


def test_an_action_counts_in_the_month_it_was_begun(cases: Engine) -> None:
    """And stands as it stood at the moment asked for, whatever came later."""
    (action,) = actions.begin(CITY, cases, ["1"], "remind")
    with cases.connect() as connection:
        now = datetime.now(UTC)
        month = now - timedelta(days=1), now + timedelta(days=1)
        assert [one.state for one in circular.begun(EDITOR, connection, *month, now)] == ["sent"]
        before = circular.begun(EDITOR, connection, month[0] - timedelta(days=9), month[0], now)
        assert before == []
    actions.add(HANBIN, cases, action, "reply", "办完了", seen=1)
    with cases.connect() as connection:
        later = now + timedelta(minutes=1)
        assert circular.begun(CITY, connection, *month, now)[0].state == "sent"
        assert circular.begun(CITY, connection, *month, later)[0].state == "replied"


def test_only_those_who_make_bulletins_do(cases: Engine) -> None:
    for viewer in (HANBIN, CHENGGUAN, Viewer("x", "x", "ankang", frozenset({Role.AUDITOR}))):
        with pytest.raises(Refused):
            keep(viewer)
        with pytest.raises(Refused), cases.connect() as connection:
            bulletins.versions(viewer, connection, MONTH)
        with pytest.raises(Refused), cases.connect() as connection:
            circular.begun(viewer, connection, NOW, NOW, NOW)
    assert keep(EDITOR).version == 1


def test_words_that_tell_of_somebody_are_refused(cases: Engine) -> None:
    for words in ("电话13800001234", "身份证610902199001010011", "x" * 6_001):
        with pytest.raises(BadText) as caught:
            keep(praise=words)
        assert caught.value.block == "praise"
    assert keep().version == 1  # nothing was kept before


def test_a_newer_version_is_never_overwritten(cases: Engine) -> None:
    keep(lead="甲")
    with pytest.raises(Superseded) as caught:
        keep(EDITOR, lead="乙")
    assert caught.value.now.texts["lead"] == "甲"
    assert keep(EDITOR, seen=1, lead="乙").version == 2
    with cases.connect() as connection:
        assert [one.version for one in bulletins.versions(CITY, connection, MONTH)] == [2, 1]


def test_files_are_for_makers_and_on_record(
    application: TestClient, cases: Engine, tmp_path: Path
) -> None:
    version = keep()
    asked = [f"/bulletins/{MONTH}/{version.version}/{form}" for form in ("pdf", "docx", "html")]
    for name in ("hanbin", "reviewer", "auditor"):
        got = [application.get(path, headers=cookie(log_in(name))).status_code for path in asked]
        assert got == [404] * 3, name
    assert application.get(asked[1], headers=cookie(log_in("editor"))).status_code == 200
    application.cookies.clear()
    assert [application.get(path).status_code for path in asked] == [303] * 3
    headers = cookie(log_in("city"))
    missing = (f"/bulletins/{MONTH}/9/pdf", "/bulletins/2030-01/1/pdf", asked[0] + "x")
    assert [application.get(path, headers=headers).status_code for path in missing] == [404] * 3
    shown = application.get(asked[2], headers=headers)
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert "<script" not in shown.text
    opened = pypdfium2.PdfDocument(io.BytesIO(application.get(asked[0], headers=headers).content))
    assert len(opened) > 5
    opened.close()
    with cases.connect() as connection:
        told = select(LOG.c.actor, LOG.c.did).where(LOG.c.subject == f"bulletin {MONTH}")
        rows = [tuple(row) for row in connection.execute(told)]
    assert rows.count(("oidc:editor", "downloaded")) == 1
    assert rows.count(("oidc:hanbin", "refused")) == 3


def test_a_pruned_release_is_said_so(application: TestClient, cases: Engine) -> None:
    bulletins.keep(CITY, cases, MONTH, "2020-01-01-001", {}, 0)
    answer = application.get(f"/bulletins/{MONTH}/1/pdf", headers=cookie(log_in("city")))
    assert answer.status_code == 409
    assert "2020-01-01-001" in answer.text


def test_the_command_writes_the_same_bulletin(
    cases: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["bulletin", "--month", MONTH, "--to"]
    assert main([*asked, str(tmp_path / "a")]) == 0
    first = capsys.readouterr().out
    assert "version 1, contents " in first
    assert main([*asked, str(tmp_path / "b")]) == 0
    assert capsys.readouterr().out.splitlines()[0] == first.splitlines()[0]
    made_ = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert [name.rsplit(".", 1)[1] for name in made_] == ["docx", "html", "pdf"]
    for name in made_:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert main([*asked, str(tmp_path / "c"), "--new"]) == 0
    assert "version 2" in capsys.readouterr().out
    assert main(["bulletin", "--month", "2031-01", "--to", str(tmp_path)]) == 2
