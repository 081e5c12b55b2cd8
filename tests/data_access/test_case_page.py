"""The case page: what is masked, who may unmask it, and what the audit log knows of it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from data_access.cases.frames import frame
from data_access.cases.kinds import CALLBACKS, CALLERS, EVENTS, TEXTS
from data_access.supervision import case_page, masking
from data_access.supervision.audit_tables import LOG
from data_access.supervision.case_page import NoReason
from data_access.supervision.viewer import Refused, Role, Viewer
from tests.conftest import store

CITY = Viewer("city", "", "ankang", frozenset({Role.CITY}))
HANBIN = Viewer("hanbin", "", "ankang", frozenset({Role.DEPARTMENT}), frozenset({"610902"}))
OTHERS = [
    Viewer("cg", "", "ankang", frozenset({Role.DEPARTMENT}), frozenset({"chengguan"})),
    Viewer("auditor", "", "ankang", frozenset({Role.AUDITOR})),
    Viewer("reviewer", "", "ankang", frozenset({Role.REVIEWER}), frozenset({"610902"})),
    Viewer("abroad", "", "nyc", frozenset({Role.CITY})),
]
DAY = datetime(2026, 3, 2, tzinfo=UTC)
CALLER = {
    "name": "张建国", "phone": "13800001234", "id_number": "610902190001010002",
    "plate": "陕G00000", "address": "汉滨区老城街道一号院",
}  # fmt: skip
COMPLAINT = "张建国（13800001234）反映汉滨区老城街道一号院停水，也可打 0915-0000123，车牌陕G00000。"


@pytest.fixture
def case(engine: Engine) -> Engine:
    """A complaint, 1, and a report, 2, of 汉滨区, both by the same caller."""
    numbers = ["1", "2"]
    cases = {
        "number": numbers, "received_at": [DAY] * 2, "unit": ["610902"] * 2, "due_at": [DAY] * 2,
        "nature": ["complaint", "report"],
    }  # fmt: skip
    texts = {"number": numbers, "complaint": [COMPLAINT] * 2, "handling": ["电话联系张建国"] * 2}
    others = (
        (TEXTS, frame(texts, TEXTS)),
        (CALLERS, frame({"number": numbers} | {k: [v] * 2 for k, v in CALLER.items()}, CALLERS)),
        (EVENTS, frame({"number": ["1"], "kind": ["extension"], "at": [DAY]}, EVENTS)),
        (CALLBACKS, frame(
            {"number": ["1"], "asked_at": [DAY], "satisfaction": ["satisfied"]}, CALLBACKS)),
    )  # fmt: skip
    store(engine, "ankang", frame(cases), until=DAY, others=others)
    return engine


def log(engine: Engine) -> list[tuple[str, str, str]]:
    with engine.connect() as connection:
        query = select(LOG.c.actor, LOG.c.did, LOG.c.subject).order_by(LOG.c.id)
        return [tuple(row) for row in connection.execute(query)]


@pytest.mark.parametrize("viewer", [CITY, HANBIN], ids=lambda viewer: viewer.name)
def test_a_case_comes_out_whole_and_masked(case: Engine, viewer: Viewer) -> None:
    found = case_page.read(viewer, case, "1")
    assert (len(found.events), len(found.callbacks), len(found.assignments)) == (1, 1, 0)
    assert found.callbacks[0]["satisfaction"] == "satisfied"
    assert found.colour == "yellow"
    assert found.caller is not None
    assert found.caller["name"] == "张＊＊"
    assert found.caller["phone"] == "138＊＊"
    shown = f"{found.texts}{found.caller}"
    assert "停水" in shown
    for value in (*CALLER.values(), "0915-0000123"):
        assert value not in shown
    assert log(case) == [(viewer.name, "saw", "1")]


def test_a_reason_unmasks_and_is_kept(case: Engine) -> None:
    with pytest.raises(NoReason):
        case_page.unmask(CITY, case, "1", "  看看  ")
    assert log(case) == []
    found = case_page.unmask(HANBIN, case, "1", "核实地址后上门处理")
    assert found.caller == CALLER
    assert found.texts[0]["complaint"] == COMPLAINT
    with case.connect() as connection:
        row = connection.execute(select(LOG)).one()
    assert (row.did, row.subject, row.actor) == ("unmasked", "1", "hanbin")
    assert "核实地址后上门处理" in row.detail


def test_who_reported_is_never_told_to_the_unit(case: Engine) -> None:
    assert not case_page.read(HANBIN, case, "2").may_unmask
    with pytest.raises(Refused):
        case_page.unmask(HANBIN, case, "2", "想知道是谁举报的")
    assert log(case)[-1] == ("hanbin", "refused", "2")
    assert case_page.unmask(CITY, case, "2", "核实举报内容").caller == CALLER


@pytest.mark.parametrize("viewer", OTHERS, ids=lambda viewer: viewer.name)
def test_others_get_no_case_and_are_recorded(case: Engine, viewer: Viewer) -> None:
    for number in ("1", "no such"):
        with pytest.raises(Refused):
            case_page.read(viewer, case, number)
        with pytest.raises(Refused):
            case_page.unmask(viewer, case, number, "我想看看这一件")
    assert {entry[:2] for entry in log(case)} == {(viewer.name, "refused")}
    assert len(log(case)) == 4


@given(
    before=st.text(max_size=20), after=st.text(max_size=20),
    known=st.lists(st.text(min_size=2, max_size=12), min_size=1, max_size=4),
)  # fmt: skip
def test_a_known_value_never_stays_in_a_text(before: str, after: str, known: list[str]) -> None:
    masked = masking.text(before + max(known, key=len) + after, known)
    assert masking.MARK in masked
    longest = max(known, key=len)
    assert longest not in masked or longest in masking.MARK * 9
