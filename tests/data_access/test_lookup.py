"""The look-up store: number and code together open a case; the store alone tells nothing."""

import shutil
import stat
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from data_access.lookup import codes, keys, reading, schema, sealing, writing
from data_access.lookup.progress import (
    DETOURS,
    STAGES,
    Progress,
    Step,
    from_bytes,
    to_bytes,
)
from data_access.lookup.writing import Issued
from data_access.settings import lookup_secret
from tests.lookup_store import CASES, CITY, ENDED, OPEN, TODAY, Held, fill, secrets

FIRST, SECOND = CASES
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
STEPS = st.builds(Step, st.sampled_from(STAGES + DETOURS), DAYS, st.none() | DAYS, st.text())
PROGRESSES = st.builds(
    Progress, as_of=DAYS, synthetic=st.booleans(), steps=st.lists(STEPS).map(tuple),
    on_the_spot=st.booleans(), guarded=st.booleans(), unit=st.text(), due=st.none() | DAYS,
    explanation=st.text(), expires=st.none() | DAYS,
)  # fmt: skip


def find(number: str, code: str, city: str = CITY, today: date = TODAY) -> Progress | None:
    return reading.find(schema.connect(), keys.secret("pepper"), city, number, code, today)


def test_a_code_has_ten_symbols_of_thirty_that_cannot_be_mistaken() -> None:
    assert len(set(codes.ALPHABET)) == 30
    assert not set(codes.ALPHABET) & set("0O1ILU")
    drawn = {codes.new_code() for _ in range(500)}
    assert len(drawn) == 500
    assert {len(code) for code in drawn} == {10}
    assert set("".join(drawn)) == set(codes.ALPHABET)


@pytest.mark.parametrize("typed", ["gd2026-1015 aB", "ＧＤ２０２６１０１５ＡＢ", " GD20261015AB\t"])
def test_a_number_may_be_typed_in_any_way(typed: str) -> None:
    assert codes.plain(typed) == "GD20261015AB"


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_what_is_hashed_never_runs_over(one: list[str], other: list[str]) -> None:
    assert (keys.derive(b"k", *one) == keys.derive(b"k", *other)) == (one == other)


@given(PROGRESSES)
def test_a_case_comes_out_as_it_went_in(progress: Progress) -> None:
    assert from_bytes(to_bytes(progress)) == progress


@given(st.binary(max_size=3000), st.binary(min_size=32, max_size=32))
def test_sealed_content_opens_with_its_key_at_its_place_only(content: bytes, key: bytes) -> None:
    sealed = sealing.seal(key, content, b"here")
    assert sealing.unseal(key, sealed, b"here") == content
    assert sealing.unseal(key, sealed, b"there") is None
    assert sealing.unseal(bytes(32), sealed, b"here") is None or key == bytes(32)
    assert len(sealed) % sealing.BLOCK == 28  # nonce and tag


def test_number_and_code_together_open_the_case(store: Engine) -> None:
    held = fill()
    assert find(FIRST, held[FIRST]) == OPEN
    assert find(FIRST.lower(), f"{held[FIRST][:5]}-{held[FIRST][5:]}".lower()) == OPEN


def test_whatever_else_opens_nothing(store: Engine) -> None:
    held = fill()
    wrong = held[FIRST][:-1] + ("2" if held[FIRST][-1] != "2" else "3")
    for number, code in (
        (FIRST, wrong), (SECOND, held[FIRST]), ("GD1", held[FIRST]), (FIRST, ""), ("", ""),
        ("", FIRST + held[FIRST]), (FIRST + held[FIRST], ""), (FIRST, held[FIRST] + "2"),
    ):  # fmt: skip
        assert find(number, code) is None
    assert find(FIRST, held[FIRST], city="nyc") is None


def test_a_code_ends_with_its_last_day(store: Engine) -> None:
    held = fill()
    assert ENDED.expires is not None
    assert find(SECOND, held[SECOND], today=ENDED.expires) == ENDED
    assert find(SECOND, held[SECOND], today=ENDED.expires + timedelta(1)) is None


