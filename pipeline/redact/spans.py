"""Found places in a folded text: joined where they overlap, then replaced by placeholders."""

from collections.abc import Iterable
from typing import NamedTuple

from pipeline.redact.folding import KINDS, Folded


class Span(NamedTuple):
    """Characters `start` to `end` (exclusive) of a folded text, and what they are."""

    start: int
    end: int
    kind: str


def merge(spans: Iterable[Span]) -> list[Span]:
    """Overlapping spans become one that covers all of them, so no half of a value stays.

    It is named after the kind that comes first in `KINDS`. Neighbours of one kind are joined.
    """
    merged: list[Span] = []
    for span in sorted(spans):
        last = merged[-1] if merged else None
        if last and (span.start < last.end or (span.start == last.end and span.kind == last.kind)):
            kind = min(last.kind, span.kind, key=KINDS.index)
            merged[-1] = Span(last.start, max(last.end, span.end), kind)
        elif span.start < span.end:
            merged.append(span)
    return merged


def subtract(start: int, end: int, kept: Iterable[Span]) -> list[tuple[int, int]]:
    """What is left of `start` to `end` outside the kept spans."""
    left = []
    for keep in sorted(kept):
        if keep.end <= start or keep.start >= end:
            continue
        if keep.start > start:
            left.append((start, keep.start))
        start = max(start, keep.end)
    return [*left, (start, end)] if start < end else left


def replace(text: str, folded: Folded, spans: Iterable[Span]) -> str:
    """The original text with a placeholder for every span."""
    pieces = []
    position = 0
    for span in merge(spans):
        start, end = folded.starts[span.start], folded.ends[span.end - 1]
        start = max(start, position)  # two spans may meet in one character, such as ㈱
        if start == end:
            continue
        pieces += [text[position:start], f"〔{span.kind}〕"]
        position = end
    return "".join([*pieces, text[position:]])
