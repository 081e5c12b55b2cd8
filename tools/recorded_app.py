"""A page without the page, as a yardstick: `uvicorn tools.recorded_app:app`.

Sends again what the site was once seen to send for a page: the same messages from memory, by the
same server, with nothing asked, worked out or drawn. No page of that content can cost less.
SUNLINE_RECORDED is the folder where tools.site_visitor left them.
"""

import os
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx

from tools.site_visitor import KEPT, unpacked


@cache
def recorded(name: str) -> list[ForwardMsg]:
    content = Path(os.environ["SUNLINE_RECORDED"], name).read_bytes()
    found = map(ForwardMsg.FromString, unpacked(content))
    return [message for message in found if message.WhichOneof("type") in KEPT]


if __name__ == "__main__":
    context = get_script_run_ctx()
    if context is None:
        raise RuntimeError("run by a server")
    for message in recorded(st.query_params["probe"]):
        context.enqueue(message)
else:
    from web.application import lifespan

    app = st.App(__file__, lifespan=lifespan)