def test_every_failure_costs_the_same_work(store: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes, look-ups and openings are counted; what is opened has the same length."""
    held = fill()
    work: Counter[Any] = Counter()
    derive, unseal = keys.derive, sealing.unseal

    def derived(key: bytes, *parts: str) -> bytes:
        work["hashes"] += 1
        return derive(key, *parts)

    def unsealed(key: bytes, sealed: bytes, place: bytes) -> bytes | None:
        work["openings", len(sealed)] += 1
        return unseal(key, sealed, place)

    def asked(*_: object) -> None:
        work["queries"] += 1

    monkeypatch.setattr(keys, "derive", derived)
    monkeypatch.setattr(sealing, "unseal", unsealed)
    event.listen(store, "before_cursor_execute", asked)
    seen = []
    for number, code in (
        (FIRST, "ABCDEFGHJK"), ("GD209901010000001", held[FIRST]), (SECOND, held[SECOND]),
        ("", ""), ("x" * 64, "y" * 32),
    ):  # fmt: skip
        work.clear()
        assert find(number, code) is None
        seen.append(dict(work))
    event.remove(store, "before_cursor_execute", asked)
    assert seen == [{"hashes": 2, ("openings", 1052): 1, "queries": 1}] * 5


def test_a_thousand_numbers_in_a_row_open_nothing(store: Engine) -> None:
    held = fill({f"GD20261015{n:07}": OPEN for n in range(1000)})
    own = held["GD202610150000000"]
    found = [n for n in range(1000) if find(f"GD20261015{n:07}", own)]
    assert found == [0]


def test_a_copy_of_the_store_opens_nothing_without_the_pepper(store: Engine) -> None:
    held = fill()
    path = lookup_secret("pepper")
    pepper = path.read_bytes()
    path.write_bytes(bytes(32))
    assert find(FIRST, held[FIRST]) is None
    path.unlink()
    with pytest.raises(keys.SecretMissing, match=f"no pepper at {path}"):
        find(FIRST, held[FIRST])
    path.write_bytes(pepper)
    assert find(FIRST, held[FIRST]) == OPEN


def test_the_bytes_of_the_store_tell_of_nobody(data: Path) -> None:
    held = fill()
    writing.fill(schema.create(), secrets(), CITY, CASES, Held())
    stored = b"".join(path.read_bytes() for path in data.glob("lookup.sqlite*"))
    told = [*CASES, *held.values(), "610902", "城市管理", "2026-10-15", "site_survey", "extension"]
    assert [word for word in told if word.encode() in stored] == []
    assert [code for code in held.values() if code.lower().encode() in stored] == []
    assert CITY.encode() in stored  # the scan does find what is there


def test_secrets_are_for_their_owner_alone(store: Engine) -> None:
    fill()
    for name in ("pepper", "filling_key"):
        assert stat.S_IMODE(lookup_secret(name).stat().st_mode) == 0o600
        assert len(lookup_secret(name).read_bytes()) == 32


@pytest.mark.parametrize("name", ["pepper", "filling_key"])
def test_a_filled_store_whose_secret_is_lost_gets_no_new_one(store: Engine, name: str) -> None:
    fill()
    lookup_secret(name).unlink()
    with pytest.raises(keys.SecretMissing, match=name):
        fill()
    assert not lookup_secret(name).exists()


def test_a_secret_may_lie_elsewhere(
    store: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = fill()
    elsewhere = shutil.move(lookup_secret("pepper"), tmp_path / "credential")
    monkeypatch.setenv("LOOKUP_PEPPER_FILE", str(elsewhere))
    assert find(FIRST, held[FIRST]) == OPEN


def test_a_fill_renews_cases_and_keeps_their_codes(store: Engine) -> None:
    held = fill()
    later = replace(OPEN, as_of=TODAY, outcome="solved")
    assert fill({FIRST: later}) == {}
    assert find(FIRST, held[FIRST]) == later
    assert find(SECOND, held[SECOND], today=date(2026, 8, 12)) is None, "no longer among the cases"


def test_a_fill_of_one_city_leaves_the_others_alone(store: Engine) -> None:
    held, other = fill(), fill({FIRST: ENDED}, "nyc")
    fill({}, "nyc")
    assert find(FIRST, held[FIRST]) == OPEN
    assert find(FIRST, other[FIRST], "nyc", date(2026, 8, 12)) is None


def test_a_new_code_ends_the_old_one(store: Engine) -> None:
    old, new = fill(), Held()
    writing.reissue(store, secrets(), CITY, [FIRST], new)
    assert find(FIRST, old[FIRST]) is None
    assert find(FIRST, new.codes[FIRST]) == OPEN
    later = replace(OPEN, as_of=TODAY)
    assert fill(CASES | {FIRST: later}) == {}
    assert find(FIRST, new.codes[FIRST]) == later


def test_a_case_that_is_not_there_gets_no_code(store: Engine) -> None:
    old, new = fill(), Held()
    with pytest.raises(writing.Unknown, match="GD1"):
        writing.reissue(store, secrets(), CITY, [FIRST, "GD1"], new)
    assert new.codes == {}
    assert find(FIRST, old[FIRST]) == OPEN


def test_no_row_is_stored_whose_code_was_not_handed_over(store: Engine) -> None:
    def full(issued: Sequence[Issued]) -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        writing.fill(store, secrets(), CITY, CASES, full)
    assert fill().keys() == CASES.keys()


def test_a_foreign_filling_key_renews_nothing(store: Engine) -> None:
    fill()
    path = lookup_secret("filling_key")
    path.write_bytes(bytes(32))
    row = writing._known(store, CITY).popitem()
    with pytest.raises(keys.SecretMissing, match="not the one"):
        writing.key_of(secrets(), row[0], row[1][1])


def test_a_store_that_was_never_made_says_so(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOOKUP_DATABASE_URL", raising=False)
    with pytest.raises(schema.NoStore, match="lookup fill"):
        schema.connect()
    assert not list(data.glob("lookup*"))
