"""Ratings in the look-up store: one a case, for whoever holds number and code, read by nobody."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from data_access.lookup import collecting, keys, rating, reading, schema, ticket, writing
from data_access.lookup.keys import Token
from data_access.lookup.progress import Progress, Step
from data_access.lookup.rating import MOST_CHANGES, Rating, Told, give
from data_access.lookup.schema import RATINGS
from tests.lookup_store import CITY, ENDED, OPEN, TODAY, Held, fill, secrets

NUMBER, OTHER = "GD1", "GD2"
CLOSED = replace(OPEN, steps=(*OPEN.steps, Step("closed", date(2026, 11, 5))))
CALLED = replace(CLOSED, steps=(*CLOSED.steps, Step("called_back", date(2026, 11, 9))))
NOW = datetime(2026, 11, 10, 3, tzinfo=UTC)
MINE = Rating(
    NOW, "yes", "no", "very_dissatisfied", ("unclear",), "备注只给工作人员", "疑问：为什么没有修好"
)


def token(codes: dict[str, str], number: str = NUMBER) -> Token:
    return keys.token(secrets().pepper, CITY, number, codes[number])


def waiting(store: Engine, numbers: Iterable[str] = (NUMBER, OTHER)) -> list[collecting.Collected]:
    return list(collecting.read(store, secrets(), CITY, numbers))


def rows(store: Engine) -> int:
    with store.connect() as connection:
        return connection.execute(select(func.count()).select_from(RATINGS)).scalar_one()


def test_there_is_one_rating_a_case_and_the_last_counts(store: Engine) -> None:
    held = token(fill({NUMBER: CLOSED}))
    assert give(store, held, MINE, TODAY) == Told.TAKEN
    assert give(store, held, replace(MINE, solved="yes", remark=""), TODAY) == Told.TAKEN
    assert rows(store) == 1
    (found,) = waiting(store)
    assert (found.number, found.rating) == (NUMBER, replace(MINE, solved="yes", remark=""))


@pytest.mark.parametrize("progress", [OPEN, CALLED], ids=["open", "called back"])
def test_only_a_closed_case_is_rated_and_only_until_the_callback(
    store: Engine, progress: Progress
) -> None:
    held = token(fill({NUMBER: CLOSED}))
    give(store, held, MINE, TODAY)
    fill({NUMBER: progress})
    late = replace(MINE, satisfied="very_satisfied", doubt="")
    assert give(store, held, late, TODAY) == Told.OVER
    assert [one.rating for one in waiting(store)] == [MINE]


def test_after_the_callback_a_doubt_is_taken_and_changes_no_answer(store: Engine) -> None:
    held = token(fill({NUMBER: CLOSED}))
    give(store, held, MINE, TODAY)
    fill({NUMBER: CALLED})
    late = Rating(NOW, "yes", "yes", "very_satisfied", doubt="还有一点不明白")
    assert give(store, held, late, TODAY) == Told.TAKEN
    assert [one.rating for one in waiting(store)] == [replace(MINE, doubt="还有一点不明白")]


def test_a_case_called_back_before_it_was_closed_can_be_rated(store: Engine) -> None:
    steps = (*OPEN.steps, Step("called_back", date(2026, 11, 4)), Step("closed", TODAY))
    assert give(store, token(fill({NUMBER: replace(OPEN, steps=steps)})), MINE, TODAY) == Told.TAKEN


def test_a_question_that_is_left_out_is_asked_for(store: Engine) -> None:
    held = token(fill({NUMBER: CLOSED}))
    assert give(store, held, replace(MINE, solved=""), TODAY) == Told.PART
    assert rows(store) == 0


def test_without_number_and_code_nothing_is_kept(store: Engine) -> None:
    codes = fill({NUMBER: CLOSED, OTHER: ENDED})
    wrong = keys.token(secrets().pepper, CITY, NUMBER, "ABCDEFGHJK")
    for held in (wrong, Token(bytes(32), bytes(32)), token(codes, OTHER)):  # the last has ended
        assert give(store, held, MINE, TODAY) is None
    assert rows(store) == 0


def test_a_rating_is_not_changed_without_end(store: Engine) -> None:
    held = token(fill({NUMBER: CLOSED}))
    told = [give(store, held, MINE, TODAY) for _ in range(MOST_CHANGES + 2)]
    assert told == [Told.TAKEN] * MOST_CHANGES + [Told.OFTEN] * 2


def test_what_was_taken_in_is_no_longer_in_the_store(store: Engine) -> None:
    held = token(fill({NUMBER: CLOSED}))
    give(store, held, MINE, TODAY)
    some = waiting(store)
    collecting.done(store, some)
    assert waiting(store) == []
    with store.connect() as connection:
        row = connection.execute(select(RATINGS)).one()
    assert rating.opened(held.seal, row.content, row.handle) == replace(MINE, remark="", doubt="")
    give(store, held, replace(MINE, doubt="又有一个疑问"), TODAY)
    collecting.done(store, some)  # of the version before: leaves the newer one alone
    assert [one.rating.doubt for one in waiting(store)] == ["又有一个疑问"]


def test_a_new_code_keeps_the_rating_and_a_removed_case_takes_it_along(store: Engine) -> None:
    held, new = token(fill({NUMBER: CLOSED})), Held()
    give(store, held, MINE, TODAY)
    writing.reissue(store, secrets(), CITY, [NUMBER], new)
    assert give(store, held, MINE, TODAY) is None
    assert [one.rating for one in waiting(store)] == [MINE]
    assert give(store, token(new.codes), replace(MINE, solved="yes"), TODAY) == Told.TAKEN
    assert rows(store) == 1
    fill({})
    assert rows(store) == 0


def test_the_bytes_of_the_store_tell_nothing_of_a_rating(data: Path) -> None:
    codes = fill({NUMBER: CLOSED, OTHER: CLOSED})
    store = schema.connect()
    give(store, token(codes), MINE, TODAY)
    give(store, token(codes, OTHER), Rating(NOW, "yes", "yes", "satisfied"), TODAY)
    stored = b"".join(path.read_bytes() for path in data.glob("lookup.sqlite*"))
    told = [NUMBER, "very_dissatisfied", "satisfied", "unclear", "备注", "疑问", "2026-11-10"]
    assert [word for word in told if word.encode() in stored] == []
    with store.connect() as connection:
        found = connection.execute(select(RATINGS)).all()
    assert len({len(row.content) for row in found}) == 1, "the length of none tells anything"
    pepper, name = secrets().pepper, token(codes).name
    for key in (pepper, name, keys.derive(pepper, "rating"), found[0].handle):
        assert rating.opened(key, found[0].content, found[0].handle) is None


def test_the_longest_rating_fits_where_all_do() -> None:
    most = replace(MINE, reasons=rating.REASONS, remark="𠮷" * 500, doubt="𠮷" * 500)
    assert len(rating.sealed(bytes(32), most, b"")) == len(rating.sealed(bytes(32), MINE, b""))


def test_a_ticket_opens_its_own_case_for_half_an_hour(store: Engine) -> None:
    codes = fill({NUMBER: CLOSED})
    held, pepper, now = token(codes), secrets().pepper, NOW.timestamp()
    issued = ticket.issue(pepper, held, now)
    assert len(issued) <= ticket.LONGEST
    assert ticket.read(pepper, issued, now + ticket.SECONDS) == held
    assert ticket.read(pepper, issued, now + ticket.SECONDS + 1) is None
    assert ticket.read(bytes(32), issued, now) is None
    changed = issued[:40] + ("A" if issued[40] != "A" else "B") + issued[41:]
    for other in (changed, issued[:-4], "", "é" * 30, "A" * 400):
        assert ticket.read(pepper, other, now) is None
    assert codes[NUMBER] not in issued
    assert reading.opened(held, None, TODAY) is None
