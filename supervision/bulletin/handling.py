"""The sections of a bulletin on how cases were handled, and what callers said of it."""

from collections.abc import Iterator

from components import words
from metrics import answers, numerals, registry, shares
from metrics.measure import Figure
from metrics.stats.satisfaction import Answers
from supervision.bulletin import shown
from supervision.bulletin.drawn import months
from supervision.bulletin.said import Desk, counts, interval, rate, rates
from supervision.papers.model import Block, Table, Text


def handling(desk: Desk) -> Iterator[Block]:
    """Deadlines by both formulas, what was moved or sent back, and how long each stage took."""
    official, strict = (desk.found.one(name) for name in shown.HANDLING[:2])
    if official.value is not None and strict.value is not None:
        yield Text(
            desk.t("said.official", official=rate(desk, official), strict=rate(desk, strict))
        )
    yield rates(desk, desk.t("table.handling"), shown.HANDLING)
    yield months(desk, "on_time_rate", desk.t("chart.on_time"))
    rows = tuple(row for name in shown.TIMES if (row := _time(desk, name)))
    yield Table(
        desk.t("table.times"), desk.head("stage", "cases", "median", "p90"), rows, (1,),
        (6, 3, 5, 5),
    )  # fmt: skip


def _time(desk: Desk, name: str) -> tuple[str, ...]:
    metric, figure = registry.get(name), desk.found.one(name)
    called, none = words.name(desk.language, metric), desk.t("paper.none")
    if figure.numerator is None:
        return (called, words.note(desk.language, figure, metric), none, none)
    return (
        called, numerals.count(figure.numerator), *words.percentiles(desk.language, figure),
    )  # fmt: skip


def callbacks(desk: Desk) -> Iterator[Block]:
    """Who was called back, what was said, and what each formula makes of it."""
    told = desk.found.answers()
    if told is None or not told.answered:
        yield Text(desk.t("said.callbacks_hidden"))
    else:
        yield Text(desk.t("said.callbacks", **words.answers(told)))
        yield _answers(desk, told)
        yield _formulas(desk, told)
        low, high = numerals.bounds(answers.silent(told))
        yield Text(desk.t("said.silent", low=low, high=high))
    yield rates(desk, desk.t("table.callbacks"), shown.CALLBACKS)


def _answers(desk: Desk, told: Answers) -> Table:
    whole = Figure("", told.answered, None, told.answered)
    rows = []
    for name in ("satisfied", "basically", "cannot_say", "dissatisfied"):
        number = getattr(told, name)
        share = shares.share(Figure(name, number, None, number), whole)
        said = numerals.value(share) if share.value is not None else desk.t("paper.none")
        rows.append((desk.t(f"answer.{name}"), numerals.count(number), said, counts(desk, share)))
    head = desk.head("answer", "times", "among", "counts")
    return Table(desk.t("table.answers"), head, tuple(rows), (1, 2, 3), (4, 3, 4, 4))


def _formulas(desk: Desk, told: Answers) -> Table:
    """Three formulas side by side: the weighted one has no whole number to divide."""
    found = [(name, desk.found.one(name)) for name in ("satisfied", "not_dissatisfied")]
    found.insert(1, ("satisfied_weighted", answers.weighted(told)))
    rows = tuple(
        (
            words.name(desk.language, registry.get(name)),
            numerals.percent(one.value, one.denominator),
            counts(desk, one) if one.numerator is not None else
            words.counts(desk.language, one, registry.get(name)),
            interval(desk, one),
        )
        for name, one in found
    )  # fmt: skip
    head = desk.head("name", "value", "counts", "range")
    return Table(desk.t("table.satisfied"), head, rows, (1, 2, 3), (6, 3, 4, 4))
