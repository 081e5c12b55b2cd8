"""What a machine still finds in a text that is to be published: rules, and the redactor anew."""

from data_access.supervision.doubts import doubts
from pipeline.redact import redact


def doubtful(text: str) -> list[str]:
    """Doubts by name, none if the text may leave; `personal` is what would be taken out again."""
    return [*doubts(text), *([] if redact(text) == text else ["personal"])]
