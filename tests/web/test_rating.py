"""/lookup/rating over HTTP: for whoever has just looked a closed case up, and one answer else."""

import logging
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from components.locales import text
from data_access.lookup import collecting, keys, schema, ticket
from data_access.lookup.progress import Step
from tests.lookup_store import CITY, ENDED, OPEN, fill, secrets
from web import lookup, rating

NUMBER, RUNNING, OVER = "GD1", "GD2", "GD3"
CLOSED = replace(OPEN, steps=(*OPEN.steps, Step("closed", date(2026, 11, 5))))
CALLED = replace(CLOSED, steps=(*CLOSED.steps, Step("called_back", date(2026, 11, 9))))
CASES = {NUMBER: CLOSED, RUNNING: OPEN, OVER: CALLED, "GD4": ENDED}
CHOSEN = {"contacted": "yes", "solved": "no", "satisfied": "dissatisfied"}
DOUBT = "为什么没有修好"
TICKET = re.compile(r'name="ticket" value="([^"]+)"')


@pytest.fixture
def codes(data: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    monkeypatch.setattr(lookup, "FLOOR", 0.0)
    yield fill(CASES)
    schema.connect().dispose()


@pytest.fixture
def client() -> TestClient:
    routes = [*lookup.routes(), *rating.routes()]
    return TestClient(
        Starlette(routes=routes), base_url="http://localhost", client=("192.0.2.7", 50_000)
    )


def look(client: TestClient, number: str, code: str) -> Response:
    answer: Response = client.post("/lookup?lang=zh", data={"number": number, "code": code})
    return answer


def held(client: TestClient, number: str, code: str) -> str:
    found = TICKET.search(look(client, number, code).text)
    assert found
    return found[1]


def rate(client: TestClient, shown: str, headers: Any = None, **told: str) -> Response:
    body = {"ticket": shown, **(told or CHOSEN)}
    answer: Response = client.post("/lookup/rating?lang=zh", data=body, headers=headers)
    return answer


def kept() -> dict[str, str]:
    """The doubt of each case that was rated."""
    found = collecting.read(schema.connect(), secrets(), CITY, CASES)
    return {one.number: one.rating.doubt for one in found}


def test_a_caller_rates_and_says_that_a_doubt_remains(
    client: TestClient, codes: dict[str, str]
) -> None:
    answer = rate(client, held(client, NUMBER, codes[NUMBER]), **CHOSEN, doubt=DOUBT)
    assert answer.status_code == 200
    assert text("zh", "page.my_case.rate.told_taken") in answer.text
    assert DOUBT not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    assert kept() == {NUMBER: DOUBT}


def test_only_a_closed_case_has_the_form_and_after_the_callback_the_doubt_alone(
    client: TestClient, codes: dict[str, str]
) -> None:
    pages = {number: look(client, number, codes[number]).text for number in CASES}
    assert [number for number, page in pages.items() if TICKET.search(page)] == [NUMBER, OVER]
    assert 'name="satisfied"' in pages[NUMBER]
    assert 'name="satisfied"' not in pages[OVER]
    shown = held(client, OVER, codes[OVER])
    assert rate(client, shown).status_code == 409
    assert rate(client, shown, doubt=DOUBT).status_code == 200
    assert kept() == {OVER: DOUBT}


def test_every_ticket_that_opens_nothing_gets_the_same_answer(
    client: TestClient, codes: dict[str, str]
) -> None:
    """Wrong number, wrong code, another secret, too late, ended, none, too much, no form."""
    pepper, now = secrets().pepper, time.time()

    def made(number: str, code: str, key: bytes = pepper, at: float = now) -> str:
        return ticket.issue(key, keys.token(pepper, CITY, number, code), at)

    right = made(NUMBER, codes[NUMBER])
    told = [
        rate(client, made("GD9", codes[NUMBER])), rate(client, made(NUMBER, "ABCDEFGHJK")),
        rate(client, made(NUMBER, codes[NUMBER], key=bytes(32))),
        rate(client, made(NUMBER, codes[NUMBER], at=now - 3_600)),
        rate(client, made("GD4", codes["GD4"])), rate(client, right[:-8]), rate(client, ""),
        rate(client, right, doubt="x" * 20_000),
        client.post("/lookup/rating?lang=zh", content=b"\xff&&==%zz"),
    ]  # fmt: skip
    assert {answer.status_code for answer in told} == {404}
    assert len({answer.content for answer in told}) == 1
    assert len({tuple(answer.headers.items()) for answer in told}) == 1
    assert kept() == {}
    assert rate(client, right).status_code == 200


def test_tickets_cannot_be_tried_out(client: TestClient, codes: dict[str, str]) -> None:
    assert [rate(client, "A" * 200).status_code for _ in range(7)] == [404] * 5 + [429] * 2
    shown = held(client, NUMBER, codes[NUMBER])  # whoever has one is not kept out by it
    assert {rate(client, shown).status_code for _ in range(8)} == {200}


def test_another_site_cannot_rate_in_a_visitors_name(
    client: TestClient, codes: dict[str, str]
) -> None:
    shown = held(client, NUMBER, codes[NUMBER])
    assert rate(client, shown, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert kept() == {}


def test_neither_words_nor_code_are_in_an_address_a_page_or_a_log(
    client: TestClient, codes: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shown = held(client, NUMBER, codes[NUMBER])
    answer = rate(client, shown, **CHOSEN, remark="<b>备注</b>", doubt=DOUBT)
    ours = [line.getMessage() for line in caplog.records if not line.name.startswith("httpx")]
    for word in (codes[NUMBER], shown, "备注", DOUBT, NUMBER):
        assert word not in answer.text
        assert word not in str(answer.url)
        assert not [line for line in ours if word in line]
    assert client.get("/lookup/rating").text == client.get("/lookup").text


def test_what_the_form_does_not_offer_is_not_said(
    client: TestClient, codes: dict[str, str]
) -> None:
    shown = held(client, NUMBER, codes[NUMBER])
    assert rate(client, shown, **CHOSEN | {"satisfied": "x"}).status_code == 400
    assert kept() == {}
