"""What Debian's chromium loads for a page that it has never seen."""

import shutil

from playwright.sync_api import CDPSession, sync_playwright

QUIET = 3_000  # milliseconds without a change before a page counts as loaded


def first(port: int, path: str = "/") -> int:
    """Bytes that came over the network, headers too, until the page stands still."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise FileNotFoundError("chromium is missing: run `make system`")
    came = [0]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        network: CDPSession = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.loadingFinished", lambda told: _add(came, told["encodedDataLength"]))
        network.on("Network.webSocketFrameReceived", lambda told: _add(came, _size(told)))
        page.goto(f"http://localhost:{port}{path}")
        page.get_by_role("heading", level=1).wait_for(timeout=60_000)
        before = -1
        while before != came[0]:
            before = came[0]
            page.wait_for_timeout(QUIET)
        browser.close()
    return came[0]


def _add(came: list[int], size: float) -> None:
    came[0] += round(size)


def _size(frame: dict[str, dict[str, str]]) -> int:
    return len(frame["response"]["payloadData"]) * 3 // 4  # binary frames are told in base64
