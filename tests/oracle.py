"""The language of metrics read naively, row by row in Python: what every engine must agree with."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from metrics.expression import tokens
from metrics.model import Metric

Row = Mapping[str, Any]
Rows = list[tuple[Any, ...]]
Value = Callable[[Row], Any]  # None is SQL's NULL
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
}  # fmt: skip
CONSTANTS = {"NULL": None, "TRUE": True, "FALSE": False}


def counted(
    metric: Metric, facts: Iterable[Row], by: tuple[str, ...] = (), grain: str = "month"
) -> Rows:
    """The sorted rows (grain, *by, numerator, denominator) of a metric."""
    inside = reading(metric.denominator or metric.numerator, metric.facts.columns)
    kept = reading(metric.numerator, metric.facts.columns)
    keys = (f"{metric.dated_by}_{grain}", *by)
    numerators: Counter[tuple[Any, ...]] = Counter()
    denominators: Counter[tuple[Any, ...]] = Counter()
    for row in facts:
        if inside(row) is True:
            key = tuple(row[name] for name in keys)
            denominators[key] += 1
            numerators[key] += kept(row) is True
    return ordered((*key, numerators[key], n) for key, n in denominators.items())


def ordered(rows: Any) -> Rows:
    return sorted(rows, key=lambda row: [(value is not None, value) for value in row])


def reading(text: str, columns: Collection[str]) -> Value:
    """A text as a function of a row."""
    reader = Reader(tokens(text, columns))
    value = reader.either()
    assert not reader.left, f"{text!r}: {reader.left} left over"
    return value


class Reader:
    """Recursive descent: OR binds weakest, then AND, NOT, and last comparisons, IS and IN."""

    def __init__(self, words: list[str]) -> None:
        self.left = words

    def took(self, *words: str) -> bool:
        if self.left[: len(words)] != list(words):
            return False
        self.left = self.left[len(words) :]
        return True

    def either(self) -> Value:
        value = self.both()
        while self.took("OR"):
            value = _either(value, self.both())
        return value

    def both(self) -> Value:
        value = self.negated()
        while self.took("AND"):
            value = _negated(_either(_negated(value), _negated(self.negated())))
        return value

    def negated(self) -> Value:
        return _negated(self.negated()) if self.took("NOT") else self.predicate()

    def predicate(self) -> Value:
        value = self.operand()
        if self.left and self.left[0] in COMPARE:
            compare, self.left = COMPARE[self.left[0]], self.left[1:]
            return _compared(compare, value, self.operand())
        for words, wrap in ((("IS", "NOT"), _negated), (("IS",), _same)):
            if self.took(*words):
                return wrap(_is(value, self.operand()))
        for words, wrap in ((("NOT", "IN"), _negated), (("IN",), _same)):
            if self.took(*words, "("):
                return wrap(self.among(value))
        return value

    def among(self, value: Value) -> Value:
        found = _compared(eq, value, self.operand())
        while self.took(","):
            found = _either(found, _compared(eq, value, self.operand()))
        assert self.took(")")
        return found

    def operand(self) -> Value:
        if self.took("("):
            value = self.either()
            assert self.took(")")
            return value
        word, self.left = self.left[0], self.left[1:]
        if word in CONSTANTS:
            return lambda _: CONSTANTS[word]
        if word[0] == "'":
            return lambda _: word[1:-1]
        return (lambda _: int(word)) if word.isdigit() else lambda row: row[word]


def _same(value: Value) -> Value:
    return value


def _negated(value: Value) -> Value:
    return lambda row: None if (found := value(row)) is None else not found


def _either(one: Value, other: Value) -> Value:
    def value(row: Row) -> bool | None:
        found = one(row), other(row)
        return True if True in found else None if None in found else False

    return value


def _is(one: Value, other: Value) -> Value:
    return lambda row: one(row) is other(row)


def _compared(compare: Callable[[Any, Any], bool], one: Value, other: Value) -> Value:
    def value(row: Row) -> bool | None:
        left, right = one(row), other(row)
        if left is None or right is None:
            return None
        if isinstance(left, datetime) and isinstance(right, str):
            right = datetime.fromisoformat(right)
            right = right if right.tzinfo else right.replace(tzinfo=UTC)
        return compare(left, right)

    return value
