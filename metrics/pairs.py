"""Whether the data support a comparison of two figures, and if they do not, for which reason.

What is refused is refused for the first reason that applies, in the order of REASONS: first what
makes the question itself one that no data could answer, then what is missing, then chance, then
the mix of cases. A difference that chance explains is told with its interval all the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from data_access.published import ALL, NONE
from metrics.change import Change, Growth, between, grown, settled
from metrics.comparison import comparable
from metrics.measure import COMPARABLE, TOO_EARLY, UNPUBLISHED, Figure
from metrics.model import Metric
from metrics.periods import closed

KINDS = ("ratio", "count")  # that have an interval: medians and scores have none
PLACES = ("unit", "area")  # whose raw counts say mostly how large they are


@dataclass(frozen=True)
class Side:
    """One figure with all that a comparison has to know of it.

    `by` is the dimension that it is cut by, empty for the whole city, and `code` its member.
    `kind` tells what may stand side by side: of a unit its peer group. `sha256` is that of the
    metric's definition. `adjusted` is the share with the peers' mix of cases, if that is told.
    """

    by: str
    code: str
    period: str
    grain: str
    figure: Figure
    release: str
    as_of: date
    sha256: str
    kind: str = ""
    adjusted: Figure | None = None


@dataclass(frozen=True)
class Verdict:
    """`reason` is one of REASONS, or empty where the comparison is supported.

    `found` is how far a lies from b: the difference of two shares, the ratio of two counts; None
    where it cannot be told. `instead` is the metric to ask for in place of raw counts.
    """

    metric: Metric
    a: Side
    b: Side
    reason: str
    found: Change | Growth | None = None
    instead: str = ""

    @property
    def supported(self) -> bool:
        return not self.reason

    @property
    def higher(self) -> bool:
        """Whether a lies above b, as far as the figures go."""
        if self.found is None:
            return False
        return _excess(self.found) > 0

    @property
    def mix_open(self) -> bool:
        """Whether two units are told apart without their mix of cases being allowed for."""
        return self.supported and _two_units(self.a, self.b) and not _adjusted(self.a, self.b)


def judge(metric: Metric, a: Side, b: Side, fewest: int = COMPARABLE, instead: str = "") -> Verdict:
    """Compare two figures of a metric; `fewest` is the city's least number of cases.

    `instead` is named where raw counts of two places are asked for.
    """
    least = max(fewest, COMPARABLE)
    reason = next((name for name, wrong in RULES.items() if wrong(metric, a, b, least)), "")
    if reason:
        return Verdict(metric, a, b, reason, instead=instead if reason == "counts" else "")
    found = (between if metric.kind == "ratio" else grown)(a.figure, b.figure)
    if found is None or found.within_chance:
        return Verdict(metric, a, b, "apart", found)
    return Verdict(metric, a, b, "mix" if _mixed(a, b, found) else "", found)


def _neutral(metric: Metric, a: Side, b: Side, least: int) -> bool:
    """Whether two places or kinds of case are to be compared by a share without good direction."""
    if metric.kind == "count" or a.code == b.code:
        return False
    try:
        comparable(metric)
    except ValueError:
        return True
    return False


def _raw(metric: Metric, a: Side, b: Side, least: int) -> bool:
    return metric.kind == "count" and not metric.per and a.by in PLACES and a.code != b.code


def _few(metric: Metric, a: Side, b: Side, least: int) -> bool:
    """Fewer cases than a share needs; of counts, none on one side or too few on both together."""
    if metric.kind == "ratio":
        return any((one.figure.denominator or 0) < least for one in (a, b))
    counts = [one.figure.numerator or 0 for one in (a, b)]
    return min(counts) == 0 or sum(counts) < least


def _both(asked: Callable[[Metric, Side], bool]) -> Callable[[Metric, Side, Side, int], bool]:
    """A rule that either side alone can break."""
    return lambda metric, a, b, _: asked(metric, a) or asked(metric, b)


RULES: dict[str, Callable[[Metric, Side, Side, int], bool]] = {
    "metric": lambda metric, *_: metric.kind not in KINDS or metric.subject == "rows",
    "direction": _neutral,
    "definitions": lambda _, a, b, __: a.sha256 != b.sha256,
    "releases": lambda _, a, b, __: a.release != b.release,
    "grains": lambda _, a, b, __: a.grain != b.grain,
    "two_ways": lambda _, a, b, __: a.code != b.code and a.period != b.period,
    "peers": lambda _, a, b, __: (a.by, a.kind) != (b.by, b.kind),
    "counts": _raw,
    "running": _both(lambda _, one: one.period == ALL or not closed(one.period, one.as_of)),
    "early": _both(lambda _, one: one.figure.note == TOO_EARLY),
    "unsettled": _both(lambda metric, one: not settled(metric.id, one.period, one.as_of)),
    "unpublished": _both(lambda _, one: one.figure.note == UNPUBLISHED),
    "withheld": _both(lambda _, one: one.figure.numerator is None),
    "few": _few,
}  # fmt: skip
REASONS = (*RULES, "apart", "mix")


def _mixed(a: Side, b: Side, found: Change | Growth) -> bool:
    """Whether what is left once the mix of cases is allowed for does not say the same.

    The two intervals are put together as Newcombe does with Wilson's: G. Y. Zou and A. Donner,
    Statistics in Medicine 27 (2008) 1693-1702, do so with any.
    """
    if not _two_units(a, b) or not _adjusted(a, b):
        return False
    left = between(a.adjusted, b.adjusted)
    return left is None or left.within_chance or (_excess(left) > 0) != (_excess(found) > 0)


def _two_units(a: Side, b: Side) -> bool:
    return a.by == "unit" and a.code != b.code


def _adjusted(a: Side, b: Side) -> bool:
    return all(one.adjusted is not None and one.adjusted.value is not None for one in (a, b))


def _excess(found: Change | Growth) -> float:
    return found.difference if isinstance(found, Change) else found.ratio - 1


def kind_of(by: str, code: str, group: str) -> str:
    """What may stand beside a member: units of its peer group, other areas or categories."""
    return NONE if code == NONE else group if by == "unit" else by
