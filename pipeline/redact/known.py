"""The case's own values, taken out wherever they stand and however they are spelt."""

import re
from collections.abc import Iterable

from pipeline.redact.addresses import addresses
from pipeline.redact.folding import KINDS, Folded, compact, fold, lower
from pipeline.redact.lexicon import DOUBLE, SINGLE
from pipeline.redact.spans import Span

SHORTEST = 2  # characters; a single one would tear words apart
HAN_NAME = re.compile(r"[一-龥]{2,4}")


def known_values(folded: Folded, known: Iterable[str]) -> list[Span]:
    """Every place of a known value, read without signs and spaces.

    Also found are the given name of a Chinese name, the surname before 先生 and the like (by
    the rules for names), and the part of an address below its estate or road.
    """
    places = [i for i, c in enumerate(folded.digits) if c.isalnum()]
    text = "".join(lower(folded.digits[i]) for i in places)
    spans = []
    for value in sorted({part for whole in known for part in parts(whole)}):
        at = text.find(value)
        while at >= 0:
            spans.append(Span(places[at], places[at + len(value) - 1] + 1, "已知信息"))
            at = text.find(value, at + 1)
    return spans


def parts(value: str) -> set[str]:
    """What to look for: the value itself and the parts of it that tell as much."""
    folded = fold(value)
    found = {value, *_given_name(folded.plain.strip())}
    for span in addresses(folded):
        found.add(folded.plain[span.start : span.end])
    spelt = {compact(part) for part in found}
    return {part for part in spelt if len(part) >= SHORTEST and not any(part in k for k in KINDS)}


def _given_name(name: str) -> set[str]:
    if not HAN_NAME.fullmatch(name):
        return set()
    surname = 2 if name[:2] in DOUBLE and len(name) > 2 else 1 if name[0] in SINGLE else 0
    given = name[surname:]
    return {given} if surname and len(given) >= 2 else set()
