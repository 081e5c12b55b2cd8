"""What a machine still finds in a text that is to be published: rules, and the redactor anew."""

from data_access.supervision.doubts import doubts
from pipeline.redact import redact


def doubtful(text: str, days: bool = False) -> list[str]:
    """Doubts by name, none if the text may leave; `personal` is what would be taken out again.

    With `days`, a day may stand in it: of what belongs to no case it tells nothing.
    """
    found = [doubt for doubt in doubts(text) if not (days and doubt == "day")]
    return [*found, *([] if redact(text) == text else ["personal"])]
