"""Where a Chinese name begins and ends, by its characters and by the words of the sentence."""

import re
from dataclasses import dataclass

from pipeline.redact.folding import Folded
from pipeline.redact.lexicon import (
    BEHIND,
    BOTH,
    DOUBLE,
    NO_NAMES,
    NOT_GIVEN,
    ORDINARY,
    SINGLE,
    words_of,
)
from pipeline.redact.ner import Word

LONGEST = 4  # characters of a Chinese name
PERSONS = {"PER", "nr"}  # tags of LAC
SOMEWHERE = {"LOC", "ORG", "ns", "nt"}
FUNCTIONS = {"d", "p", "c", "u", "r", "f", "t", "m", "q", "xc", "TIME", "w", "s", "O"}
COMMON = {"n", "v", "vn", "vd", "a", "ad", "an", *SOMEWHERE}

# What may follow a name after a cue, and what people do: that alone tells a name.
ACT = re.compile(rf"(?:{words_of('acts')})|[,。;:、()\s\d\ufffc\"”“’]|今年|$")
SAID = re.compile(
    r"反映|来电|来访|投诉|咨询|称|表示|要求|建议|举报|诉求|家的|家房|名下|在工地|被打|[,(]\s*[男女今\d]"
    r"|[,(]?(?:联系)?电话|[,;]\s*(?:是|住|家住)|女士|先生"
)
DOING = re.compile(
    rf"(?:{words_of('acts')})|[:,]\s*[您你]好|\d+岁|家(?![长属庭具电园教禽畜政访暴人])"
)


def is_han(character: str) -> bool:
    return "一" <= character <= "龥"


def name_at(text: str, start: int) -> int:
    """The end of the Chinese name that begins at `start`, or 0 where none does."""
    size = 2 if text[start : start + 2] in DOUBLE else 1
    if size == 1 and (start >= len(text) or text[start] not in SINGLE):
        return 0
    if text.startswith(NO_NAMES, start):
        return 0
    end = start + size
    if text[end : end + 1] == " " and _given(text, end + 1):
        end += 1
    if not _given(text, end) or (size == 1 and text.startswith(("先生", "女士", "小姐"), end)):
        return 0
    end += 1
    if text[end : end + 1] == " " and _given(text, end + 1) and text[end - 2] == " ":
        return end + 2
    return end + 1 if _goes_on(text, end) else end


def _given(text: str, at: int) -> bool:
    return is_han(text[at : at + 1]) and (text[at] not in NOT_GIVEN or text[at] in "在和向")


def _goes_on(text: str, at: int) -> bool:
    """Whether the character at `at` is the second one of a given name."""
    if not is_han(text[at : at + 1]):
        return False
    ends = not is_han(text[at + 1 : at + 2])
    return (text[at] not in NOT_GIVEN or ends) and not (text.startswith(BEHIND, at) and not ends)


@dataclass(frozen=True)
class Reading:
    """A folded text and its words: word by its first character, and the word at a character."""

    text: str
    begins: dict[int, Word]
    at: list[Word]

    def name(self, start: int, strong: bool) -> int:
        """The end of a name at `start` that agrees with the words, or 0.

        Without a strong cue, a name starts where a word does and is not a part of a longer one;
        a single ordinary word is a name only where people's doings follow.
        """
        if strong and self.text[start : start + 2] in BOTH and SAID.match(self.text, start + 2):
            return start + 2
        text, end = self.text, name_at(self.text, start)
        if not end:
            return 0
        doing, long = bool(DOING.match(text, end)), end - start >= 3
        usual = text[start] not in ORDINARY or (strong and long)
        told = end if usual and (doing or (long and ACT.match(text, end))) else 0
        first = self.begins.get(start)
        if first is None:
            return self._inside(start, end, strong, told if doing else 0)
        if first.tag in PERSONS:
            return max(end, min(first.end, start + LONGEST))
        if first.end > end:
            return end if strong and long and usual and first.tag not in SOMEWHERE else told
        last = self.at[end - 1]
        if last.end > end and last.start - start >= 2:
            end = last.start
        follows = doing or (strong and (bool(ACT.match(text, end)) or text[end] == "的"))
        if first.tag in FUNCTIONS:
            return end if strong and follows and first.end - start == 1 else told
        if first.end == end and first.tag in COMMON:
            return end if follows or DOING.match(text, end) else 0
        return end

    def _inside(self, start: int, end: int, strong: bool, told: int) -> int:
        """The end of a name that begins within a word: the words may be wrong."""
        if self.text.startswith(NO_NAMES, start - 1):
            return 0
        known = self.at[start].tag in PERSONS or end - start >= 3
        return end if strong and known else told


def reading(folded: Folded, words: list[Word]) -> Reading:
    at = [word for word in words for _ in range(word.start, word.end)]
    return Reading(folded.plain, {word.start: word for word in words}, at)
