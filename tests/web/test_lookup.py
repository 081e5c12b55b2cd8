"""/lookup over HTTP: the case for whoever holds number and code, and one answer for all others."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from html import unescape
from typing import Any

import pytest
import segno
from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from components import sitemap
from components.locales import text
from data_access.lookup import limits, schema
from data_access.settings import lookup_secret
from tests.lookup_store import CASES, ENDED, OPEN, fill
from web import lookup, shell
from web.application import routes

FIRST, SECOND = CASES
WRONG = "ABCDEFGHJK"


@pytest.fixture
def codes(data: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    monkeypatch.delenv("LOOKUP_DATABASE_URL", raising=False)
    monkeypatch.setattr(lookup, "FLOOR", 0.0)
    yield fill(CASES | {"GD3": replace(OPEN, unit="610921", category="<b>x</b>")})
    schema.connect().dispose()


@pytest.fixture
def client() -> TestClient:
    return visitor("192.0.2.7")


def visitor(address: str) -> TestClient:
    return TestClient(
        Starlette(routes=lookup.routes()), base_url="http://localhost", client=(address, 50_000)
    )


def ask(client: TestClient, number: str, code: str, **headers: str) -> Response:
    answer: Response = client.post(
        "/lookup?lang=zh&city=ankang", data={"number": number, "code": code}, headers=headers
    )
    return answer


def test_number_and_code_show_the_case(client: TestClient, codes: dict[str, str]) -> None:
    answer = ask(client, FIRST, codes[FIRST])
    assert answer.status_code == 200
    for shown in ("汉滨区", "2026-11-20", "需现场勘查", "模拟数据", FIRST):
        assert shown in answer.text


def test_an_answer_is_kept_nowhere(client: TestClient, codes: dict[str, str]) -> None:
    for answer in (ask(client, FIRST, codes[FIRST]), ask(client, FIRST, WRONG)):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"] == shell.content_security_policy()
        assert "set-cookie" not in answer.headers
        assert "<script" not in answer.text


def test_every_failure_looks_the_same(client: TestClient, codes: dict[str, str]) -> None:
    """Wrong code, wrong number, another's code, nothing at all, too much, no form at all."""
    told = [
        ask(client, FIRST, WRONG), ask(client, "GD209901010000001", codes[FIRST]),
        ask(client, SECOND, codes[FIRST]), ask(client, "", ""), ask(client, "x" * 5000, WRONG),
        client.post("/lookup?lang=zh&city=ankang", content=b"\xff\xfe&&==%zz"),
    ]  # fmt: skip
    assert {answer.status_code for answer in told} == {404}
    assert len({answer.content for answer in told}) == 1
    headers = [{k: v for k, v in answer.headers.items() if k != "date"} for answer in told]
    assert headers == [headers[0]] * len(told)
    assert text("zh", "page.my_case.no_such_case", hotline="12345") in told[0].text


def test_a_code_that_has_ended_fails_like_a_wrong_one(
    client: TestClient, codes: dict[str, str]
) -> None:
    assert ENDED.expires is not None
    assert ENDED.expires < date.today()  # noqa: DTZ011 - weeks ago
    ended, wrong = ask(client, SECOND, codes[SECOND]), ask(client, SECOND, WRONG)
    assert (ended.status_code, ended.content) == (wrong.status_code, wrong.content)


