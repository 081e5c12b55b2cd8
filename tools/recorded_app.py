"""The same page with constant data, as a yardstick: `uvicorn tools.recorded_app:app`.

Shows again what the site was once seen to send for a page, with nothing asked or worked out. What
holds no widget is the same message from memory; widgets and navigation are drawn, as on any page
that is to hear of its visitors. SUNLINE_RECORDED is where tools.site_visitor left the messages.
"""

import json
import os
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx

from tools.site_visitor import unpacked


def _key(proto: Any) -> str:
    return f"recorded {proto.id}"


def _choice(proto: Any) -> Callable[[], object]:
    options = list(proto.options)
    return lambda: st.selectbox(proto.label, options, proto.default, key=_key(proto))


def _radio(proto: Any) -> Callable[[], object]:
    options = list(proto.options)
    return lambda: st.radio(proto.label, options, proto.default, key=_key(proto), horizontal=True)


def _chart(proto: Any) -> Callable[[], object]:
    data = {one.name: one.data.data for one in proto.datasets}
    spec = json.loads(proto.spec) | {"datasets": data}
    return lambda: st.vega_lite_chart(dict(spec), key=_key(proto), alt=proto.alt, on_select="rerun")


WIDGETS: dict[str, Callable[[Any], Callable[[], object]]] = {
    "selectbox": _choice,
    "radio": _radio,
    "vega_lite_chart": _chart,
    "text_input": lambda proto: lambda: st.text_input(proto.label, key=_key(proto)),
    "button": lambda proto: lambda: st.button(proto.label, key=_key(proto)),
}


@cache
def recorded(name: str) -> list[Callable[[], object]]:
    """What draws each part of a page again."""
    content = Path(os.environ["SUNLINE_RECORDED"], name).read_bytes()
    messages = map(ForwardMsg.FromString, unpacked(content))
    return [_drawing(message) for message in messages if message.WhichOneof("type") == "delta"]


def _drawing(message: ForwardMsg) -> Callable[[], object]:
    element = message.delta.new_element
    kind = element.WhichOneof("type") or ""
    if kind in WIDGETS and getattr(element, kind).id:
        return partial(_aside, WIDGETS[kind](getattr(element, kind)))
    return lambda: _send(message)


def _aside(draw: Callable[[], object]) -> None:
    """Drawn where no message from memory has its place: one would replace the other."""
    with st.sidebar:
        draw()


def _send(message: ForwardMsg) -> None:
    context = get_script_run_ctx()
    if context is None:
        raise RuntimeError("run by a server")
    context.enqueue(message)


def _page() -> None:
    for draw in recorded(st.query_params["probe"]):
        draw()


if __name__ == "__main__":
    page = st.navigation([st.Page(_page, default=True)], position="hidden")
    st.set_page_config(page_title="Recorded", layout="wide")
    page.run()
else:
    from web.application import lifespan

    app = st.App(__file__, lifespan=lifespan)
