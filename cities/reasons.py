"""Why a case could not be handled, took longer or was handed back: a city's catalogue in words.

`reasons.toml` has laws and channels, each under a key, and the reasons that name them. Whatever is
missing, misspelt or worded as if the matter were settled is refused, with file and key.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

KINDS = ("not_handled", "extension", "return")
LANGUAGES = ("zh", "en")
SECTIONS = ("laws", "channels", "reasons")
CODE = re.compile(r"[a-z][a-z0-9_]{0,40}")
RESERVED = ("all", "none", "other", "sensitive")  # members of a published dimension
PHONE = re.compile(r"[0-9][0-9-]{2,14}")
HAN = re.compile(r"[\u4e00-\u9fff]")
SENTENCE = re.compile(r"[。！？]|[.!?](?=\s|$)")
MOST_SENTENCES = 3
LONGEST_NAME = {"zh": 24, "en": 58}  # characters that fit above a bar on a phone

# What could not be done must not read as done; compared without spaces and case.
SETTLED = (
    "调查完毕", "调查完成", "调查结束", "核查完毕", "核查完成", "处理完毕", "办理完毕", "办理完成",
    "已处理", "已解决", "已落实", "圆满", "妥善",
    "investigationcomplete", "investigationclosed", "casecomplete", "caseclosed", "resolved",
    "nofurtheraction", "actiontaken",
)  # fmt: skip

Named = TypeVar("Named")
Words = dict[str, str]  # by language; {} where there are none


class BadReason(ValueError):
    """A catalogue that cannot be used; the message names file, key and what is wrong."""


@dataclass(frozen=True)
class Basis:
    """One rule a reason rests on. A `reference` (参照) holds elsewhere or was read in part only."""

    title: Words
    article: Words
    note: Words
    reference: bool


@dataclass(frozen=True)
class Channel:
    """Where to turn: a national public number, or an address that may be `made_up`."""

    names: Words
    phone: str = ""
    address: Words | None = None
    made_up: bool = False


@dataclass(frozen=True)
class Reason:
    """One reason: `meaning` in one to three plain sentences, and what the caller can do next.

    `to_check` says what a lawyer must still check, if `lawyer_check`. `weight` is how often the
    demo city gives the reason; no real figure.
    """

    code: str
    kind: str
    names: Words
    meaning: Words
    next_step: Words
    right_channel: Words
    basis: tuple[Basis, ...]
    channels: tuple[Channel, ...]
    lawyer_check: bool
    to_check: Words
    weight: float


def read(path: Path) -> tuple[Reason, ...]:
    """The reasons in the order of the file; none where a city has no such file. BadReason."""
    if not path.exists():
        return ()
    try:
        told = tomllib.loads(path.read_text("utf-8"))
        laws, channels, reasons = (_section(told, name) for name in SECTIONS)
        _known("file", told, set(SECTIONS))
        rules = {key: _law(f"laws.{key}", row) for key, row in laws.items()}
        places = {key: _channel(f"channels.{key}", row) for key, row in channels.items()}
        return tuple(_reason(code, row, rules, places) for code, row in reasons.items())
    except (BadReason, tomllib.TOMLDecodeError) as error:
        raise BadReason(f"{'/'.join(path.parts[-3:])}: {error}") from error


def cite(basis: Basis, language: str) -> str:
    """One rule as it is cited: 参照《北京市接诉即办工作条例》第十一条所列紧急情形."""
    parts = [part.get(language, "") for part in (basis.title, basis.article, basis.note)]
    if language == "zh":
        return "参照" * basis.reference + "".join(parts)
    return "with reference to " * basis.reference + ", ".join(filter(None, parts))


def cited(reason: Reason, language: str) -> str:
    """All rules of a reason in one line, as they are written on a case."""
    return ("；" if language == "zh" else "; ").join(
        cite(basis, language) for basis in reason.basis
    )


def _section(told: dict[str, Any], name: str) -> dict[str, Any]:
    if not isinstance(found := told.get(name), dict) or not found:
        raise BadReason(f"{name}: missing or empty")
    return found


def _law(key: str, told: dict[str, Any]) -> Basis:
    _known(key, told, {*LANGUAGES, "reference"})
    return Basis(_words(key, told), {}, {}, _flag(key, told, "reference"))


def _channel(key: str, told: dict[str, Any]) -> Channel:
    _known(key, told, {*LANGUAGES, "phone", "address", "made_up"})
    phone, address = told.get("phone", ""), told.get("address")
    if not phone and not address:
        raise BadReason(f"{key}: needs a phone or an address")
    if phone and not (isinstance(phone, str) and PHONE.fullmatch(phone)):
        raise BadReason(f"{key}.phone: {phone!r} is no number to dial")
    where = _words(f"{key}.address", address) if address else None
    made_up = _flag(key, told, "made_up") if address else False
    return Channel(_words(key, told), phone, where, made_up)


def _reason(
    code: str, told: dict[str, Any], laws: Mapping[str, Basis], channels: Mapping[str, Channel]
) -> Reason:
    if not CODE.fullmatch(code) or code in RESERVED:
        raise BadReason(f"reasons.{code}: not a code; small letters, digits and _ only")
    key = f"reasons.{code}"
    texts = ("name", "meaning", "next_step", "right_channel")
    others = {"kind", "weight", "basis", "channels", "lawyer_check", "to_check"}
    _known(key, told, {*texts, *others})
    if told.get("kind") not in KINDS:
        raise BadReason(f"{key}.kind: {told.get('kind')!r}; use {', '.join(KINDS)}")
    name, meaning, next_step, right_channel = (
        _public(f"{key}.{text}", told.get(text)) for text in texts
    )
    _short(key, name, meaning)
    check = _flag(key, told, "lawyer_check")
    rules = _list(key, told, "basis")
    return Reason(
        code, told["kind"], name, meaning, next_step, right_channel,
        tuple(_basis(f"{key}.basis", rule, laws) for rule in rules),
        tuple(_one(f"{key}.channels", place, channels) for place in _list(key, told, "channels")),
        check, _words(f"{key}.to_check", told.get("to_check")) if check else {},
        _weight(key, told),
    )  # fmt: skip


def _basis(key: str, told: dict[str, Any], laws: Mapping[str, Basis]) -> Basis:
    _known(key, told, {"law", "article", "note"})
    law = _one(key, told.get("law"), laws)
    article, note = (
        _words(f"{key}.{part}", told[part]) if part in told else {} for part in ("article", "note")
    )
    return Basis(law.title, article, note, law.reference)


def _known(key: str, told: object, names: set[str]) -> None:
    """Refuse what is no table, or has a key that nothing reads."""
    if not isinstance(told, dict):
        raise BadReason(f"{key}: must be a table")
    if unknown := sorted(told.keys() - names):
        raise BadReason(f"{key}.{unknown[0]}: unknown; known are {', '.join(sorted(names))}")


def _words(key: str, told: object) -> Words:
    """A text in every language; English holds no Chinese, Chinese does."""
    if not isinstance(told, dict):
        raise BadReason(f"{key}: needs {' and '.join(LANGUAGES)}")
    found = {}
    for language in LANGUAGES:
        text = told.get(language)
        if not isinstance(text, str) or not text.strip():
            raise BadReason(f"{key}.{language}: missing or empty")
        if bool(HAN.search(text)) != (language == "zh"):
            raise BadReason(f"{key}.{language}: not in its language: {text!r}")
        found[language] = text
    return found


def _public(key: str, told: object) -> Words:
    """A text that the public reads, not worded as if the matter were settled."""
    found = _words(key, told)
    for language, text in found.items():
        plain = re.sub(r"\s", "", text).casefold()
        if said := next((phrase for phrase in SETTLED if phrase in plain), ""):
            raise BadReason(f"{key}.{language}: {said!r} reads as if the matter were settled")
    return found


def _short(key: str, name: Words, meaning: Words) -> None:
    for language, most in LONGEST_NAME.items():
        if len(name[language]) > most:
            raise BadReason(f"{key}.name.{language}: over {most} characters")
        if not 1 <= len(SENTENCE.findall(meaning[language])) <= MOST_SENTENCES:
            raise BadReason(f"{key}.meaning.{language}: one to {MOST_SENTENCES} whole sentences")


def _one(key: str, name: object, known: Mapping[str, Named]) -> Named:
    if not isinstance(name, str) or name not in known:
        raise BadReason(f"{key}: {name!r} is not listed; listed are {', '.join(known)}")
    return known[name]


def _list(key: str, told: dict[str, Any], name: str) -> list[Any]:
    found = told.get(name)
    if not isinstance(found, list) or not found:
        raise BadReason(f"{key}.{name}: needs at least one")
    return found


def _flag(key: str, told: dict[str, Any], name: str) -> bool:
    if not isinstance(told.get(name), bool):
        raise BadReason(f"{key}.{name}: true or false")
    return bool(told[name])


def _weight(key: str, told: dict[str, Any]) -> float:
    weight = told.get("weight", 0)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not weight >= 0:
        raise BadReason(f"{key}.weight: a number, 0 or more")
    return float(weight)
