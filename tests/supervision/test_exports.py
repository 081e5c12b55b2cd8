"""Lists as files: disarmed, marked with who and when, on record, and nobody else's rows."""

import io
from datetime import UTC, datetime

import openpyxl
import pandas as pd
import pytest
from sqlalchemy import Engine, select
from starlette.testclient import TestClient

from components.locales import text
from data_access.cases.frames import frame
from data_access.supervision import actions, taken
from data_access.supervision.audit_tables import LOG
from data_access.supervision.overdue import Question
from data_access.supervision.viewer import Refused
from supervision import exports
from tests.conftest import store
from tests.data_access.test_ledger import AUDITOR, CITY, HANBIN, fill
from tests.supervision.conftest import cookie, log_in

FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def cases(base: Engine) -> Engine:
    """Three overdue cases; the kind of one is a formula, and so are words about it."""
    fill(base)
    day = datetime(2026, 3, 2, tzinfo=UTC)
    case = {
        "number": ["4"], "unit": ["chengguan"], "category2": [FORMULA], "received_at": [day],
        "due_at": [day],
    }  # fmt: skip
    store(base, "ankang", frame(case), until=datetime(2026, 4, 1, tzinfo=UTC))
    actions.begin(CITY, base, ["4"], "remind", "@SUM(A1)")
    return base


def numbers(content: bytes) -> list[str]:
    told = pd.read_csv(io.BytesIO(content), dtype=str, encoding="utf-8-sig", keep_default_na=False)
    return sorted(told[text("zh", "overdue.column.number")])


def test_the_list_holds_the_viewers_cases_and_no_others(site: TestClient, cases: Engine) -> None:
    expected = {"city": ["1", "2", "3", "4"], "hanbin": ["1", "3"], "chengguan": ["2", "4"]}
    for name, theirs in expected.items():
        headers = cookie(log_in(name))
        for query in ("", "?unit=610902&unit=chengguan", "?which=nonsense&colour=x&days=-3"):
            got = site.get(f"/exports/overdue/csv{query}", headers=headers).content
            assert set(numbers(got)) <= set(theirs)
        assert numbers(site.get("/exports/overdue/csv", headers=headers).content) == theirs
    for name in ("reviewer", "editor", "auditor"):
        headers = cookie(log_in(name))
        for path in ("overdue/csv", "overdue/xlsx", "ledger/csv", "ledger/xlsx"):
            assert site.get(f"/exports/{path}", headers=headers).status_code == 404
    assert site.get("/exports/overdue/csv").status_code == 303


def test_the_address_narrows_it_as_on_the_page(site: TestClient, cases: Engine) -> None:
    headers = cookie(log_in("city"))
    asked = "/exports/overdue/csv?unit=610902&sort=deadline_desc&lang=zh"
    assert numbers(site.get(asked, headers=headers).content) == ["1", "3"]
    none = site.get("/exports/overdue/csv?colour=blue", headers=headers)
    assert none.status_code == 200
    assert numbers(none.content) == []
    assert text("zh", "export.who") in none.content.decode()
    unknown = ("/exports/overdue/pdf", "/exports/people/csv")
    assert [site.get(path, headers=headers).status_code for path in unknown] == [404] * 2


def test_formulas_are_disarmed_and_rows_marked(cases: Engine) -> None:
    made = exports.overdue_list(CITY, cases, "zh", "csv", {})
    told = pd.read_csv(io.BytesIO(exports.csv(made)), dtype=str, encoding="utf-8-sig")
    assert f"'{FORMULA}" in set(told[text("zh", "export.category2")])
    assert set(told[text("zh", "export.who")]) == {CITY.shown}
    assert set(told[text("zh", "export.data")]) == {"模拟数据"}
    assert all(told[text("zh", "export.when")].str.match(r"\d{4}-\d\d-\d\d \d\d:\d\d"))
    late = told.set_index(text("zh", "overdue.column.number"))[text("zh", "export.overdue_by")]
    assert late["1"] == "22"


def test_the_workbook_opens_and_says_what_it_is(cases: Engine) -> None:
    made = exports.ledger(CITY, cases, "zh", "xlsx", {})
    opened = openpyxl.load_workbook(io.BytesIO(exports.xlsx(made)))
    assert opened.sheetnames == [text("zh", "export.ledger"), text("zh", "export.about")]
    rows = [[cell.value for cell in row] for row in opened.worksheets[0].iter_rows()]
    assert "'@SUM(A1)" in rows[1]
    assert not [cell for row in opened.worksheets[0].iter_rows() for cell in row
                if cell.data_type == "f"]  # fmt: skip
    about = [[cell.value for cell in row] for row in opened.worksheets[1].iter_rows()]
    assert [text("zh", "export.who"), CITY.shown] in about
    assert [text("zh", "export.data"), "模拟数据"] in about


def test_what_is_kept_from_the_unit_is_not_in_its_ledger(cases: Engine) -> None:
    actions.begin(CITY, cases, ["1"], "hand_over", "移送的内容")
    mine, theirs = (exports.ledger(who, cases, "zh", "csv", {}) for who in (CITY, HANBIN))
    assert "移送的内容" in exports.csv(mine).decode()
    assert len(theirs.frame) == 0


def test_it_is_on_record_before_it_is_made(cases: Engine) -> None:
    exports.overdue_list(HANBIN, cases, "zh", "xlsx", {"unit": "610902"})
    with pytest.raises(Refused):
        exports.ledger(AUDITOR, cases, "zh", "csv", {})
    with cases.connect() as connection:
        told = connection.execute(select(LOG.c.actor, LOG.c.did, LOG.c.subject, LOG.c.detail))
        rows = [tuple(row) for row in told]
    downloaded = [row for row in rows if row[1] == "downloaded"]
    assert [row[:3] for row in downloaded] == [("hanbin", "downloaded", "overdue")]
    assert '"unit": "610902"' in downloaded[0][3]
    assert '"form": "xlsx"' in downloaded[0][3]
    assert ("auditor", "refused", "ledger") in [row[:3] for row in rows]


def test_a_long_list_is_read_in_pieces_and_ends_openly(
    cases: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taken, "AT_ONCE", 1)
    found = taken.cases(CITY, cases, Question(), "csv")
    assert sorted(row.number for row in found.rows) == ["1", "2", "3", "4"]
    assert not found.more
    assert set(found.latest) == {"4"}
    monkeypatch.setattr(taken, "MOST", 2)
    made = exports.overdue_list(CITY, cases, "zh", "csv", {})
    assert len(made.frame) == 2
    assert made.about[text("zh", "export.more")] == text("zh", "export.first", n=2)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_was_asked_for_is_told_in_words(cases: Engine, language: str) -> None:
    asked = {"unit": "610902", "extensions": "2"}
    told = exports.overdue_list(CITY, cases, language, "csv", asked).about
    said = told[text(language, "export.asked")]
    assert said.endswith(
        f"{text(language, 'overdue.filter.unit')}: {'汉滨区' if language == 'zh' else 'Hanbin'}; "
        f"{text(language, 'overdue.filter.extensions')}: "
        f"{text(language, 'overdue.least.extensions', n=2)}"
    )
