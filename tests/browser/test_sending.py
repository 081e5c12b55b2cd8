"""What a server sends: drawn or from memory, as it comes or together, it is the same."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection

from components import sitemap
from tests.browser.conftest import free_port, serving, uvicorn
from tools.site_visitor import last, opened, question

pytestmark = pytest.mark.browser
VISITORS = 8
Sent = list[tuple[tuple[int, ...], bytes]]


@pytest.fixture(scope="module")
def port(published_demo: Path) -> Iterator[int]:
    """A server that nobody has asked for anything."""
    free = free_port()
    with serving(uvicorn(free), free, published_demo):
        yield free


def sent(visitor: ClientConnection, page: sitemap.Page) -> Sent:
    """Where each element of a page goes, and what it is, in the order in which they come."""
    visitor.send(question(page, "period=2025"))
    found: Sent = []
    while True:
        came = visitor.recv(timeout=60)
        message = ForwardMsg.FromString(came if isinstance(came, bytes) else came.encode())
        if message.WhichOneof("type") == "delta":
            path = tuple(message.metadata.delta_path)
            found.append((path, message.delta.SerializeToString(deterministic=True)))
        if last(came):
            return found


@pytest.mark.parametrize("page", sitemap.PAGES[:3], ids=lambda page: page.id)
def test_what_is_sent_again_is_what_was_drawn(port: int, page: sitemap.Page) -> None:
    with opened(port) as first, opened(port) as second:
        drawn = sent(first, page)
        assert len({path for path, _ in drawn}) == len(drawn) > 15
        assert sent(second, page) == drawn
        assert sent(first, page) == drawn


def test_visitors_who_come_at_once_are_all_sent_the_whole_page(port: int) -> None:
    page = next(one for one in sitemap.PAGES if one.id == "times")

    def visit(_: int) -> Sent:
        with opened(port) as visitor:
            return sent(visitor, page)

    with ThreadPoolExecutor(VISITORS) as visitors:
        drawn, *others = visitors.map(visit, range(VISITORS))
    assert len(drawn) > 15
    assert others == [drawn] * (VISITORS - 1)
