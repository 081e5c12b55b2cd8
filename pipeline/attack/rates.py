"""What a rate gives away of the count it rests on, if that count is hidden.

A percentage is rounded as the pages round it (metrics/numerals.py): few cases are consistent with
a given text. One that pins them to a single number below 30 tells that number.
"""

from collections.abc import Iterator

import numpy as np

from metrics.numerals import percent
from pipeline.attack.files import FEW, PROTECTED, Published

RELIABLE = 30  # cases from which on rates are shown


def bases(text: str, low: int, high: int) -> Iterator[int]:
    """Each number of cases in low..high for which some numerator is shown as this text."""
    told = float(text.rstrip("%")) / 100
    for cases in range(max(low, 1), high + 1):
        near = round(told * cases)
        # Rounding moves a share by half of the last digit, or a whole one next to 0 and 1.
        reach = cases // 100 + 1
        numerators = range(max(near - reach, 0), min(near + reach, cases) + 1)
        if any(percent(numerator / cases, cases) == text for numerator in numerators):
            yield cases


def pinned(text: str, low: int, high: int) -> int | None:
    """The one number of cases below 30 that a rate can rest on, or None if there are others."""
    found = bases(text, low, high)
    first = next(found, None)
    if first is None or first >= RELIABLE or next(found, None) is not None:
        return None
    return first


def told(release: Published) -> list[tuple[int, str, int]]:
    """Withheld cells of a file that show a rate: place of the row, text, and cases pinned by it.

    Looks at every column of texts that the published table does not need.
    """
    cells = release.cells
    own = {"metric", "grain", "period", *release.dimensions, "withheld"}
    found = []
    for name in sorted({*cells.select_dtypes(["object", "string"])} - own):
        texts = cells[name].astype(str)
        rates = release.hidden & texts.str.fullmatch(r"\d+(\.\d)?%")
        for row in np.flatnonzero(rates):
            low, high = _range(str(cells["withheld"].iloc[row]), int(cells["threshold"].iloc[row]))
            if (cases := pinned(texts.iloc[row], low, high)) is not None:
                found.append((int(row), texts.iloc[row], cases))
    return found


def _range(reason: str, threshold: int) -> tuple[int, int]:
    """The cases that the reason leaves open; far above 30 there is always a second number."""
    if reason == FEW:
        return 1, threshold - 1
    return (threshold if reason == PROTECTED else 1), 10 * RELIABLE
