"""What axe-core is worth, and a chart on the page of another site."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser, expect

from components import sitemap
from tests.browser.axe import AXE, grave
from tests.browser.test_browser import Visit, drawn, visit

pytestmark = pytest.mark.browser


@contextmanager
def elsewhere(body: str) -> Iterator[str]:
    """A page of another site."""

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>t</title>{body}".encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Host) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_axe_finds_what_is_wrong(browser: Browser) -> None:
    with visit(browser) as seen:
        seen.tab.set_content("<html lang='zh'><title>t</title><main><h1>a</h1><img src=''></main>")
        seen.tab.evaluate(AXE)
        assert [rule for rule, _, _ in grave(seen.tab)] == ["image-alt"]


def test_a_chart_stands_in_the_frame_of_another_site(browser: Browser, site: str) -> None:
    """By the line that the page gives; the page itself may not be framed."""
    with visit(browser) as seen:
        seen.tab.goto(f"{site}/hotline")
        drawn(seen.tab, next(page for page in sitemap.PAGES if page.id == "hotline"), "zh")
        seen.tab.locator("summary", has_text="嵌入").first.click()
        line = seen.tab.locator("details code").first.inner_text()
        assert line.startswith(f'<iframe src="{site}/embed/')

        with elsewhere(f"{line}<iframe src='{site}/hotline'></iframe>") as host:
            seen.tab.goto(host)
            _is_framed(seen)


def _is_framed(seen: Visit) -> None:
    framed = seen.tab.frame_locator("iframe").first
    drawing = framed.locator("img")
    expect(drawing).to_be_visible()
    assert drawing.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    expect(framed.get_by_text("2026-11-01-001")).to_be_visible()
    expect(framed.get_by_role("link")).to_have_attribute("target", "_blank")
    refused = [said for said in seen.complaints if "frame-ancestors" in said]
    assert refused
    assert not any("/embed/" in said for said in refused)
