"""Names of persons: after a cue, before a form of address, in lists, minority and Latin ones."""

import re
from collections.abc import Iterator

from pipeline.redact.folding import Folded
from pipeline.redact.lexicon import (
    BEHIND,
    DOUBLE,
    LEXICON,
    NO_NAMES,
    NOT_GIVEN,
    ORDINARY,
    ORGANISATIONS,
    PLACES,
    SINGLE,
    SOUNDS,
    words_of,
)
from pipeline.redact.ner import Word
from pipeline.redact.reading import (
    ACT,
    DOING,
    FUNCTIONS,
    PERSONS,
    Reading,
    is_han,
    name_at,
    reading,
)
from pipeline.redact.spans import Span

_CUE = rf"(?:{words_of('strong')}|{words_of('weak')})"
_LINK = r"(?:的?(?:姓名|名字))?\s*(?:[:是为叫系\"“(]|名叫)*\s*"
STRONG = re.compile(rf"(?:{words_of('strong')}){_LINK}")
WEAK = re.compile(rf"(?:{words_of('weak')}|[一-龥](?<![有无没别他个等行路])(?:人|员|者)){_LINK}")
VERB = re.compile(rf"(?:(?:{words_of('verbs')})(?!方)|(?<=[,。;:!?\n村组号室\ufffc])|^)")
TITLE = re.compile(rf"(?:{words_of('honorifics')})")
EXPLICIT = re.compile(
    r"(?:(?:我叫|名叫|名字叫|户名|开户名)\s*[:是为]?"
    r"|(?:姓名|联系人|收货人|收件人|来电人|诉求人|监护人|申请人|户主)\s*:)\s*"
    r"([一-龥]{2,4})(?=[,。;、()\s]|电话|手机|身份证|$)"
)
NOBODY = re.compile(
    r"不详|匿名|保密|同上|未知|本人|[他她它我你您]|电话|物业|社区|公司|信息|不便|无|要求|反映"
)
SURNAME = re.compile(rf"(?<![一-龥]同)姓\s*({words_of('double')}|[一-龥])(?![名氏])")
SPELT = re.compile(words_of("titles"))
FOREIGN = re.compile(
    rf"(?:{_CUE}|(?<![一-龥]))([{LEXICON['sounds']}]{{3,7}})"
    rf"(?={words_of('acts')}|[,。;、:(\s]|$)"
)
DOTTED = re.compile(r"[一-龥]{1,6}(?:\s*[·.•・‧]\s*[一-龥]{1,6})+")
LATIN = re.compile(
    rf"(?:{_CUE}|英文名|拼音){_LINK}"
    r"([一-龥]?[A-Z][A-Za-z'’\-]+(?:[ .·]+[A-Z][A-Za-z'’\-]*){0,3}|[一-龥][a-z]{2,20}"
    r"|[a-z]{4,20}(?: [a-z]{2,12}){0,2})"
    r"(?![A-Za-z0-9@_])"
)
NICKNAME = re.compile(
    r"(?:我叫|我是|本人|叫|名叫|找|联系|联系人:?|称呼)((?:[小老阿大][一-龥]|[一-龥]子|([一-龥])\2))"
    r"(?=[,。;、的来反电(]|$)"
)
BY_HALF = re.compile(
    rf"(?<![A-Za-z0-9])[{''.join(sorted(SINGLE - ORDINARY))}]"
    r"(?:[*×●○]{1,2}[一-龥]?|[xX]{1,2}(?![A-Za-z0-9]))"
)
NEIGHBOUR = re.compile(r"(?:邻居|隔壁|楼[上下]|[找叫和与跟])[小老阿]([一-龥])(?![师百区板人年旧])")
DIMINUTIVE = re.compile(r"(?<![一-龥])[小老阿]([一-龥])(?=[来反打说称,。的]|电话|同志|师傅)")
LISTED = re.compile(
    r"\s*(?:[、/]|和|与|及|以及|跟|同)\s*"
    r"(?:其?(?:妻子?|丈夫|儿子?|女儿?|弟弟?|母亲?|父亲?|子|哥哥|姐姐))?"
)
CUED = re.compile(rf"{_CUE}{_LINK}")
INTRODUCED = re.compile(rf"(?:{_CUE}|[叫找和与是向对跟])$")
PERSON_PART = re.compile(r"[一-龥]+(?:[·.•・‧ ][一-龥]+)*")


def names(folded: Folded, words: list[Word], again: list[Word]) -> list[Span]:
    """Names by cues, titles and lists, checked against the words; and those the model tells."""
    text = folded.plain
    read = reading(folded, words)
    found = [*_cued(read), *_addressed(read), *_dotted(text), *_acting(read)]
    found += [m.span(1) for form in (LATIN, NICKNAME, FOREIGN) for m in form.finditer(text)]
    found += [m.span(1) for m in EXPLICIT.finditer(text) if not _nobody(m.group(1))]
    found += [m.span(1) for m in SURNAME.finditer(text) if m.group(1) in SINGLE | DOUBLE]
    for form in (DIMINUTIVE, NEIGHBOUR):
        found += [m.span(1) for m in form.finditer(text) if m.group(1) in SINGLE - ORDINARY]
    found += [m.span() for form in (SPELT, BY_HALF) for m in form.finditer(text)]
    found += _of_the_model(text, [*words, *again])
    return [Span(start, end, "姓名") for start, end in [*found, *_listed(read, found)]]


def _nobody(word: str) -> bool:
    return bool(NOBODY.search(word) or word.startswith(NO_NAMES))


def _cued(read: Reading) -> Iterator[tuple[int, int]]:
    for form, strong in ((STRONG, True), (WEAK, False)):
        for match in form.finditer(read.text):
            if end := read.name(match.end(), strong or match.group().endswith((":", "叫"))):
                yield match.end(), end


