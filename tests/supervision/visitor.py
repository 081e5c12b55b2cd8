"""A visitor's socket to Streamlit, spoken to without a browser, so that anything can be sent."""

from collections.abc import Sequence
from contextlib import suppress

from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

STREAM = "ws://localhost/_stcore/stream"  # TestClient asks another host for paths alone
ROUNDS = 500  # messages of one run, at most


class Tab:
    """One open socket; `ask` runs a page and gives back every byte of the answer as text."""

    def __init__(
        self, client: TestClient, headers: dict[str, str] | None = None, session: str = ""
    ) -> None:
        """With the id of a `session`, as a browser whose connection was interrupted."""
        protocols = ["streamlit", "xsrf", session] if session else ["streamlit"]
        self._opened = client.websocket_connect(
            STREAM, subprotocols=protocols, headers=headers or {}
        )
        self.session = ""  # known after the first answer

    def __enter__(self) -> "Tab":
        self._socket = self._opened.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        with suppress(WebSocketDisconnect):
            self._opened.__exit__(*error)

    def ask(
        self, page: str, query: str = "", script: str = "", states: Sequence[WidgetState] = ()
    ) -> str:
        """Everything that one run of a page sends; `script` names it by Streamlit's hash.

        With `states`, as a browser that says so of its widgets.
        """
        told = BackMsg()
        told.rerun_script.page_name = page
        told.rerun_script.query_string = query
        told.rerun_script.page_script_hash = script
        told.rerun_script.widget_states.widgets.extend(states)
        self._socket.send_bytes(told.SerializeToString())
        answer = []
        for _ in range(ROUNDS):
            message = ForwardMsg()
            message.ParseFromString(self._socket.receive_bytes())
            if message.WhichOneof("type") == "new_session":
                self.session = message.new_session.initialize.session_id
            answer.append(message.SerializeToString().decode("utf-8", "replace"))
            if message.WhichOneof("type") == "script_finished":
                return "".join(answer)
        raise AssertionError("the script does not end")
