"""A third-party survey by the same formulas as the hotline's own callbacks."""

from cities.surveys import Survey
from metrics import answers as said
from metrics import registry
from metrics.change import Change, between
from metrics.measure import Figure, figure
from metrics.stats.satisfaction import Answers

FORMULAS = ("satisfied", "satisfied_weighted", "not_dissatisfied")  # the strictest first


def answers(survey: Survey) -> Answers:
    """Its counts, in the terms of callbacks."""
    return Answers(
        survey.asked, survey.reached, survey.answered, survey.satisfied, survey.basically,
        survey.cannot_say, survey.dissatisfied,
    )  # fmt: skip


def shares(found: Answers) -> dict[str, Figure]:
    """The three formulas of one set of answers, each with its interval."""
    strict, weighted, mild = FORMULAS
    kind = found.answered - found.dissatisfied
    return {
        strict: figure(registry.get(strict), strict, found.satisfied, found.answered),
        weighted: said.weighted(found),
        mild: figure(registry.get(mild), mild, kind, found.answered),
    }


def apart(survey: Answers, callbacks: Answers) -> Change | None:
    """The share satisfied in the survey less that of the callbacks, and its 95 % interval.

    The interval takes both as samples of their own (metrics.change.between). That they asked other
    people in another way is no chance, and no interval tells how much of a difference that makes.
    """
    strict = FORMULAS[0]
    return between(shares(survey)[strict], shares(callbacks)[strict])
