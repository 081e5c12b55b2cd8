"""axe-core: what keeps people from using a page."""

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
GRAVE = ("serious", "critical")


def grave(tab: Page) -> list[tuple[str, str, str]]:
    """What axe-core finds serious or critical: rule, where, and why."""
    found: list[dict[str, Any]] = tab.evaluate(
        "axe.run(document, {resultTypes: ['violations']}).then(found => found.violations)"
    )
    return [
        (one["id"], str(node["target"]), node["failureSummary"])
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]