def _acting(read: Reading) -> Iterator[tuple[int, int]]:
    """A name at the head of a clause or after a verb that is followed by what people do."""
    text = read.text
    for match in VERB.finditer(text):
        start = match.end()
        end = read.name(start, strong=False)
        follows = ACT if match.group() else DOING
        for stop in {end, end - 1} if end else ():
            odd = text[start] in ORDINARY and (stop - start < 3 or not match.group())
            if stop - start < 2 or odd or _is_place(text, stop):
                continue
            if follows.match(text, stop):
                yield start, stop


def _is_place(text: str, end: int) -> bool:
    return text[end - 1] in "路街巷道村镇乡县市区省社沟坝滩桥坪寨庙店厂苑站" or is_thing(text, end)


def is_thing(text: str, end: int) -> bool:
    """Whether a place or an organisation goes on at `end`."""
    return text[end : end + 1] in PLACES or text.startswith(ORGANISATIONS, end)


def _addressed(read: Reading) -> Iterator[tuple[int, int]]:
    """What stands before 先生, 女士, 老师 and the like: a surname or a whole name."""
    for match in TITLE.finditer(read.text):
        start = _name_before(read, match.start())
        short = match.end() - match.start() == 1 and match.group() not in "某氏"
        if start < 0 or (short and not _alone(read.text, start, match.end())):
            continue
        yield start, match.start()


def _name_before(read: Reading, end: int) -> int:
    """Where the name that ends at `end` begins, or -1."""
    text = read.text
    if text[max(0, end - 2) : end] in DOUBLE:
        return end - 2
    head = text[end - 1 : end]
    for size in (4, 3, 2):
        start = end - size
        if start < 0 or text[start] in ORDINARY or (head in SINGLE and size == 2):
            continue
        if name_at(text, start) == read.name(start, strong=False) == end:
            return start
    word = read.at[end - 1]
    if head in ORDINARY and word.end == end and word.tag in FUNCTIONS:
        return -1
    before = text[max(0, end - 2) : end - 1]
    odd = head in ORDINARY | {"于"} and before in {*"对关由一高万该位处等属其某"}
    return end - 1 if head in SINGLE and not odd and not text.startswith(NO_NAMES, end - 1) else -1


def _alone(text: str, start: int, end: int) -> bool:
    """For one-character titles: 房东熊姐不退 but not 高工作."""
    if text[start] in ORDINARY or text.startswith(NO_NAMES, start):
        return False
    free = not is_han(text[start - 1 : start]) or INTRODUCED.search(text[max(0, start - 8) : start])
    return bool(free and (text[end - 1] not in "工老总弟妹爷" or ACT.match(text, end)))


def _dotted(text: str) -> Iterator[tuple[int, int]]:
    """Names with a dot: after a cue, or spelt as foreign names are."""
    for match in DOTTED.finditer(text):
        start = match.start()
        cued = [cue.end() for cue in CUED.finditer(text, max(0, start - 8), match.end())]
        cue = max(cued, default=0)
        if start <= cue < match.end():
            start = cue
        letters = re.sub(r"[^一-龥]", "", text[start : match.end()])
        foreign = sum(c in SOUNDS for c in letters) * 2 >= len(letters)
        if (cue and cue >= start) or (foreign and "中国" not in match.group()):
            yield start, _last_part(text, match)


def _last_part(text: str, match: re.Match[str]) -> int:
    """The end of a dotted name: the last part stops before a verb."""
    at = max(text.rfind(dot, match.start(), match.end()) for dot in "·.•・‧") + 1
    for end in range(at + 1, match.end()):
        if text.startswith(BEHIND, end) and text[end] not in SOUNDS:
            return end
        if text[end] in NOT_GIVEN - SOUNDS:
            return end
    return match.end()


def _listed(read: Reading, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Names joined to found ones by 、, 和 or 与."""
    more: list[tuple[int, int]] = []
    queue = list(found)
    while queue:
        _, end = queue.pop()
        match = LISTED.match(read.text, end)
        start = match.end() if match else 0
        stop = read.name(start, strong=True) if start else 0
        if stop and not _is_place(read.text, stop) and (start, stop) not in more:
            more.append((start, stop))
            queue.append((start, stop))
    return more


def _of_the_model(text: str, words: list[Word]) -> Iterator[tuple[int, int]]:
    """Names that the model tells, but for places and things."""
    for word in words:
        if word.tag in PERSONS:
            for part in PERSON_PART.finditer(text, word.start, word.end):
                span = _person(text, *part.span())
                if span and not (part.end() == word.end and is_thing(text, word.end)):
                    yield span


def _person(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The name in a word of the model, without a form of address, or None."""
    titled = TITLE.search(text, start + 1, end)
    stop = titled.start() if titled and titled.end() == end else end
    word = text[start:stop]
    whole = name_at(text, start)
    told = whole or titled or word[0] in "小老阿" or set(word) <= SOUNDS | set("·.•・‧ ")
    if end - start == 1 or not told or word.startswith(NO_NAMES) or word[-1] in "镇村路街县":
        return None
    return start, max(stop, whole if stop == end else stop)


def propagated(folded: Folded, spans: list[Span]) -> list[Span]:
    """Every other place of the names found, and of their given names of two characters."""
    text = folded.plain
    wanted: set[str] = set()
    for span in spans:
        name = text[span.start : span.end].strip()
        size = 2 if name[:2] in DOUBLE else 1
        given = name[size:] if len(name) - size == 2 and name[:1] in SINGLE else ""
        wanted |= {part for part in (name, given) if len(part) >= 2}
    return [
        Span(match.start(), match.end(), "姓名")
        for name in sorted(wanted)
        for match in re.finditer(re.escape(name), text)
    ]
