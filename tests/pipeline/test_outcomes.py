"""Texts get into a release by two people's word and by no other way, and leave it again."""

import hashlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.exc import DBAPIError

import cities
from data_access.cases.engine import connect
from data_access.cases.private import Caller
from data_access.settings import DATABASE
from data_access.supervision import answering, picks, reviews
from data_access.supervision.approved import APPROVED, SUBMITTED
from data_access.supervision.review_tables import (
    EXPLANATION,
    OUTCOME,
    REVIEW_ENTRIES,
    REVIEWS,
)
from data_access.supervision.reviews import BadReview, Outdated
from data_access.supervision.viewer import Refused, Role, Viewer
from pipeline import callers, outcomes, publish, questions, release
from pipeline.__main__ import main
from pipeline.demo import outcomes as made_up
from pipeline.doubtful import doubtful
from pipeline.drafting import draft
from pipeline.ingest import ingest
from pipeline.verify import verify

ANKANG = cities.profile("ankang")
CITY = Viewer("c", "City", "ankang", frozenset({Role.CITY}))
EDITOR = Viewer("e", "Editor", "ankang", frozenset({Role.EDITOR}))
REVIEWER = Viewer("r", "Reviewer", "ankang", frozenset({Role.REVIEWER}))
BOTH = Viewer("b", "Both", "ankang", frozenset({Role.REVIEWER, Role.EDITOR}))


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up city with some drafts in the queue."""
    folder = tmp_path_factory.mktemp("drafted")
    opened = connect(f"sqlite:///{folder / 'cases.sqlite'}")
    ingest(opened, "demo", None, ANKANG, cases=3_000, seed=3)
    assert draft(opened, ANKANG, 60) == 60
    opened.dispose()
    return folder


@pytest.fixture
def base(drafted: Path, data: Path, few_tables: None) -> Iterator[Engine]:
    """A copy of it, in the data folder."""
    data.mkdir(parents=True)
    with sqlite3.connect(drafted / "cases.sqlite") as old:
        old.execute("VACUUM INTO ?", [str(data / "cases.sqlite")])
    old.close()
    opened = connect()
    yield opened
    opened.dispose()


def waiting(base: Engine, state: str = reviews.DRAFTED) -> list[reviews.Text]:
    with base.connect() as connection:
        return reviews.queue(REVIEWER, connection, state, 100)[0]


def clear(base: Engine, one: reviews.Text) -> None:
    reviews.move(EDITOR, base, one.id, "submit", one.version, doubtful, one.text)
    reviews.move(REVIEWER, base, one.id, "approve", one.version + 1, doubtful)


def released(folder: Path, table: str = "outcomes") -> list[tuple[str, ...]]:
    with duckdb.connect(folder / DATABASE, read_only=True) as database:
        return database.table(table).fetchall()


def published(base: Engine) -> Path:
    return publish.publish(base, ANKANG, None, callers.values(base, "ankang"))


def test_drafts_hold_nothing_of_their_caller_and_the_riskiest_come_first(base: Engine) -> None:
    found = waiting(base)
    assert len(found) == 60
    assert [one.risk for one in found] == sorted((one.risk for one in found), reverse=True)
    assert found[0].risk > 0
    with base.connect() as connection:
        told = connection.execute(select(Caller.name, Caller.phone, Caller.id_number)).all()
    values = [value for row in told for value in row if value]
    assert not [value for one in found for value in values if value in one.text]
    assert all(one.doubts == () for one in found)


def test_two_people_clear_a_text_and_it_is_published_and_taken_back(base: Engine) -> None:
    chosen = waiting(base)[:12]
    for one in chosen:
        clear(base, one)
    folder = published(base)
    rows = released(folder)
    assert rows
    assert {row[-1] for row in rows} <= {one.text for one in chosen}
    assert verify(folder) == []
    numbers = {one.number for one in chosen}
    assert not numbers & {value for row in rows for value in row}
    gone = next(one for one in chosen if one.text in {row[-1] for row in rows})
    reviews.move(EDITOR, base, gone.id, "withdraw", gone.version + 2, doubtful, words="my case")
    again = released(published(base))
    assert len(again) == len(rows) - 1
    assert not {row[0] for row in rows} & {row[0] for row in again}


def test_an_editor_chooses_typical_cases_among_approved_ones(base: Engine) -> None:
    chosen = waiting(base)[:12]
    with pytest.raises(BadReview, match="state"):
        picks.pick(EDITOR, base, chosen[0].id, chosen=True)
    for one in chosen:
        clear(base, one)
        picks.pick(EDITOR, base, one.id, chosen=True)
    with pytest.raises(Refused):
        picks.pick(REVIEWER, base, chosen[0].id, chosen=False)
    with pytest.raises(BadReview, match="state"):
        picks.pick(EDITOR, base, chosen[0].id, chosen=True)
    assert told_typical(base) == {"yes"}
    for one in chosen:
        picks.pick(EDITOR, base, one.id, chosen=False)
    assert told_typical(base) == {""}


def told_typical(base: Engine) -> set[str]:
    """What the next release says of its texts."""
    table = outcomes.outcomes(base, ANKANG, date(2026, 11, 1))
    assert table is not None
    return set(table["typical"])


def test_one_person_alone_clears_nothing(base: Engine) -> None:
    one = waiting(base)[0]
    reviews.move(BOTH, base, one.id, "submit", 1, doubtful, one.text)
    with pytest.raises(BadReview, match="second"):
        reviews.move(BOTH, base, one.id, "approve", 2, doubtful)
    with pytest.raises(Refused):
        reviews.move(EDITOR, base, one.id, "approve", 2, doubtful)
    with pytest.raises(Outdated):
        reviews.move(REVIEWER, base, one.id, "approve", 1, doubtful)
    assert outcomes.outcomes(base, ANKANG, datetime(2026, 11, 1, tzinfo=UTC).date()) is not None
    assert released(published(base)) == []


@pytest.mark.parametrize(
    ("left", "doubt"),
    [
        ("请致电 139 1234 5678 了解。", "digits"),
        ("请致电１３９１２３４５６７８。", "digits"),
        ("  ", "empty"),
        ("已由王建国师傅上门修好。", "personal"),
        ("长" * 2_001, "long"),
    ],
)
def test_what_looks_doubtful_cannot_be_handed_in(base: Engine, left: str, doubt: str) -> None:
    one = waiting(base)[0]
    with pytest.raises(BadReview, match=doubt):
        reviews.move(EDITOR, base, one.id, "submit", 1, doubtful, left)
    assert waiting(base)[0].version == 1


def test_no_way_around_the_review_publishes_a_text(base: Engine) -> None:
    """Rows are written into the tables as nobody should: the release has none of them."""
    one, two, three, *_ = waiting(base)
    with pytest.raises(DBAPIError, match="only ever grows"), base.begin() as connection:
        connection.execute(update(REVIEW_ENTRIES).values(state="approved"))
    for review, before in (
        (one.id, ()),
        (two.id, ("submitted", "r")),
        (three.id, ("drafted", "x")),
    ):
        entries = [(*before, 2)] if before else []
        entries.append(("approved", "r", 2 + len(entries)))
        for state, actor, seq in entries:
            with base.begin() as connection:
                connection.execute(insert(REVIEW_ENTRIES).values(
                    review_id=review, seq=seq, at=datetime.now(UTC), actor=actor, shown=actor,
                    move="x", state=state, text=one.text, source=hashlib.sha256(b"").hexdigest(),
                    doubts=[], words="",
                ))  # fmt: skip
    assert released(published(base)) == []


def test_a_text_that_is_slipped_in_is_found_before_the_swap(
    base: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear(base, waiting(base)[0])
    made = outcomes.outcomes

    def slipped(*given: object) -> object:
        table = made(*given)  # type: ignore[arg-type]
        assert table is not None
        row = dict.fromkeys(outcomes.COLUMNS, "x") | {"row": "r", "text": "nobody read this"}
        return table.reindex(range(len(table) + 1)).fillna(row)

    monkeypatch.setattr(outcomes, "outcomes", slipped)
    with pytest.raises(release.ReleaseError, match="nobody approved"):
        published(base)


def test_an_answer_to_a_doubt_is_published_once_it_is_approved(base: Engine) -> None:
    for one in (chosen := waiting(base)[:12]):
        answering.by_phone(CITY, base, one.number, "callers' words")
        answering.answer(CITY, base, one.number, one.text, lambda text, _: text, doubtful)
    assert released(published(base), "questions") == []
    for one in waiting(base, SUBMITTED):
        reviews.move(REVIEWER, base, one.id, "approve", one.version, doubtful)
    folder = published(base)
    rows = released(folder, "questions")
    assert rows
    assert {row[-1] for row in rows} <= {one.text for one in chosen}
    assert not {one.number for one in chosen} & {value for row in rows for value in row}
    assert released(folder) == []  # no outcome was approved
    assert verify(folder) == []
    ((_, _, *told),) = released(folder, "doubts")
    assert told == [None] * 4  # raised today, so not before it began
    tomorrow = datetime.now(ANKANG.zone).date() + timedelta(days=1)
    counted = questions.counts(base, ANKANG, tomorrow)
    assert counted[["raised", "answered", "in_time"]].to_numpy().tolist() == [[10] * 3]
    assert counted["open"].isna().all()


def test_the_demo_city_has_outcomes_of_two_made_up_people(
    data: Path, few_tables: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made_up, "MOST", {EXPLANATION: 20, OUTCOME: 40})
    data.mkdir(parents=True)
    opened = connect()
    ingest(opened, "demo", None, ANKANG, cases=3_000, seed=3)
    cleared = made_up.tell(opened, ANKANG, date(2026, 10, 31))
    approved = waiting(opened, APPROVED)
    assert len(approved) == cleared
    assert {one.kind for one in approved} == {EXPLANATION, OUTCOME}
    assert not [one for one in approved if one.risk or doubtful(one.text)]
    left = waiting(opened)
    assert left  # for whoever tries the queue
    assert all(one.risk for one in left)
    texts = {row[-1] for row in released(published(opened))}
    assert texts
    assert texts <= {one.text for one in approved}
    assert made_up.tell(opened, ANKANG, date(2026, 10, 31)) == 0
    opened.dispose()


def test_no_command_publishes_a_draft(base: Engine, data: Path) -> None:
    base.dispose()
    for command in (["publish"], ["refresh"], ["prepare"]):
        assert main([*command, "--city", "ankang"]) == 0
    for folder in (data / "releases" / "ankang").glob("2*"):
        assert released(folder) == []


def test_reviews_are_of_one_city_and_for_reviewers(base: Engine) -> None:
    abroad = Viewer("n", "N", "nyc", frozenset({Role.REVIEWER}))
    supervisor = Viewer("s", "S", "ankang", frozenset({Role.CITY, Role.AUDITOR, Role.DEPARTMENT}))
    one = waiting(base)[0]
    with base.connect() as connection:
        assert reviews.queue(abroad, connection, reviews.DRAFTED, 10) == ([], 0)
        with pytest.raises(Refused):
            reviews.queue(supervisor, connection, reviews.DRAFTED, 10)
    for viewer in (abroad, supervisor):
        with pytest.raises(Refused):
            reviews.one(viewer, base, one.id)
        with pytest.raises(Refused):
            reviews.move(viewer, base, one.id, "submit", 1, doubtful, "text")
    with base.connect() as connection:
        said = connection.execute(text("SELECT count(*) FROM audit_log WHERE did = 'refused'"))
        assert said.scalar_one() == 2  # who may not review at all is sent away before
        assert connection.execute(select(REVIEWS.c.number)).first()
    assert reviews.one(REVIEWER, base, one.id)[1] != one.text
