"""Which counts are one and the same, read from the words of the definitions.

A ratio tells two counts, its denominator and its numerator, and either may be what another metric
counts: calls back that were answered are the numerator of one and the denominator of others. Both
then carry one name, so that nothing is withheld in one place and told in another.
"""

import re

from metrics.model import Metric

Name = tuple[str, ...]
IS, IS_NOT_EMPTY = re.compile(r"(\w+) = '[^']+'"), "{} <> ''"


def base(metric: Metric) -> Name:
    """What its threshold is about: a ratio's denominator, of other metrics what they count."""
    return _name(metric, metric.denominator or metric.numerator)


def numerator(metric: Metric) -> Name:
    """The cases of a ratio's numerator, which are counted among those of its denominator."""
    return _name(metric, *filter(None, (metric.denominator, metric.numerator)))


def counts(metric: Metric) -> frozenset[Name]:
    """All the counts that a metric tells."""
    return frozenset({base(metric), numerator(metric)})


def _name(metric: Metric, *conditions: str) -> Name:
    """Conditions that must all hold, in one order and without those that follow from others."""
    parts = {part for text in conditions for part in _conjuncts(" ".join(text.split()))}
    follows = {IS_NOT_EMPTY.format(found[1]) for part in parts if (found := IS.fullmatch(part))}
    return (metric.subject, metric.dated_by, *sorted(parts - follows), metric.span or "")


def _conjuncts(text: str) -> list[str]:
    """The parts that AND joins outside of brackets; one, where OR stands outside of them."""
    words, depth, parts = text.split(" "), 0, [""]
    for word in words:
        if depth == 0 and word == "OR":
            return [text]
        if depth == 0 and word == "AND":
            parts.append("")
            continue
        parts[-1] = f"{parts[-1]} {word}".strip()
        depth += word.count("(") - word.count(")")
    return parts