def test_what_was_typed_is_never_shown_again(
    client: TestClient, codes: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither in a page nor in a log, in any spelling; and the address has none of it."""
    code, mark = codes[FIRST], "Zq7Zq7Zq7Z"
    caplog.set_level(logging.DEBUG)
    pages = [ask(client, FIRST, code), ask(client, mark, code), ask(client, FIRST, mark)]
    for page in pages:
        assert code.lower() not in page.text.lower()
        assert mark.lower() not in page.text.lower()
        assert code not in str(page.url)
    assert FIRST not in pages[2].text
    ours = [line.getMessage() for line in caplog.records if not line.name.startswith("httpx")]
    assert not [line for line in ours if code in line or mark in line or FIRST in line]


def test_number_and_code_in_an_address_open_nothing(
    client: TestClient, codes: dict[str, str]
) -> None:
    by_address = client.get("/lookup", params={"number": FIRST, "code": codes[FIRST]})
    assert "汉滨区" not in by_address.text
    posted = client.post(f"/lookup?number={FIRST}&code={codes[FIRST]}")
    assert posted.status_code == 404


def test_visitors_at_the_same_time_see_their_own_cases_only(codes: dict[str, str]) -> None:
    def look(n: int) -> bool:
        number, unit, other = ((FIRST, "汉滨区", "汉阴县"), ("GD3", "汉阴县", "汉滨区"))[n % 2]
        page = ask(visitor(f"192.0.2.{n}"), number, codes[number]).text
        return unit in page and other not in page

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(look, range(40)))


def test_after_a_success_nothing_is_left_for_the_next_visitor(
    client: TestClient, codes: dict[str, str]
) -> None:
    before = client.get("/lookup").text
    ask(client, FIRST, codes[FIRST])
    assert client.get("/lookup").text == before


def test_what_a_case_tells_is_text_and_never_markup(
    client: TestClient, codes: dict[str, str]
) -> None:
    page = ask(client, "G<i>D3", codes["GD3"])
    assert page.status_code == 404  # "GiD3" is no such case
    page = ask(client, "<GD3>", codes["GD3"])
    assert page.status_code == 200
    assert "<b>x" not in page.text
    assert "<GD3>" not in page.text


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_cannot_ask_in_a_visitors_name(
    client: TestClient, codes: dict[str, str], site: str
) -> None:
    answer = ask(client, FIRST, codes[FIRST], **{"sec-fetch-site": site})
    assert answer.status_code == 403
    assert "汉滨区" not in answer.text
    own = ask(client, FIRST, codes[FIRST], **{"sec-fetch-site": "same-origin"})
    assert own.status_code == 200


def test_too_many_failures_are_told_to_wait_and_a_neighbour_is_not(
    client: TestClient, codes: dict[str, str]
) -> None:
    found = [ask(client, FIRST, WRONG).status_code for _ in range(7)]
    assert found == [404] * 5 + [429] * 2
    refused = ask(client, FIRST, codes[FIRST])
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "900")
    assert "汉滨区" not in refused.text
    assert ask(client, "GD3", codes["GD3"]).status_code == 200
    assert ask(visitor("192.0.2.8"), FIRST, codes[FIRST]).status_code == 200


def test_looking_again_and_again_is_no_failure(client: TestClient, codes: dict[str, str]) -> None:
    assert {ask(client, FIRST, codes[FIRST]).status_code for _ in range(20)} == {200}


def test_sequential_numbers_yield_nothing(client: TestClient, codes: dict[str, str]) -> None:
    answers = [ask(client, f"GD20261015{n:07}", codes[FIRST]) for n in range(2, 302)]
    assert {answer.status_code for answer in answers} == {404, 429}
    assert len({answer.content for answer in answers}) == 2
    assert sum(answer.status_code == 404 for answer in answers) == limits.ADDRESS.most


def test_without_its_pepper_the_site_looks_nothing_up_and_the_log_says_why(
    client: TestClient, codes: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    lookup_secret("pepper").unlink()
    answer = ask(client, FIRST, codes[FIRST])
    assert answer.status_code == 503
    assert str(lookup_secret("pepper")) not in answer.text
    assert str(lookup_secret("pepper")) in caplog.text


def test_before_the_first_fill_it_says_that_it_is_closed(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOOKUP_DATABASE_URL", raising=False)
    assert ask(client, FIRST, WRONG).status_code == 503
    assert client.get("/lookup").status_code == 200


@pytest.mark.parametrize(("language", "tag"), [("zh", "zh-CN"), ("en", "en")])
def test_the_form_needs_no_script(client: TestClient, language: str, tag: str) -> None:
    page = client.get("/lookup", params={"lang": language}).text
    assert f'<html lang="{tag}">' in page
    assert 'method="post"' in page
    assert 'name="number"' in page
    assert 'name="code"' in page
    assert text(language, "page.my_case.submit") in page


def test_the_page_of_streamlit_holds_the_form_for_browsers_without_scripts() -> None:
    opened = TestClient(Starlette(routes=routes(sitemap.PAGES)), base_url="http://localhost")
    mine, other = (
        opened.get(path).text.split("<noscript>")[1].split("</noscript>")[0]
        for path in ("/my_case", "/units")
    )
    assert 'action="/lookup?lang=zh&amp;city=ankang"' in mine
    assert "<form" not in other


def test_the_receipt_carries_the_number_and_no_address(
    client: TestClient, codes: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    make = segno.make

    def made(content: str, **how: Any) -> segno.QRCode:
        drawn.append(content)
        return make(content, **how)

    monkeypatch.setattr(segno, "make", made)
    page = ask(client, FIRST.lower(), codes[FIRST]).text
    assert drawn == [FIRST]
    assert "<svg" in page
    assert text("zh", "page.my_case.receipt.text") in unescape(page)
