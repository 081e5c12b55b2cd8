"""Draws charts in a process of its own: `python -m web.renderer`, a JSON line in, one out.

vl-convert holds Python's lock while it draws, a tenth of a second and more; in the server's own
process every page would wait for it. No data are fetched: `allowed_base_urls` is empty.
"""

import base64
import json
import os
import sys
from typing import Any

import vl_convert

VEGA_LITE = "6.4"  # what Altair writes
SCALE = 2  # pixels of a PNG for one of the drawing


def answer(asked: dict[str, Any]) -> dict[str, str]:
    """An SVG of a specification, or a PNG of an SVG as base64."""
    if "spec" in asked:
        svg = vl_convert.vegalite_to_svg(
            asked["spec"], vl_version=VEGA_LITE, config=asked["config"], allowed_base_urls=[]
        )
        return {"svg": svg}
    return {"png": base64.b64encode(vl_convert.svg_to_png(asked["svg"], scale=SCALE)).decode()}


def main() -> None:
    """Until the other end closes; pages go before charts."""
    os.nice(5)
    for line in sys.stdin:
        try:
            said = answer(json.loads(line))
        except ValueError as wrong:
            said = {"error": str(wrong)}
        sys.stdout.write(json.dumps(said) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
