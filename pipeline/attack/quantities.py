"""What is counted in a published file, told apart so that equal counts are known to be equal.

A metric's base is what its threshold is about: of a count the cases counted, of a ratio its
denominator. A ratio also tells its numerator and so the difference between the two; neither is
negative, which says that the numerator is never above the denominator.
"""

import numpy as np
import pandas as pd

from metrics import quantities, registry
from pipeline.attack.bounds import UNBOUNDED, Ints
from pipeline.attack.files import FEW, PROTECTED, TOO_EARLY, Published

BASE, NUMERATOR, DIFFERENCE = "base", "numerator", "difference"

Name = tuple[str, ...]


def of(metric: str, sha256: str | None, ratio: bool) -> dict[str, Name]:
    """The names of a metric's quantities, by part.

    Equal names are equal counts, in whichever metric and as whichever part they appear. Of a
    definition that is not the one we hold, only its own name is known.
    """
    held = registry.everything().get(metric)
    if held is None or held.sha256 != sha256 or held.kind not in ("count", "ratio"):
        base: Name = ("definition", metric, sha256 or "")
        counted = base
    else:
        base, counted = quantities.base(held), quantities.numerator(held)
    if not ratio:
        return {BASE: base}
    if counted == base:  # nothing else is known of it
        counted = (*base, NUMERATOR)
    return {BASE: base, NUMERATOR: counted, DIFFERENCE: (*base, "without", *counted)}


def ratios(release: Published) -> set[str]:
    """The metrics that are published with a denominator."""
    cells = release.cells
    told = set(cells["metric"][cells["denominator"].notna()])
    known = registry.everything()
    return told | {name for name in set(cells["metric"]) if name in known
                   and known[name].kind == "ratio"}  # fmt: skip


def intervals(rows: pd.DataFrame, part: str, ratio: bool) -> tuple[Ints, Ints]:
    """What a row says of one quantity by itself: the number, or what the reason gives away."""
    base = rows["denominator"] if ratio else rows["numerator"]
    value = {BASE: base, NUMERATOR: rows["numerator"]}.get(part, base - rows["numerator"])
    shown = value.notna().to_numpy()
    number = value.fillna(0).to_numpy(np.int64)
    low, high = np.where(shown, number, 0), np.where(shown, number, UNBOUNDED)
    threshold, reason = rows["threshold"].to_numpy(), rows["withheld"]
    for why, most in ((FEW, threshold - 1), (TOO_EARLY, 0 * threshold)):
        said = ~shown & (reason == why).to_numpy()
        high = np.where(said, most, high)
    if part == BASE:
        low = np.where(~shown & (reason == PROTECTED).to_numpy(), threshold, low)
    return low, np.maximum(high, low)
