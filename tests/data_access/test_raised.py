"""Doubts as supervisors see and answer them: whose they are, and that all is on record."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from data_access.cases.frames import frame
from data_access.cases.kinds import CALLERS
from data_access.lookup.rating import Rating
from data_access.supervision import answering, approved, raised, ratings, reviews
from data_access.supervision.audit_tables import LOG
from data_access.supervision.reviews import BadReview
from data_access.supervision.viewer import Refused, Role, Viewer
from tests.conftest import store

CITY = Viewer("city", "周", "ankang", frozenset({Role.CITY}))
HANBIN = Viewer("hanbin", "王", "ankang", frozenset({Role.DEPARTMENT}), frozenset({"610902"}))
CHENGGUAN = Viewer("cg", "李", "ankang", frozenset({Role.DEPARTMENT}), frozenset({"chengguan"}))
ABROAD = Viewer("abroad", "x", "nyc", frozenset({Role.CITY}))
REVIEWER = Viewer("r", "陈", "ankang", frozenset({Role.REVIEWER}))
BOTH = Viewer("b", "双", "ankang", frozenset({Role.CITY, Role.REVIEWER}))
DAY, NOW = datetime(2026, 3, 2, tzinfo=UTC), datetime.now(UTC)
PLACE = ("城市管理", "市政设施", "路灯不亮")
SAID = Rating(NOW - timedelta(days=30), "yes", "no", "dissatisfied", ("slow",), "备注",
    "灯又灭了，张建国",
)  # fmt: skip


def clean(text: str, known: tuple[str, ...]) -> str:
    for value in known:
        text = text.replace(value, "〔姓名〕")
    return text


def nothing(text: str) -> list[str]:
    return []


@pytest.fixture
def cases(engine: Engine) -> Engine:
    """Closed: 1 and the report 3 of 汉滨区, 2 of 城管局; 4 is open. A doubt about 1, 2 and 3."""
    numbers = ["1", "2", "3", "4"]
    table = {
        "number": numbers, "received_at": [DAY] * 4, "closed_at": [DAY] * 3 + [None],
        "unit": ["610902", "chengguan", "610902", "610902"],
        "nature": ["complaint", "complaint", "report", "complaint"],
    } | {name: [value] * 4 for name, value in zip(("category", "category2", "category3"), PLACE,
                                                  strict=True)}  # fmt: skip
    callers = frame({"number": numbers, "name": ["张建国"] * 4}, CALLERS)
    store(engine, "ankang", frame(table), until=DAY, others=((CALLERS, callers),))
    take(engine, **dict.fromkeys(numbers[:3], SAID))
    return engine


def take(engine: Engine, **said: Rating) -> int:
    with engine.begin() as connection:
        return ratings.take(connection, "ankang", said.items())


def listed(engine: Engine, viewer: Viewer, answered: bool = False) -> list[raised.Raised]:
    with engine.connect() as connection:
        return raised.listed(viewer, connection, NOW, answered, 100)


def counts(engine: Engine, viewer: Viewer) -> tuple[int, int]:
    with engine.connect() as connection:
        found = raised.counts(viewer, connection, NOW)
    return found.open, found.answered


def log(engine: Engine) -> list[tuple[str, str, str]]:
    with engine.connect() as connection:
        query = select(LOG.c.actor, LOG.c.did, LOG.c.subject).order_by(LOG.c.id)
        return [tuple(row) for row in connection.execute(query)][1:]


def answer(engine: Engine, viewer: Viewer, text: str = "控制器坏了，已换新。") -> str:
    return answering.answer(viewer, engine, "1", text, clean, nothing)


def test_a_department_sees_and_answers_its_own_alone(cases: Engine) -> None:
    seen = {viewer.name: [one.number for one in listed(cases, viewer)]
            for viewer in (CITY, HANBIN, CHENGGUAN, ABROAD)}  # fmt: skip
    assert seen == {"city": ["1", "2", "3"], "hanbin": ["1", "3"], "cg": ["2"], "abroad": []}
    assert [counts(cases, viewer) for viewer in (CITY, HANBIN, ABROAD)] == [(3, 0), (2, 0), (0, 0)]
    for viewer in (CHENGGUAN, ABROAD):
        for deed in (
            lambda viewer=viewer: raised.one(viewer, cases, "1", NOW),
            lambda viewer=viewer: answer(cases, viewer),
            lambda viewer=viewer: answering.by_phone(viewer, cases, "1", "x"),
        ):
            with pytest.raises(Refused):
                deed()
        with cases.connect() as connection:
            assert raised.rating(viewer, connection, "1") is None
    assert [entry[1] for entry in log(cases)] == ["refused"] * 6
    with pytest.raises(Refused):
        listed(cases, REVIEWER)
    answer(cases, HANBIN)
    assert log(cases)[-1] == ("hanbin", "acted", "1")


def test_a_doubt_is_read_with_its_rating_on_record(cases: Engine) -> None:
    found, words, rating = raised.one(HANBIN, cases, "1", NOW)
    assert (found.review, found.public) == ("", True)
    assert 18 <= found.days <= 23  # of thirty days, holidays or not
    assert [(one.via, one.who, one.text) for one in words] == [("lookup", "", "灯又灭了，＊＊")]
    assert rating is not None
    assert (rating["satisfied"], rating["remark"]) == ("dissatisfied", "备注")
    assert log(cases) == [("hanbin", "saw", "1")]


def test_of_a_report_the_callers_words_are_for_the_city_alone(cases: Engine) -> None:
    _, theirs, remark = raised.one(HANBIN, cases, "3", NOW)
    _, ours, _ = raised.one(CITY, cases, "3", NOW)
    assert remark is not None
    assert (theirs[0].text, remark["remark"], ours[0].text) == ("", "", "灯又灭了，＊＊")


def test_what_was_taken_in_twice_is_there_once(cases: Engine) -> None:
    assert take(cases, **{"1": SAID}) == 0
    assert take(cases, **{"1": replace(SAID, satisfied="satisfied", remark="", doubt="")}) == 0
    _, words, rating = raised.one(CITY, cases, "1", NOW)
    assert len(words) == 1
    assert rating is not None
    assert (rating["satisfied"], rating["remark"]) == ("satisfied", "备注")


def cleared(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return [one.text for one in approved.read(connection, "ankang")]


def test_an_answer_is_redacted_and_leaves_by_a_second_persons_word(cases: Engine) -> None:
    assert answer(cases, BOTH, "张建国反映的灯已修好。") == "〔姓名〕反映的灯已修好。"
    assert (cleared(cases), counts(cases, CITY)) == ([], (3, 0))
    with cases.connect() as connection:
        (review,), _ = reviews.queue(REVIEWER, connection, "submitted", 10)
    assert reviews.one(REVIEWER, cases, review.id)[1] == "张建国反映的灯已修好。"
    with pytest.raises(BadReview, match="second"):
        reviews.move(BOTH, cases, review.id, "approve", 1, nothing)
    reviews.move(REVIEWER, cases, review.id, "approve", 1, nothing)
    assert cleared(cases) == ["〔姓名〕反映的灯已修好。"]
    assert counts(cases, CITY) == (2, 1)
    assert [one.number for one in listed(cases, HANBIN, answered=True)] == ["1"]
    answer(cases, HANBIN, "控制器也换了。")  # a new one is not public before it is approved
    assert (cleared(cases), counts(cases, CITY)) == ([], (3, 0))


def test_asked_again_a_doubt_is_open_again(cases: Engine) -> None:
    answer(cases, HANBIN)
    with cases.connect() as connection:
        (review,), _ = reviews.queue(REVIEWER, connection, "submitted", 10)
    reviews.move(REVIEWER, cases, review.id, "approve", 1, nothing)
    answering.by_phone(CITY, cases, "1", "还是不亮")
    (again,) = [one for one in listed(cases, CITY) if one.number == "1"]
    assert (again.review, again.answered_at) == ("approved", None)


def test_what_cannot_be_published_is_told_to_the_caller(cases: Engine) -> None:
    with pytest.raises(BadReview, match="private"):
        answering.answer(CITY, cases, "3", "x", clean, nothing)
    with pytest.raises(BadReview, match="public"):
        answering.alone(CITY, cases, "1", "x")
    answering.alone(CITY, cases, "3", "已打电话说明。")
    assert counts(cases, CITY) == (2, 1)
    assert cleared(cases) == []


def test_an_answer_that_was_withdrawn_is_not_handed_in_again(cases: Engine) -> None:
    answer(cases, HANBIN)
    with cases.connect() as connection:
        (review,), _ = reviews.queue(REVIEWER, connection, "submitted", 10)
    reviews.move(REVIEWER, cases, review.id, "withdraw", 1, nothing, words="my case")
    with pytest.raises(BadReview, match="private"):
        answer(cases, HANBIN)
    answering.alone(HANBIN, cases, "1", "已打电话说明。")
    assert counts(cases, HANBIN) == (1, 1)


@pytest.mark.parametrize(
    ("number", "text", "why"), [("4", "x", "open"), ("1", " ", "empty"), ("1", "x" * 2_001, "long")]
)
def test_a_doubt_by_phone_needs_a_closed_case_and_words(
    cases: Engine, number: str, text: str, why: str
) -> None:
    with pytest.raises(BadReview, match=why):
        answering.by_phone(CITY, cases, number, text)


def test_what_looks_doubtful_is_not_handed_in(cases: Engine) -> None:
    with pytest.raises(BadReview, match="digits"):
        answer(cases, HANBIN, "请打 139 1234 5678。")
    with pytest.raises(BadReview, match="personal"):
        answering.answer(HANBIN, cases, "1", "x", clean, lambda text: ["personal"])
    assert log(cases) == []
