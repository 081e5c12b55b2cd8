"""Satisfaction from call-backs: who was asked, who answered, and what the silent could change.

The three formulas are in use by Chinese hotlines and differ by up to 30 points on one bulletin
(docs of Ziyang county, 2020-10 and 2022-09), so all stand side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from metrics import registry
from metrics.intervals import wilson
from metrics.measure import COMPARABLE, FEW

RESPONSE_NEEDED = 0.2  # a policy, not a law: below it the silent decide
STRATUM_NEEDED = 10  # answers, below which a stratum's weight rests on chance
BASICALLY = next(
    term.weight
    for term in registry.get("satisfied_weighted").terms
    if term.metric == "basically_satisfied"
)


@dataclass(frozen=True)
class Answers:
    """Counts of one survey. Reached but refused = reached - answered.

    The four answers add up to `answered`; an error otherwise.
    """

    asked: int
    reached: int
    answered: int
    satisfied: int
    basically: int = 0
    cannot_say: int = 0
    dissatisfied: int = 0

    def __post_init__(self) -> None:
        said = (self.satisfied, self.basically, self.cannot_say, self.dissatisfied)
        if min(said) < 0 or not self.answered <= self.reached <= self.asked:
            raise ValueError(f"{self}: 0 <= answered <= reached <= asked does not hold")
        if sum(said) != self.answered:
            raise ValueError(f"{self}: the answers add up to {sum(said)}")


class Interval(NamedTuple):
    low: float
    high: float


@dataclass(frozen=True)
class Satisfaction:
    """Fractions; None where nobody answered or was asked.

    `satisfied` = S / R with its Wilson `interval`; `not_dissatisfied` = (R - D) / R;
    `with_basically` = (S + 0.9 B) / R. `bounds` hold S / A whatever the silent would have said.
    `note` is measure.FEW where R < 30 or R / A < 0.2.
    """

    response_rate: float | None
    satisfied: float | None
    not_dissatisfied: float | None
    with_basically: float | None
    interval: Interval | None
    bounds: Interval | None
    note: str


def satisfaction(answers: Answers) -> Satisfaction:
    """The three formulas, with interval and bounds."""
    asked, valid, yes = answers.asked, answers.answered, answers.satisfied
    few = valid < COMPARABLE or valid < RESPONSE_NEEDED * asked
    rate = valid / asked if asked else None
    if not valid:
        return Satisfaction(rate, None, None, None, None, bounds(answers), FEW)
    return Satisfaction(
        rate,
        yes / valid,
        (valid - answers.dissatisfied) / valid,
        (yes + BASICALLY * answers.basically) / valid,
        Interval(*wilson(yes, valid)),
        bounds(answers),
        FEW if few else "",
    )


def bounds(answers: Answers) -> Interval | None:
    """No-assumption bounds [S / A, (S + A - R) / A]; None if nobody was asked.

    C. F. Manski, American Economic Review 80 (1990) 319-323: everybody who did not answer may have
    been satisfied, or nobody.
    """
    asked, yes = answers.asked, answers.satisfied
    if not asked:
        return None
    return Interval(yes / asked, (yes + asked - answers.answered) / asked)


@dataclass(frozen=True)
class Weighted:
    """`share` of satisfied, each answer weighing asked / answered of its stratum.

    `effective` is Kish's number of answers; the interval is Wilson's with it. `pooled` names the
    strata that were joined because too few answered.
    """

    share: float
    interval: Interval
    effective: float
    pooled: tuple[str, ...]


def weighted(strata: Mapping[str, Answers]) -> Weighted | None:
    """Satisfied share as if every stratum had answered alike; None if nobody answered.

    Right if within a stratum the silent are like those who answered, which no count can show: the
    bounds stand beside. Effective n = (sum w)^2 / sum w^2 (L. Kish, Survey Sampling, 1965, 11.7).
    """
    joined, small = collapse(strata)
    if not sum(part.answered for part in joined):
        return None
    asked = sum(part.asked for part in joined)
    # w = A_g / R_g for each of R_g answers: their sum is A_g, the sum of squares A_g^2 / R_g.
    squares = sum(part.asked**2 / part.answered for part in joined)
    share = sum(part.asked * part.satisfied / part.answered for part in joined) / asked
    share, effective = min(1.0, share), asked**2 / squares  # 1 but for rounding
    return Weighted(share, Interval(*wilson(share * effective, effective)), effective, small)


def collapse(strata: Mapping[str, Answers]) -> tuple[list[Answers], tuple[str, ...]]:
    """Join the strata with fewer than 10 answers into one; also returns their names.

    If they are still fewer than 10, the next smallest stratum joins them, and so on.
    """
    used = {name: part for name, part in strata.items() if part.asked}
    order = sorted(used, key=lambda name: (strata[name].answered, name))
    small: list[str] = []
    for name in order:
        held = sum(strata[other].answered for other in small)
        # Nobody is thrown away: a stratum without answers counts through those it is pooled with.
        if strata[name].answered >= STRATUM_NEEDED and (not small or held >= STRATUM_NEEDED):
            break
        small.append(name)
    joined = [part for name, part in used.items() if name not in small]
    if small:
        joined.append(_sum([used[name] for name in small]))
    return joined, tuple(small)


def _sum(parts: list[Answers]) -> Answers:
    rows = [
        (p.asked, p.reached, p.answered, p.satisfied, p.basically, p.cannot_say, p.dissatisfied)
        for p in parts
    ]
    return Answers(*(sum(column) for column in zip(*rows, strict=True)))
