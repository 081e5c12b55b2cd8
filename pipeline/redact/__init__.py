"""Takes personal details out of what officials write for the public. See docs/redaction.md.

One pass folds the text, lets every finder look at it, joins what overlaps and puts placeholders
in. Passes are repeated until one changes nothing: what a placeholder brings to light is found
too, and a text that was redacted stays as it is.
"""

from collections.abc import Iterable

from pipeline.redact.addresses import addresses
from pipeline.redact.folding import fold
from pipeline.redact.identifiers import identifiers
from pipeline.redact.known import known_values
from pipeline.redact.names import names, propagated
from pipeline.redact.ner import ModelMissing, second_look, words
from pipeline.redact.numbers import numbers
from pipeline.redact.spans import replace

__all__ = ["ModelMissing", "redact"]


def redact(text: str, known: Iterable[str] = ()) -> str:
    """The text with placeholders such as 〔电话〕 for personal details.

    `known` are the case's own values (name, telephone, identity card, address, plate): they go
    wherever they stand. Raises `ModelMissing` without the model of names; nothing is redacted
    by half. A placeholder never grows, so the passes come to an end.
    """
    values = tuple(known)
    while True:
        redacted = _pass(text, values)
        if redacted == text:
            return text
        text = redacted


def _pass(text: str, known: tuple[str, ...]) -> str:
    folded = fold(text)
    found = names(folded, words(folded.plain), second_look(folded.plain))
    spans = [
        *known_values(folded, known),
        *numbers(folded),
        *identifiers(folded),
        *addresses(folded),
        *found,
        *propagated(folded, found),
    ]
    return replace(text, folded, spans)
