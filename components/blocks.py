"""Parts of a page that are drawn once, and sent again to all others who look at the same.

Streamlit runs a page anew at each click, and most of a rerun goes into making the same words,
tables and charts again. `st.cache_data` would spare the making, but takes three times as long to
send again as the messages need that are kept here. A block holds no widget: nobody would hear it.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

import streamlit as st
from streamlit.cursor import RunningCursor
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext

from components import filters, sending, session

LARGEST = 64_000_000  # bytes of all blocks together; those longest unused go first


@dataclass
class Block:
    """What was sent, from which place on the page to which, and what the filters show after it."""

    place: list[int]
    length: int
    messages: list[ForwardMsg] = field(default_factory=list)
    shown: dict[str, str] = field(default_factory=dict)
    size: int = 0


class Shelf:
    """Blocks by key, as many as there is room for."""

    def __init__(self, largest: int = LARGEST) -> None:
        self._blocks: OrderedDict[str, Block] = OrderedDict()
        self._largest, self._size, self._lock = largest, 0, Lock()
        self._makers = WeakValueDictionary[str, Any]()  # locks, as long as somebody holds them

    def __len__(self) -> int:
        return len(self._blocks)

    def get(self, key: str) -> Block | None:
        with self._lock:
            found = self._blocks.get(key)
            if found is not None:
                self._blocks.move_to_end(key)
            return found

    def put(self, key: str, block: Block) -> None:
        block.size = len(key) + sum(message.ByteSize() for message in block.messages)
        with self._lock:
            old = self._blocks.pop(key, None)
            self._size += block.size - (old.size if old else 0)
            self._blocks[key] = block
            while self._size > self._largest:
                self._size -= self._blocks.popitem(last=False)[1].size

    def maker(self, key: str) -> AbstractContextManager[object]:
        """What one holds while making a block, so that nobody else makes the same meanwhile."""
        with self._lock:
            lock: AbstractContextManager[object] = self._makers.setdefault(key, Lock())
            return lock

    def clear(self) -> None:
        with self._lock:
            self._blocks.clear()
            self._size = 0


SHELF = Shelf()


def show(draw: Callable[..., None], *given: Any) -> None:
    """Draw what a function draws of `given`, which tells by its repr what it is.

    All else that it may depend on is the view: what the URL says, the release, the day, the theme.
    """
    context = get_script_run_ctx()
    if context is None or "enqueue" in vars(context):  # no visitor, or within another block
        draw(*given)
        return
    key = repr((_name(draw), context.page_script_hash, session.view(), given))
    cursor = _cursor()
    kept = _kept(key, cursor)
    if kept is None:
        sending.at_once()
        with SHELF.maker(key):
            kept = _kept(key, cursor)  # perhaps somebody made it while we waited
            if kept is None:
                _make(key, cursor, context, partial(draw, *given))
                return
    for message in kept.messages:
        sending.again(context, message)
    cursor._index += kept.length
    filters.put_back(kept.shown)


def _kept(key: str, cursor: RunningCursor) -> Block | None:
    """A block as it was drawn before in this very place."""
    found = SHELF.get(key)
    return found if found is not None and found.place == cursor.delta_path else None


def _make(
    key: str, cursor: RunningCursor, context: ScriptRunContext, draw: Callable[[], None]
) -> None:
    place = cursor.delta_path
    with _recorded(context) as messages:
        draw()
    SHELF.put(key, Block(place, cursor.index - place[-1], messages, filters.shown()))


def _name(draw: Callable[..., None]) -> tuple[str, str]:
    code = draw.__code__
    return code.co_filename, code.co_qualname


def _cursor() -> RunningCursor:
    """Where on the page, in the tree of its elements, the next element goes."""
    cursor = st._main._active_dg._cursor
    if not isinstance(cursor, RunningCursor):
        raise TypeError("only within a run")
    return cursor


@contextmanager
def _recorded(context: ScriptRunContext) -> Iterator[list[ForwardMsg]]:
    """Copies of all that is sent meanwhile, as they are once they have been sent."""
    send, messages = context.enqueue, list[ForwardMsg]()

    def keep(message: ForwardMsg) -> None:
        send(message)
        copy = ForwardMsg()
        copy.CopyFrom(message)
        messages.append(copy)

    context.enqueue = keep  # type: ignore[assignment, method-assign]
    try:
        yield messages
    finally:
        del context.enqueue
