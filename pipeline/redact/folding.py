"""A text folded to one spelling, with the way back to the place of every character.

Whoever hides a number writes it full-width, circled, in Chinese numerals or with invisible
characters in between. All finders read the folded text, so each has one spelling to know.
"""

import re
import unicodedata
from dataclasses import dataclass

KINDS = (
    *("已知信息", "证件", "证书", "车牌", "邮箱", "社交", "账户"),
    *("银行卡", "生辰", "电话", "数字", "地址", "姓名"),
)  # the more telling first
PLACEHOLDER = re.compile(f"〔(?:{'|'.join(KINDS)})〕")
PROTECTED = "\ufffc"  # stands for a placeholder; no finder knows this character

NUMERALS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")}
NUMERALS |= {c: str(i) for i, c in enumerate("〇壹贰叁肆伍陆柒捌玖")}
NUMERALS |= dict(zip("幺弌弍弎貳參陸○◯", "112323600", strict=True))
SPOKEN = dict(zip("洞拐勾两OolIi丨", "0792001111", strict=True))
LOOKALIKES = dict(
    zip(
        "АВЕКМНОРСТХУІЈЅаеорсхуіΑΒΕΖΗΙΚΜΝΟΡΤΥΧον",
        "ABEKMHOPCTXYIJSaeopcxyiABEZHIKMNOPTYXov",
        strict=True,
    )
)
SIMPLIFIED = dict(
    zip(
        "電話機號車門樓棟單戶歲張陳劉楊黃趙吳馬羅鄭謝韓許鄧馮葉蘇呂蔣賈鄒陸龍萬錢湯賴"
        "龔龐顏嚴溫蕭譚聯繫絡證護帳銀賬郵箱層組業隊處銜閻鐘鄔鍾齊賀顧盧魯韋紀應該還",
        "电话机号车门楼栋单户岁张陈刘杨黄赵吴马罗郑谢韩许邓冯叶苏吕蒋贾邹陆龙万钱汤赖"
        "龚庞颜严温萧谭联系络证护账银账邮箱层组业队处衔阎钟邬钟齐贺顾卢鲁韦纪应该还",
        strict=True,
    )
)
INVISIBLE = {"Cf", "Mn", "Me", "Cc", "Cs"}
BLANKS = "\u3164\u115f\u1160\uffa0\u2800"  # letters by category, blank on the screen
SPOKEN_RUN = re.compile(
    f"[\\d{re.escape(''.join(SPOKEN))}](?:[ \\-.·]?[\\d{re.escape(''.join(SPOKEN))}]){{6,}}"
)


@dataclass(frozen=True)
class Folded:
    """Two spellings of equal length: `plain` keeps Chinese numerals, `digits` has them as 0-9.

    `starts` and `ends` give for every folded character where it lies in the original text.
    """

    plain: str
    digits: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def fold(text: str) -> Folded:
    plain: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for token in _tokens(text):
        folded = PROTECTED if len(token) > 1 else _fold(token)
        plain.extend(folded)
        starts.extend([position] * len(folded))
        position += len(token)
        ends.extend([position] * len(folded))
        if not folded and ends:  # an invisible character goes with the one before it
            ends[-1] = position
    joined = "".join(plain)
    return Folded(joined, _digits(joined), tuple(starts), tuple(ends))


def _tokens(text: str) -> list[str]:
    """The characters of a text, and each placeholder as one piece."""
    tokens: list[str] = []
    position = 0
    for match in PLACEHOLDER.finditer(text):
        tokens += text[position : match.start()]
        tokens.append(match.group())
        position = match.end()
    return tokens + list(text[position:])


def _fold(character: str) -> str:
    if " " <= character <= "~" or character == "\n":
        return character
    if character == PROTECTED:
        return " "
    if character in BLANKS or unicodedata.category(character) in INVISIBLE:
        return " " if character in "\t\r" else ""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    normal = unicodedata.normalize("NFKC", character)
    if unicodedata.category(character) == "No":
        normal = normal.strip("().")
    return "".join(LOOKALIKES.get(c, SIMPLIFIED.get(c, c)) for c in normal)


def _digits(plain: str) -> str:
    numbers = "".join(NUMERALS.get(c, c) for c in plain)
    return SPOKEN_RUN.sub(_spoken, numbers)


def _spoken(run: re.Match[str]) -> str:
    """Letters that look like digits, only where most of the run is digits."""
    text = run.group()
    true = sum(c.isdigit() for c in text)
    if true < 4 or true * 2 < sum(c.isalnum() for c in text):
        return text
    return "".join(SPOKEN.get(c, c) for c in text)


def compact(text: str) -> str:
    """Only what tells: letters, digits and Chinese characters of the digit spelling, lower case."""
    return "".join(lower(c) for c in fold(text).digits if c.isalnum())


def lower(character: str) -> str:
    """One character for one, so that places stay right: ß is not made ss.

    Letters like digits are those digits, whatever stands beside them.
    """
    folded = character.casefold()
    return SPOKEN.get(folded, folded) if len(folded) == 1 else character
