"""Blocks: what is sent again is what was drawn, and never what was drawn for another view."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Barrier
from time import sleep

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.testing.v1 import AppTest

from components import blocks, cached, methods, session, sitemap
from components.blocks import Block, Shelf
from data_access.published import Release
from data_access.settings import PROJECT
from tests.pages.test_pages import open_page

Sent = list[tuple[str, bytes]]


def sent(app: AppTest) -> Sent:
    """All elements of a page, in their order."""
    return [
        (type(node).__name__, node.proto.SerializeToString(deterministic=True))
        for node in app.main
        if getattr(node, "proto", None) is not None
    ]


def kept() -> list[bytes]:
    """All messages on the shelf; every visitor is sent these very objects."""
    shelf = blocks.SHELF._blocks.values()
    return [message.SerializeToString() for block in shelf for message in block.messages]


def nothing_new(_: object) -> AbstractContextManager[list[ForwardMsg]]:
    raise AssertionError("a block was drawn that had been drawn before")


@pytest.mark.parametrize("page", [page.id for page in sitemap.PAGES])
def test_a_page_is_sent_again_as_it_was_drawn(
    demo: Release, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    app = open_page(page)
    drawn, before = sent(app), kept()
    monkeypatch.setattr(blocks, "_recorded", nothing_new)
    app.run()
    assert not app.error
    assert sent(app) == drawn
    assert kept() == before  # sending again writes nothing into them
    assert len(drawn) > 10 or page == "pledges"  # of which the demo city has none
    assert b"<nav" in drawn[0][1]
    assert b'class="foot"' in drawn[-1][1]
    other = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=30).run()  # another visitor
    if page != "overview":
        other.switch_page(f"pages/public/{page}.py").run()
    assert sent(other) == drawn


@pytest.mark.parametrize("name", ["dark", "origin", "today", "lang", "period"])
def test_another_view_is_drawn_anew(
    demo: Release, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    app = open_page("satisfaction")
    blocks.SHELF.clear()  # of what was opened on the way there
    app.run()
    drawn = len(blocks.SHELF)
    other = {"dark": True, "origin": "https://elsewhere.example", "today": demo.as_of}
    if name in other:
        monkeypatch.setattr(session, name, lambda: other[name])
    else:
        app.query_params[name] = {"lang": "en", "period": "2025"}[name]
    app.run()
    assert not app.error
    assert len(blocks.SHELF) == 2 * drawn > 4


def test_a_block_that_fails_is_not_kept(demo: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = len(sent(open_page("methods")))
    with monkeypatch.context() as patch:
        patch.setattr(methods, "never", lambda: 1 / 0)
        app = open_page("methods")
        assert app.error
    app.run()
    assert not app.error
    assert len(sent(app)) == whole


def test_the_longest_unused_go_first() -> None:
    def block(size: int) -> Block:
        message = ForwardMsg()
        message.delta.new_element.markdown.body = "x" * size
        return Block([0], 1, [message])

    shelf = Shelf(largest=1_000)
    for key in "abc":
        shelf.put(key, block(250))
    assert shelf.get("a") is not None  # now b is the longest unused
    shelf.put("d", block(250))
    assert [key for key in "abcd" if shelf.get(key)] == ["a", "c", "d"]
    shelf.put("a", block(300))  # replaces itself
    assert shelf.get("a") is not None
    shelf.put("e", block(2_000))
    assert shelf.get("e") is None
    assert len(shelf) == 0


def test_what_many_ask_at_once_is_worked_out_once() -> None:
    begun, asked = Barrier(8), []

    @cached.kept(10)
    def slow(number: int) -> int:
        asked.append(number)
        sleep(0.2)  # long enough for all others to ask, too
        return -number

    def ask(number: int) -> int:
        begun.wait()
        return slow(number % 2)

    with ThreadPoolExecutor(8) as threads:
        told = list(threads.map(ask, range(8)))
    assert told == [-(number % 2) for number in range(8)]
    assert sorted(asked) == [0, 1]


def test_an_answer_that_failed_is_asked_for_again() -> None:
    tries = []

    @cached.kept(10)
    def fails_first(number: int) -> int:
        tries.append(number)
        return number // (len(tries) - 1)

    with pytest.raises(ZeroDivisionError):
        fails_first(3)
    assert fails_first(3) == fails_first(3) == 3
    assert len(tries) == 2


def test_visitors_who_come_at_once_have_a_page_drawn_once(
    demo: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_page("pledges")
    blocks.SHELF.clear()
    made, make = [], blocks._make

    def counted(key: str, *given: object) -> None:
        made.append(key)
        make(key, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(blocks, "_make", counted)
    visitors = [AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(AppTest.run, visitors))
    assert not any(one.error for one in opened)
    assert len(made) == len(set(made)) > 4
    assert all(sent(one) == sent(opened[0]) for one in opened)
