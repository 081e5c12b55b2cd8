"""What a machine takes out of a text that is to be published, and what it still finds in one."""

from collections.abc import Collection

from data_access.supervision.doubts import DAY, doubts
from pipeline.redact import redact


def doubtful(text: str, days: bool = False) -> list[str]:
    """Doubts by name, none if the text may leave; `personal` is what would be taken out again.

    With `days`, a day may stand in it: of what belongs to no case it tells nothing.
    """
    found = [doubt for doubt in doubts(text) if not (days and doubt == "day")]
    return [*found, *([] if redact(text) == text else ["personal"])]


def coarser(text: str, towns: Collection[str]) -> str:
    """A text without days and towns: beside it stand a quarter and a county, not more."""
    text = DAY.sub("〔日期〕", text)
    for name in sorted(towns, key=len, reverse=True):
        text = text.replace(name, "〔地点〕")
    return text
