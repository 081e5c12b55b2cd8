"""How a city's supervisors watch over deadlines: colours with the rule each follows, and actions.

`supervision.toml` tells both. Whatever is missing or misspelt is refused, with file and key.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from cities import ROOT, profile

COLOURS = ("blue", "yellow", "red")  # mildest first
LANGUAGES = ("zh", "en")
Words = dict[str, str]  # by language


class BadRules(ValueError):
    """Rules that cannot be used; the message names file, key and what is wrong."""


@dataclass(frozen=True)
class Level:
    """A colour of open cases: at most `left` working days left, or at least `overdue` past.

    Exactly one of the two. `rule` says it in words, with the rule that it follows; a `reference`
    is another place's.
    """

    colour: str
    name: Words
    rule: Words
    reference: bool
    left: int | None = None
    overdue: int | None = None


@dataclass(frozen=True)
class Basis:
    """One rule an action rests on. A `reference` (参照) holds elsewhere."""

    words: Words
    reference: bool


@dataclass(frozen=True)
class Step:
    """A kind of action (督办方式): when it is suggested, how long a reply may take, by which rule.

    `level` "" is never suggested. A `confidential` one is never shown to the unit concerned.
    """

    kind: str
    name: Words
    about: Words
    basis: tuple[Basis, ...]
    level: str
    after: tuple[str, ...]
    days: int
    confidential: bool
    lawyer_check: bool
    paper: "Paper"


@dataclass(frozen=True)
class Paper:
    """The document that goes out: its title, what it asks for, and to whom if not to the unit."""

    title: Words
    text: Words
    to: Words | None


@dataclass(frozen=True)
class Rules:
    """A city's colours, mildest first, and its actions in the order of the ladder.

    `office` signs documents; `code` (发文字号的代字) begins their numbers.
    """

    levels: tuple[Level, ...]
    steps: dict[str, Step]
    office: Words
    code: Words

    @property
    def confidential(self) -> tuple[str, ...]:
        return tuple(kind for kind, step in self.steps.items() if step.confidential)


@cache
def rules(city: str) -> Rules | None:
    """The rules of a city, None where it has none yet. BadRules; UnknownCity."""
    path = ROOT / profile(city).id / "supervision.toml"
    if not path.exists():
        return None
    try:
        return read(tomllib.loads(path.read_text("utf-8")))
    except (BadRules, tomllib.TOMLDecodeError) as error:
        raise BadRules(f"{city}/supervision.toml: {error}") from error


def read(told: dict[str, Any]) -> Rules:
    """Rules as the file tells them."""
    _only("file", told, {"office", "code", "levels", "actions"})
    levels = tuple(_level(row) for row in told.get("levels", []))
    if tuple(level.colour for level in levels) != COLOURS:
        raise BadRules(f"levels: one each of {', '.join(COLOURS)}, in this order")
    bounds = [level.overdue if level.left is None else -level.left for level in levels]
    if any(one is None or other is None or one >= other for one, other in pairwise(bounds)):
        raise BadRules("levels: each begins later than the one before")
    actions = told.get("actions", {})
    if not actions:
        raise BadRules("actions: missing or empty")
    steps = {kind: _step(kind, row, set(actions)) for kind, row in actions.items()}
    return Rules(levels, steps, _words("office", told), _words("code", told))


def _level(told: dict[str, Any]) -> Level:
    key = f"levels.{told.get('colour')}"
    _only(key, told, {"colour", "left", "overdue", "reference", "name", "rule"})
    given = [told[side] for side in ("left", "overdue") if side in told]
    if len(given) != 1 or type(given[0]) is not int or given[0] < 0:
        raise BadRules(f"{key}: give left or overdue, a number from 0")
    name, rule = _words(f"{key}.name", told), _words(f"{key}.rule", told)
    return Level(
        told["colour"], name, rule, _flag(key, told, "reference"),
        told.get("left"), told.get("overdue"),
    )  # fmt: skip


def _step(kind: str, told: dict[str, Any], kinds: set[str]) -> Step:
    key = f"actions.{kind}"
    flags = ("confidential", "lawyer_check")
    _only(key, told, {"level", "after", "days", "name", "about", "basis", "paper", *flags})
    after, days = told.get("after"), told.get("days")
    if told.get("level") not in ("", *COLOURS):
        raise BadRules(f"{key}.level: one of {', '.join(COLOURS)}, or empty")
    if not isinstance(after, list) or not set(after) <= kinds - {kind}:
        raise BadRules(f"{key}.after: a list of other actions")
    if type(days) is not int or days < 1:
        raise BadRules(f"{key}.days: working days, at least 1")
    basis = tuple(_basis(f"{key}.basis", row) for row in told.get("basis", []))
    if not basis:
        raise BadRules(f"{key}.basis: needs at least one")
    name, about = _words(f"{key}.name", told), _words(f"{key}.about", told)
    confidential, lawyer = (_flag(key, told, flag) for flag in flags)
    paper = _paper(f"{key}.paper", told.get("paper"))
    return Step(
        kind, name, about, basis, told["level"], tuple(after), days, confidential, lawyer, paper
    )


def _paper(key: str, told: Any) -> Paper:
    _only(key, told, {"title", "text", "to"})
    title, text = _words(f"{key}.title", told), _words(f"{key}.text", told)
    return Paper(title, text, _words(f"{key}.to", told) if "to" in told else None)


def _basis(key: str, told: dict[str, Any]) -> Basis:
    _only(key, told, {*LANGUAGES, "reference"})
    return Basis(_words(key, {"basis": _texts(told)}), _flag(key, told, "reference"))


def _texts(told: dict[str, Any]) -> dict[str, Any]:
    return {name: text for name, text in told.items() if name in LANGUAGES}


def _words(key: str, told: dict[str, Any]) -> Words:
    """A text in every language, found under the last part of its key."""
    found = told.get(key.rsplit(".", 1)[-1])
    if not isinstance(found, dict) or set(found) != set(LANGUAGES) or not all(found.values()):
        raise BadRules(f"{key}: needs {' and '.join(LANGUAGES)}")
    return {language: str(found[language]) for language in LANGUAGES}


def _flag(key: str, told: dict[str, Any], name: str) -> bool:
    if not isinstance(told.get(name), bool):
        raise BadRules(f"{key}.{name}: true or false")
    return bool(told[name])


def _only(key: str, told: object, names: set[str]) -> None:
    if not isinstance(told, dict):
        raise BadRules(f"{key}: must be a table")
    if unknown := sorted(told.keys() - names):
        raise BadRules(f"{key}.{unknown[0]}: unknown; known are {', '.join(sorted(names))}")
