"""What was said in callbacks, put together from the published figures of one period."""

from collections.abc import Mapping

from metrics.intervals import wilson
from metrics.measure import Figure
from metrics.stats.satisfaction import BASICALLY, Answers, bounds

METRICS = (
    "callbacks_asked",
    "callbacks_reached",
    "callbacks_answered",
    "satisfied",
    "basically_satisfied",
    "not_dissatisfied",
)


def answers(figures: Mapping[str, Figure]) -> Answers | None:
    """The counts behind METRICS; None if any of them is missing or withheld.

    `basically_satisfied` counts those who said so and nobody else, so "cannot say" is what is
    left of `not_dissatisfied`. ValueError where the figures do not fit each other.
    """
    counts = {name: figures[name].numerator for name in METRICS if name in figures}
    told = {name: count for name, count in counts.items() if count is not None}
    if len(told) < len(METRICS):
        return None
    asked, reached, answered, satisfied, basically, not_dissatisfied = (
        told[name] for name in METRICS
    )
    among = [figures[name].denominator for name in METRICS[1:]]
    if among != [asked] * 2 + [answered] * 3:
        raise ValueError(f"callbacks: {asked} asked, {answered} answered, but shares of {among}")
    return Answers(
        asked, reached, answered, satisfied, basically,
        cannot_say=not_dissatisfied - satisfied - basically,
        dissatisfied=answered - not_dissatisfied,
    )  # fmt: skip


def weighted(found: Answers) -> Figure:
    """The formula (S + 0.9 B) / R; ValueError where nobody answered.

    Its interval is Wilson's for a share as large, which is never too narrow: scores between 0 and 1
    vary at most as much as a yes or no with the same mean (R. Bhatia and C. Davis, American
    Mathematical Monthly 107 (2000) 353-357).
    """
    score = found.satisfied + BASICALLY * found.basically
    low, high = wilson(score, found.answered)
    return Figure("satisfied_weighted", None, found.answered, score / found.answered, low, high)


def silent(found: Answers) -> Figure:
    """Bounds of the share satisfied among all who were asked, whatever the silent would have said.

    There is no value, because nobody knows it.
    """
    interval = bounds(found)
    low, high = interval if interval else (None, None)
    return Figure("satisfied", None, found.asked, None, low, high)
