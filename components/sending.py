"""What a run sends, handed over at once.

Streamlit hands each message over by itself, and the server wakes up, looks round and falls asleep
again for each: a third of a rerun. What is drawn from memory is there within milliseconds, so it
is kept back until the run is through. What has to be made first is not: see `at_once`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from streamlit import runtime
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_cache import create_reference_msg
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner.script_runner import ScriptRunnerEvent
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

from components import session

HELD = "held"  # where in the state of a run its messages wait


@contextmanager
def together() -> Iterator[None]:
    """Keep messages back until the end of the run, or until something asks for `at_once`."""
    context = get_script_run_ctx()
    receiver = _receiver(context.session_id) if context else None
    if context is None or receiver is None:  # outside of a server, as in a test of a page
        yield
        return
    send, held = context._enqueue, list[ForwardMsg]()

    def release() -> None:
        context._enqueue = send
        _hand_over(receiver, send, held.copy())
        held.clear()

    context._enqueue = held.append
    session.state()[HELD] = release
    try:
        yield
    finally:
        release()


def at_once() -> None:
    """Send what was kept back, and from now on each message as it comes."""
    release = session.state().pop(HELD, None)
    if release is not None:
        release()


def again(context: ScriptRunContext, message: ForwardMsg) -> None:
    """Send a message that was sent before, or its name to a browser that still has it.

    It is shared by all visitors, so it must stay as it is: `context.enqueue` would write into it,
    which takes memory for good each time, and for a moment leave it without its place on the page.
    """
    known = message.metadata.cacheable and message.hash in context.cached_message_hashes
    context._enqueue(create_reference_msg(message) if known else message)


def _receiver(visitor: str) -> AppSession | None:
    """The server's side of a visitor's connection; tests of pages run without one."""
    sessions = getattr(runtime.get_instance(), "_session_mgr", None) if runtime.exists() else None
    found = sessions.get_session_info(visitor) if sessions else None
    return found.session if found else None


def _hand_over(
    receiver: AppSession, send: Callable[[ForwardMsg], None], messages: list[ForwardMsg]
) -> None:
    """As Streamlit does for one message, for all of them in one turn of the server's loop."""
    runner = getattr(send, "__self__", None)

    def receive() -> None:
        for message in messages:
            receiver._handle_scriptrunner_event_on_event_loop(
                runner, ScriptRunnerEvent.ENQUEUE_FORWARD_MSG, message
            )

    receiver._call_soon_on_event_loop(receive)
